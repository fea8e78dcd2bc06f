package nn

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// reference is a convolution of any floating-point type, in plain order:
// computed in float64 and rounded once.
type reference struct{ c *conv }

func newReference(c *conv, in []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float64, tensor.Float16, tensor.BFloat16:
		return reference{c}, nil
	}
	return nil, fmt.Errorf("%w: Conv of %v", op.ErrUnsupported, in[0].Type)
}

// widened is the frame's float64 copies of the inputs and of the output.
type widened struct{ x, w, b, y []float64 }

func (k reference) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*widened)
	if m == nil {
		m = new(widened)
		f.Memo = m
	}
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: 1}, op.Phase{Chunks: f.Out[0].Shape[0], Cost: 1e5}, op.Phase{Chunks: 1})
	return nil
}

// widen copies v to float64.
func widen(dst []float64, v *op.Value) ([]float64, error) {
	n := v.Len()
	if cap(dst) < n {
		dst = make([]float64, n)
	}
	dst = dst[:n]
	bytes := tensor.Of(dst, n).Bytes()
	return dst, tensor.ConvertBytes(tensor.Float64, bytes, v.Type, v.Bytes[:n*v.Type.Size()], tensor.ConvertOptions{})
}

func (k reference) Run(f *op.Frame, phase, chunk, _ int) (err error) {
	m := f.Memo.(*widened)
	x, w, y := f.In[0], f.In[1], f.Out[0]
	switch phase {
	case 0:
		if m.x, err = widen(m.x, x); err != nil {
			return err
		}
		if m.w, err = widen(m.w, w); err != nil {
			return err
		}
		m.b = m.b[:0]
		if len(f.In) > 2 && f.In[2] != nil {
			m.b, err = widen(m.b, f.In[2])
		}
		if n := y.Len(); cap(m.y) < n {
			m.y = make([]float64, n)
		}
		m.y = m.y[:y.Len()]
		return err
	case 1:
		k.image(m, x, w, y, chunk)
		return nil
	}
	bytes := tensor.Of(m.y, len(m.y)).Bytes()
	return tensor.ConvertBytes(y.Type, y.Bytes[:y.Len()*y.Type.Size()], tensor.Float64, bytes, tensor.ConvertOptions{})
}

// image computes the output of image i.
func (k reference) image(m *widened, x, w, y *op.Value, i int) {
	cin, cout := w.Shape[1], w.Shape[0]
	xs, ks, ys := op.Product(x.Shape[2:]), op.Product(w.Shape[2:]), op.Product(y.Shape[2:])
	spatial := op.Value{Shape: append([]int{1, 1}, x.Shape[2:]...)}
	spatial.SetPlain()
	offs := offsets(nil, k.c, &spatial, w.Shape[2:], y.Shape[2:])
	for o := range cout {
		g := o / (cout / k.c.group)
		dst := m.y[(i*cout+o)*ys:][:ys]
		for r := range dst {
			s := 0.0
			if len(m.b) > 0 {
				s = m.b[o]
			}
			for t := range ks {
				at := offs[t*ys+r]
				if at < 0 {
					continue
				}
				for c := range cin {
					s += m.x[(i*x.Shape[1]+g*cin+c)*xs+int(at)] * m.w[(o*cin+c)*ks+t]
				}
			}
			dst[r] = s
		}
	}
}
