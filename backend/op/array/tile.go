package array

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// tile is Tile: the input repeated along its axes. Version 1 repeats along one
// axis, both numbers being inputs of the data's type.
type tile struct{ first bool }

func newTile(n *graph.Node) (op.Op, error) { return tile{n.Version < 6}, nil }

func (o tile) Reads() []int {
	if o.first {
		return []int{1, 2}
	}
	return []int{1}
}

func (o tile) Infer(in, out []op.Info) error {
	x, y := &in[0], &out[0]
	if o.first {
		return o.inferFirst(x, in, y)
	}
	if err := checkInts(&in[1], "repeats"); err != nil {
		return err
	}
	rep := ints(&in[1])
	if !x.Ranked {
		y.TensorOfRank(x.Type, in[1].Len())
		return nil
	}
	if rep == nil {
		y.TensorOfRank(x.Type, len(x.Shape))
		return nil
	}
	if len(rep) != len(x.Shape) {
		return fmt.Errorf("%w: %d repeats for rank %d", op.ErrShape, len(rep), len(x.Shape))
	}
	y.Tensor(x.Type)
	for i, d := range x.Shape {
		if op.Known(rep[i]) && rep[i] < 0 {
			return fmt.Errorf("%w: repeat %d is %d", op.ErrInput, i, rep[i])
		}
		y.Shape = append(y.Shape, times(d, rep[i]))
	}
	return nil
}

func (tile) inferFirst(x *op.Info, in []op.Info, y *op.Info) error {
	y.Like(x.Type, x)
	if !x.Ranked {
		return nil
	}
	n, ok := number(&in[1])
	a, ok2 := number(&in[2])
	for i := 1; i < 3; i++ {
		if _, ok := number(&in[i]); !ok && in[i].Const != nil {
			return fmt.Errorf("%w: input %d is %v, not one number", op.ErrInput, i, in[i].Const)
		}
	}
	if !ok || !ok2 {
		y.TensorOfRank(x.Type, len(x.Shape))
		return nil
	}
	axis, err := y.Axis(a)
	if err != nil {
		return err
	}
	if n < 0 {
		return fmt.Errorf("%w: tiles is %d", op.ErrInput, n)
	}
	y.Shape[axis] = times(x.Shape[axis], n)
	return nil
}

// times multiplies dims or counts that may be symbols.
func times(a, b int) int {
	switch {
	case a == 0 || b == 0:
		return 0
	case a == 1:
		return b
	case b == 1:
		return a
	case a < 0 || b < 0:
		return op.Unknown
	case a > math.MaxInt/b:
		return math.MaxInt // too large for any memory
	}
	return a * b
}

func (tile) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return tiling{}, nil }

// tiling copies the input with each dim taken as (repeats, size), where the
// repeats have stride 0.
type tiling struct{}

func (tiling) Strided(int) bool { return true }

func (tiling) Resolve(f *op.Frame) error {
	split(f, f.Out[0], f.Out[0].Len())
	return nil
}

func (tiling) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	if y.Len() == 0 {
		return nil
	}
	var a, b, c [2 * stackRank]int
	shape, ds, ss := a[:0], b[:0], c[:0]
	for i, n := range x.Shape {
		if rep := y.Shape[i] / n; rep != 1 {
			shape, ds, ss = append(shape, rep), append(ds, n*y.Stride[i]), append(ss, 0)
		}
		shape, ds, ss = append(shape, n), append(ds, y.Stride[i]), append(ss, x.Stride[i])
	}
	dst, src := window(y, 0, shape, ds), window(x, 0, shape, ss)
	op.CopyChunk(&dst, &src, chunk, f.Phases[phase].Chunks)
	return nil
}

// number returns the one element of a constant of any number type, as an integer.
func number(x *op.Info) (int, bool) {
	if v, ok := known(x); ok && len(v) == 1 {
		return v[0], true
	}
	if x.Const == nil || x.Const.Len() != 1 {
		return 0, false
	}
	switch b := x.Const.Bytes(); x.Const.Type() {
	case tensor.Float32:
		return clamp(float64(tensor.View[float32](b)[0]))
	case tensor.Float64:
		return clamp(tensor.View[float64](b)[0])
	case tensor.Float16:
		return clamp(float64(tensor.View[tensor.F16](b)[0].Float32()))
	case tensor.BFloat16:
		return clamp(float64(tensor.View[tensor.BF16](b)[0].Float32()))
	case tensor.Uint8:
		return int(b[0]), true
	case tensor.Int8:
		return int(int8(b[0])), true
	case tensor.Uint16:
		return int(tensor.View[uint16](b)[0]), true
	case tensor.Int16:
		return int(tensor.View[int16](b)[0]), true
	case tensor.Uint32:
		return clamp(float64(tensor.View[uint32](b)[0]))
	case tensor.Uint64:
		return clamp(float64(tensor.View[uint64](b)[0]))
	}
	return 0, false
}

// clamp returns a float as an integer that is no symbol; false for NaN.
func clamp(v float64) (int, bool) {
	const limit = 1<<30 - 1
	return int(max(-limit, min(v, limit))), v == v
}
