package quant

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A product of two differences of 8-bit integers is at most maxProduct, so
// float32 adds exactDepth of them without rounding.
const (
	maxProduct = 255 * 255
	maxExact   = 1 << 24
	exactDepth = 256
)

// differences sets dst to the elements of src, of any type, less zero.
func differences(dst []float32, t tensor.Type, src []byte, zero float32) error {
	switch t {
	case tensor.Uint8:
		less(dst, src, zero)
	case tensor.Int8:
		less(dst, tensor.View[int8](src), zero)
	default:
		if err := tensor.ConvertBytes(tensor.Float32, floatBytes(dst), t, src, tensor.ConvertOptions{}); err != nil {
			return err
		}
		for i := range dst {
			dst[i] -= zero
		}
	}
	return nil
}

func less[T uint8 | int8](dst []float32, src []T, zero float32) {
	z := int32(zero)
	src = src[:len(dst)]
	for i := range dst {
		dst[i] = float32(int32(src[i]) - z)
	}
}

// collect adds a part of a sum, whole numbers, to the sums, or starts them.
func collect(sums []int32, part []float32, first bool) {
	sums = sums[:len(part)]
	if first {
		for i, v := range part {
			sums[i] = int32(v)
		}
		return
	}
	for i, v := range part {
		sums[i] += int32(v)
	}
}

// widened returns the elements of v as float32, in dst's memory if need be; nil
// for an input that is absent.
func widened(dst []float32, v *op.Value) ([]float32, error) {
	if v == nil {
		return nil, nil
	}
	dst = grow(dst, v.Len())
	return dst, tensor.ConvertBytes(tensor.Float32, floatBytes(dst), v.Type, v.Bytes[:v.Len()*v.Type.Size()], tensor.ConvertOptions{})
}

// grow returns n elements, in dst's memory if it is large enough.
func grow[T any](dst []T, n int) []T {
	if cap(dst) < n {
		return make([]T, n)
	}
	return dst[:n]
}

// settle rounds sums that are scaled already, adds the zero point and limits
// them to the range of an integer type.
func settle(s *kernels.Set, t tensor.Type, v []float32, zero float32) {
	lo, hi, _ := limits(t)
	s.Round(v, v)
	s.AddScalar(v, v, zero)
	s.Clip(v, v, lo, hi)
}
