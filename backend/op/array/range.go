package array

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// rangeOp is Range: start, start + delta, ... up to before the limit. Element i
// is start + i*delta in the element type; float16 and bfloat16 (version 27) are
// computed in float32 and rounded once.
type rangeOp struct{}

func newRange(*graph.Node) (op.Op, error) { return rangeOp{}, nil }

func (rangeOp) Reads() []int { return []int{0, 1, 2} }

func (rangeOp) Infer(in, out []op.Info) error {
	t := in[0].Type
	for i := range in {
		if in[i].Type != t {
			return fmt.Errorf("%w: start is %v, input %d is %v", op.ErrType, t, i, in[i].Type)
		}
		if in[i].Const != nil && in[i].Const.Len() != 1 {
			return fmt.Errorf("%w: input %d is no scalar but %v", op.ErrShape, i, in[i].Const.Shape())
		}
	}
	n := op.Unknown
	if in[0].Const != nil && in[1].Const != nil && in[2].Const != nil {
		var err error
		if n, err = steps(in[0].Const, in[1].Const, in[2].Const); err != nil {
			return err
		}
	} else if limit := ints(&in[1]); len(limit) == 1 { // 0, 1, ... n-1
		start, ok := known(&in[0])
		delta, ok2 := known(&in[2])
		if ok && ok2 && start[0] == 0 && delta[0] == 1 && limit[0] < 0 && !op.Known(limit[0]) {
			n = limit[0]
		}
	}
	out[0].Tensor(t, n)
	return nil
}

// steps returns how many elements a range has.
func steps(start, limit, delta *tensor.Tensor) (int, error) {
	var n float64
	if isFloat(start.Type()) {
		a, b, d := real64(start), real64(limit), real64(delta)
		if d == 0 {
			return 0, fmt.Errorf("%w: delta is 0", op.ErrInput)
		}
		span := b - a
		if start.Type() != tensor.Float64 {
			span = float64(float32(span))
		}
		n = math.Ceil(span / d)
	} else {
		a, b, d := int64Of(start), int64Of(limit), int64Of(delta)
		switch {
		case d == 0:
			return 0, fmt.Errorf("%w: delta is 0", op.ErrInput)
		case d > 0 && a < b:
			n = float64((uint64(b)-uint64(a)-1)/uint64(d)) + 1
		case d < 0 && a > b:
			n = float64((uint64(a)-uint64(b)-1)/uint64(-d)) + 1
		}
	}
	if !(n <= math.MaxInt32) {
		return 0, fmt.Errorf("%w: a range of %g elements", op.ErrInput, n)
	}
	return int(max(n, 0)), nil
}

func isFloat(t tensor.Type) bool {
	return t == tensor.Float32 || t == tensor.Float64 || t == tensor.Float16 || t == tensor.BFloat16
}

// real64 returns the first element of a float tensor.
func real64(t *tensor.Tensor) float64 {
	switch b := t.Bytes(); t.Type() {
	case tensor.Float64:
		return tensor.View[float64](b)[0]
	case tensor.Float16:
		return float64(tensor.View[tensor.F16](b)[0].Float32())
	case tensor.BFloat16:
		return float64(tensor.View[tensor.BF16](b)[0].Float32())
	default:
		return float64(tensor.View[float32](b)[0])
	}
}

// int64Of returns the first element of a tensor of signed integers.
func int64Of(t *tensor.Tensor) int64 {
	switch b := t.Bytes(); t.Type() {
	case tensor.Int16:
		return int64(tensor.View[int16](b)[0])
	case tensor.Int32:
		return int64(tensor.View[int32](b)[0])
	default:
		return tensor.View[int64](b)[0]
	}
}

func (rangeOp) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch t := in[0].Type; t {
	case tensor.Float32:
		return counting(countNative[float32]), nil
	case tensor.Float64:
		return counting(countNative[float64]), nil
	case tensor.Int16:
		return counting(countNative[int16]), nil
	case tensor.Int32:
		return counting(countNative[int32]), nil
	case tensor.Int64:
		return counting(countNative[int64]), nil
	case tensor.Float16:
		return counting(countNarrow(tensor.F16.Float32, tensor.ToF16)), nil
	case tensor.BFloat16:
		return counting(countNarrow(tensor.BF16.Float32, tensor.ToBF16)), nil
	default:
		return nil, fmt.Errorf("%w: a range of %v", op.ErrType, t)
	}
}

// counting is the kernel: elements lo to hi of y.
type counting func(y, start, delta *op.Value, lo, hi int)

func (counting) Resolve(f *op.Frame) error {
	f.Split(f.Out[0].Len(), 1)
	return nil
}

func (k counting) Run(f *op.Frame, phase, chunk, _ int) error {
	lo, hi := f.Span(phase, chunk, f.Out[0].Len())
	k(f.Out[0], f.In[0], f.In[2], lo, hi)
	return nil
}

func countNative[T native](y, start, delta *op.Value, lo, hi int) {
	a, d, out := op.Data[T](start)[0], op.Data[T](delta)[0], op.Data[T](y)
	for i := lo; i < hi; i++ {
		out[i] = a + T(T(i)*d)
	}
}

func countNarrow[T tensor.F16 | tensor.BF16](widen func(T) float32, round func(float64) T) counting {
	return func(y, start, delta *op.Value, lo, hi int) {
		a, d, out := widen(op.Data[T](start)[0]), widen(op.Data[T](delta)[0]), op.Data[T](y)
		for i := lo; i < hi; i++ {
			out[i] = round(float64(a + float32(float32(i)*d)))
		}
	}
}
