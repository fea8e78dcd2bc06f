package logic

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

type ordered interface {
	float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

// comparison is Equal, Greater, GreaterOrEqual, Less or LessOrEqual. Equal also
// compares bools and strings.
type comparison struct {
	elementwise.Op
	name string
}

func newComparison(n *graph.Node) (op.Op, error) {
	c := &comparison{name: n.Op}
	c.Op = elementwise.Op{Arity: 2, Loop: c.loop, Type: func(in []op.Info) (tensor.Type, error) {
		return tensor.Bool, elementwise.SameType(in)
	}}
	if n.Op == "Equal" {
		c.Ints = equalInts
	}
	if n.Version < 7 {
		c.Tail = elementwise.LegacyTail(n)
	}
	return c, nil
}

// Prepare has a kernel of its own for strings.
func (c *comparison) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	if in[0].Type != tensor.String {
		return c.Op.Prepare(e, in, out)
	}
	if c.name != "Equal" {
		return nil, elementwise.Unsupported(tensor.String)
	}
	return elementwise.Strings(func(dst *op.Value, in []*op.Value, at [4]int) {
		dst.Bytes[at[0]] = b2u(in[0].Strings[at[1]] == in[1].Strings[at[2]])
	}), nil
}

func (c *comparison) loop(_ *kernels.Set, in []op.Info) (elementwise.Loop, error) {
	switch t := elementwise.Wide(in[0].Type); t {
	case tensor.Float32:
		return compare[float32](c.name), nil
	case tensor.Float64:
		return compare[float64](c.name), nil
	case tensor.Int8:
		return compare[int8](c.name), nil
	case tensor.Int16:
		return compare[int16](c.name), nil
	case tensor.Int32:
		return compare[int32](c.name), nil
	case tensor.Int64:
		return compare[int64](c.name), nil
	case tensor.Uint8:
		return compare[uint8](c.name), nil
	case tensor.Uint16:
		return compare[uint16](c.name), nil
	case tensor.Uint32:
		return compare[uint32](c.name), nil
	case tensor.Uint64:
		return compare[uint64](c.name), nil
	case tensor.Bool:
		if c.name == "Equal" {
			l := compare[uint8](c.name)
			l.In = []tensor.Type{tensor.Bool}
			return l, nil
		}
	}
	return elementwise.Loop{}, elementwise.Unsupported(in[0].Type)
}

// compare returns the loop for one type; less is greater with operands swapped.
func compare[T interface {
	ordered
	tensor.Element
}](name string) elementwise.Loop {
	const cost = 0.7
	switch name {
	case "Equal":
		return elementwise.Zip(cost, equal[T])
	case "Greater":
		return elementwise.Zip(cost, greater[T])
	case "GreaterOrEqual":
		return elementwise.Zip(cost, greaterOrEqual[T])
	case "Less":
		return elementwise.Zip(cost, func(dst []bool, x, y []T) { greater(dst, y, x) })
	case "LessOrEqual":
		return elementwise.Zip(cost, func(dst []bool, x, y []T) { greaterOrEqual(dst, y, x) })
	}
	panic(fmt.Sprintf("logic: %s is not a comparison", name))
}

func equal[T ordered](dst []bool, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] == y[i]
	}
}

func greater[T ordered](dst []bool, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] > y[i]
	}
}

func greaterOrEqual[T ordered](dst []bool, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] >= y[i]
	}
}

// equalInts compares sizes and symbols: a symbol is a size, so no negative
// number.
func equalInts(x, y int) int {
	switch {
	case op.Known(x) && op.Known(y):
		return int(b2u(x == y))
	case op.Same(x, y):
		return 1
	case x != op.Unknown && op.Known(y) && y < 0, y != op.Unknown && op.Known(x) && x < 0:
		return 0
	}
	return op.Unknown
}

func b2u(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}
