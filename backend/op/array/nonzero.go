package array

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// nonZero is NonZero: the coordinates of the elements that are not zero, false
// or empty, in row-major order: y[d, i] is coordinate d of the i-th. Their number
// is late. A scalar has no coordinates: y is (0, n).
type nonZero struct{}

func newNonZero(*graph.Node) (op.Op, error) { return nonZero{}, nil }

func (nonZero) Infer(in, out []op.Info) error {
	rank := op.Unknown
	if in[0].Ranked {
		rank = len(in[0].Shape)
	}
	out[0].Tensor(tensor.Int64, rank, op.Unknown)
	return nil
}

func (nonZero) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	mask := ^uint64(0) // without the signs of floats: -0 is zero
	switch in[0].Type {
	case tensor.Float16, tensor.BFloat16:
		mask = 1<<15 - 1
	case tensor.Float32:
		mask = 1<<31 - 1
	case tensor.Float64:
		mask = 1<<63 - 1
	case tensor.Complex64:
		mask = 1<<63 - 1 - 1<<31
	}
	return finding{mask, pick(in[0].Type, findBits[uint8], findBits[uint16], findBits[uint32], findBits[uint64],
		findOthers[complex128], findOthers[string])}, nil
}

// finding collects the places of elements before it knows how many there are.
type finding struct {
	mask uint64
	find func(dst []int, x *op.Value, mask uint64) []int
}

func (finding) Resolve(f *op.Frame) error {
	f.One(2 * f.In[0].Len())
	return nil
}

func (k finding) Run(f *op.Frame, _, _, _ int) error {
	x := f.In[0]
	f.Param = k.find(append(f.Param[:0], len(x.Shape), 0), x, k.mask)
	n := len(f.Param) - 2
	f.Param[1] = n
	if err := f.Alloc(0, f.Param[:2]...); err != nil {
		return err
	}
	y := op.Data[int64](f.Out[0])
	for i, at := range f.Param[2:] {
		for d := len(x.Shape) - 1; d > 0; d-- {
			rest := at / x.Shape[d]
			y[d*n+i] = int64(at - rest*x.Shape[d])
			at = rest
		}
		if len(x.Shape) > 0 {
			y[i] = int64(at)
		}
	}
	return nil
}

func findBits[T uint8 | uint16 | uint32 | uint64](dst []int, x *op.Value, mask uint64) []int {
	// A block's places are all written and those not wanted overwritten, so that
	// no branch is to be predicted.
	var places [256]int
	all := cells[T](x)[:x.Len()]
	for from := 0; from < len(all); from += len(places) {
		n := 0
		for i, v := range all[from:min(from+len(places), len(all))] {
			places[n&(len(places)-1)] = from + i
			next := n + 1
			if uint64(v)&mask == 0 {
				next = n
			}
			n = next
		}
		dst = append(dst, places[:n]...)
	}
	return dst
}

func findOthers[T complex128 | string](dst []int, x *op.Value, _ uint64) []int {
	var zero T
	for i, v := range cells[T](x)[:x.Len()] {
		if v != zero {
			dst = append(dst, i)
		}
	}
	return dst
}
