package quant

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// DynamicQuantizeLinear, version 11: quantizes to uint8 with a scale that just
// fits the range of x, widened to hold 0.
//
//	x [...] float32 -> y uint8 like x, y_scale [], y_zero_point []
//
// Where all of x is 0, any scale will do, and it is 1.
type dynamic struct{}

func newDynamic(*graph.Node) (op.Op, error) { return dynamic{}, nil }

func (dynamic) Infer(in, out []op.Info) error {
	if in[0].Type != tensor.Float32 {
		return fmt.Errorf("%w: x is %v, want float32", op.ErrType, in[0].Type)
	}
	if len(out) != 3 {
		return fmt.Errorf("%w: %d outputs, want 3", op.ErrInput, len(out))
	}
	out[0].Like(tensor.Uint8, &in[0])
	out[1].Tensor(tensor.Float32)
	out[2].Tensor(tensor.Uint8)
	return nil
}

func (dynamic) Prepare(e *op.Env, _, _ []op.Info) (op.Kernel, error) {
	return &dynamicKernel{e.Set}, nil
}

type dynamicKernel struct{ set *kernels.Set }

// ranges is the least and greatest element of each chunk.
type ranges struct{ lo, hi []float32 }

func (k *dynamicKernel) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*ranges)
	if m == nil {
		m = new(ranges)
		f.Memo = m
	}
	f.Scratch = 4 * block
	n := f.In[0].Len()
	f.Split(n, 0.1)
	chunks := f.Phases[0].Chunks
	if cap(m.lo) < chunks {
		m.lo, m.hi = make([]float32, chunks), make([]float32, chunks)
	}
	m.lo, m.hi = m.lo[:chunks], m.hi[:chunks]
	parts := max(1, n/(16<<10))
	f.Phases = append(f.Phases, op.Phase{Chunks: 1, Cost: chunks}, op.Phase{Chunks: parts, Cost: n / parts})
	return nil
}

func (k *dynamicKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*ranges)
	x := op.Data[float32](f.In[0])[:f.In[0].Len()]
	lo, hi := f.Span(phase, chunk, len(x))
	switch phase {
	case 0:
		m.lo[chunk], m.hi[chunk] = 0, 0
		if part := x[lo:hi]; len(part) > 0 {
			m.lo[chunk], m.hi[chunk] = min(0, k.set.MinOf(part)), max(0, k.set.MaxOf(part))
		}
		return nil
	case 1:
		least, greatest := float32(0), float32(0)
		for i := range m.lo {
			least, greatest = min(least, m.lo[i]), max(greatest, m.hi[i])
		}
		scale, zero := uint8Scale(least, greatest)
		f.Param = append(f.Param[:0], int(math.Float32bits(scale)), int(zero))
		if f.Out[1] != nil {
			op.Data[float32](f.Out[1])[0] = scale
		}
		if f.Out[2] != nil {
			f.Out[2].Bytes[0] = zero
		}
		return nil
	}
	if f.Out[0] == nil {
		return nil
	}
	scale := math.Float32frombits(uint32(f.Param[0]))
	work := tensor.View[float32](f.Work(worker))
	work[0] = float32(f.Param[1])
	zero, v := work[:1], work[1:block]
	for at := lo; at < hi; {
		n := min(len(v), hi-at)
		k.set.DivScalar(v[:n], x[at:at+n], scale)
		if err := store(k.set, f.Out[0], at, v[:n], zero, true); err != nil {
			return err
		}
		at += n
	}
	return nil
}

// uint8Scale returns the scale and zero point for a range that holds 0.
func uint8Scale(lo, hi float32) (float32, uint8) {
	scale := (hi - lo) / 255
	if scale == 0 {
		return 1, 0
	}
	zero := math.RoundToEven(float64(0 - lo/scale))
	return scale, uint8(max(0, min(255, zero)))
}
