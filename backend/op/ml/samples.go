package ml

import (
	"fmt"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A number is a Go type of a numeric input.
type number interface {
	float32 | float64 | int32 | int64
}

// checkNumeric checks that the only input is a tensor of a type that number
// stands for.
func checkNumeric(in []op.Info) error {
	if err := checkTensors(in, 1); err != nil {
		return err
	}
	switch in[0].Type {
	case tensor.Float32, tensor.Float64, tensor.Int32, tensor.Int64:
		return nil
	}
	return fmt.Errorf("%w: input is %v", op.ErrType, in[0].Type)
}

// checkTensors checks that there are n inputs, all tensors.
func checkTensors(in []op.Info, n int) error {
	if len(in) != n {
		return fmt.Errorf("%w: %d inputs, want %d", op.ErrInput, len(in), n)
	}
	for i := range in {
		if in[i].Kind != graph.Tensor {
			return fmt.Errorf("%w: input %d is %v, not a tensor", op.ErrType, i, &in[i])
		}
	}
	return nil
}

// samples returns N and C of an input of samples, either possibly unknown.
func samples(x *op.Info) (n, c int, err error) {
	if !x.Ranked {
		return op.Unknown, op.Unknown, nil
	}
	switch len(x.Shape) {
	case 1:
		return 1, x.Shape[0], nil
	case 2:
		return x.Shape[0], x.Shape[1], nil
	}
	return 0, 0, fmt.Errorf("%w: input has rank %d, want [N,C] or [C]", op.ErrShape, len(x.Shape))
}

// size returns N and C of a value of samples.
func size(v *op.Value) (n, c int) {
	c = v.Shape[len(v.Shape)-1]
	if len(v.Shape) == 1 {
		return 1, c
	}
	return v.Shape[0], c
}

// rowsOf returns elements lo to hi of a contiguous value as T, converted into
// work where they are of another type.
func rowsOf[T float32 | float64](v *op.Value, lo, hi int, work []T) ([]T, error) {
	t := tensor.TypeOf[T]()
	if v.Type == t {
		return op.Data[T](v)[lo:hi], nil
	}
	work = work[:hi-lo]
	s := v.Type.Size()
	b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(work))), len(work)*t.Size())
	return work, tensor.ConvertBytes(t, b, v.Type, v.Bytes[lo*s:hi*s], tensor.ConvertOptions{})
}

// perFeature checks a list that has an element for each of c features, or one
// for all of them.
func perFeature(name string, n, c int) error {
	if n != 1 && op.Clash(n, c) {
		return fmt.Errorf("%w: %s has %d elements for %d features", op.ErrShape, name, n, c)
	}
	return nil
}
