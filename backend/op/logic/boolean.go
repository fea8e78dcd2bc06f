package logic

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// boolType checks that all inputs are bool.
func boolType(in []op.Info) (tensor.Type, error) {
	for i := range in {
		if in[i].Type != tensor.Bool {
			return 0, fmt.Errorf("%w: input %d is %v, want bool", op.ErrType, i, in[i].Type)
		}
	}
	return tensor.Bool, nil
}

// newBoolean parses And, Or and Xor, on bytes that are 0 or 1.
func newBoolean(row func(dst, x, y []uint8)) func(*graph.Node) (op.Op, error) {
	return func(n *graph.Node) (op.Op, error) {
		o := &elementwise.Op{Arity: 2, Type: boolType, Loop: func(*kernels.Set, []op.Info) (elementwise.Loop, error) {
			l := elementwise.Zip(0.5, row)
			l.In, l.Out = []tensor.Type{tensor.Bool}, tensor.Bool
			return l, nil
		}}
		if n.Version < 7 {
			o.Tail = elementwise.LegacyTail(n)
		}
		return o, nil
	}
}

func newNot(*graph.Node) (op.Op, error) {
	return &elementwise.Op{Arity: 1, Type: boolType, Loop: func(*kernels.Set, []op.Info) (elementwise.Loop, error) {
		l := elementwise.Map(0.5, func(dst, x []uint8) {
			for i, v := range x {
				dst[i] = v ^ 1
			}
		})
		l.In, l.Out = []tensor.Type{tensor.Bool}, tensor.Bool
		return l, nil
	}}, nil
}

type unsigned interface {
	uint8 | uint16 | uint32 | uint64
}

func and[T unsigned](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] & y[i]
	}
}

func or[T unsigned](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] | y[i]
	}
}

func xor[T unsigned](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] ^ y[i]
	}
}
