package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// transposeReference is a ConvTranspose of any floating-point type in plain
// order: computed in float64, input pixel by input pixel, and rounded once.
type transposeReference struct{ c *convTranspose }

func (k transposeReference) Resolve(f *op.Frame) error {
	if f.Memo == nil {
		f.Memo = new(widened)
	}
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: 1}, op.Phase{Chunks: f.Out[0].Shape[0] * f.Out[0].Shape[1], Cost: 1e5}, op.Phase{Chunks: 1})
	return nil
}

func (k transposeReference) Run(f *op.Frame, phase, chunk, _ int) (err error) {
	m := f.Memo.(*widened)
	switch phase {
	case 0:
		return m.load(f)
	case 1:
		k.plane(m, f.In[0], f.In[1], f.Out[0], chunk)
		return nil
	}
	y := f.Out[0]
	return tensor.ConvertBytes(y.Type, y.Bytes[:y.Len()*y.Type.Size()], tensor.Float64, tensor.Of(m.y, len(m.y)).Bytes(), tensor.ConvertOptions{})
}

// load widens X, W and B, and makes room for Y.
func (m *widened) load(f *op.Frame) (err error) {
	if m.x, err = widen(m.x, f.In[0]); err != nil {
		return err
	}
	if m.w, err = widen(m.w, f.In[1]); err != nil {
		return err
	}
	m.b = m.b[:0]
	if len(f.In) > 2 && f.In[2] != nil {
		m.b, err = widen(m.b, f.In[2])
	}
	m.y = grown(m.y, f.Out[0].Len())
	return err
}

// plane computes plane number i of the output.
func (k transposeReference) plane(m *widened, x, w, y *op.Value, i int) {
	kernel, n := w.Shape[2:], len(w.Shape)-2
	cin, cout := w.Shape[0]/k.c.group, w.Shape[1]
	o, g := i%y.Shape[1], i%y.Shape[1]/cout
	xs, ks, ys := op.Product(x.Shape[2:]), op.Product(kernel), op.Product(y.Shape[2:])
	dst := m.y[i*ys:][:ys]
	for p := range dst {
		dst[p] = 0
		if len(m.b) > 0 {
			dst[p] = m.b[o]
		}
	}
	for c := range cin {
		from := m.x[(i/y.Shape[1]*x.Shape[1]+g*cin+c)*xs:][:xs]
		taps := m.w[((g*cin+c)*cout+o%cout)*ks:][:ks]
		var pixel, tap [maxSpatial]int
		for _, v := range from {
			tap = [maxSpatial]int{}
			for _, t := range taps {
				to, inside := 0, true
				for d := range n {
					_, pad := k.c.spatial(d, n, x.Shape[2+d], kernel[d])
					p := pixel[d]*one(k.c.stride, d) + tap[d]*one(k.c.dilation, d) - pad
					inside = inside && p >= 0 && p < y.Shape[2+d]
					to = to*y.Shape[2+d] + p
				}
				if inside {
					dst[to] += float64(v * t)
				}
				advance(tap[:n], kernel)
			}
			advance(pixel[:n], x.Shape[2:])
		}
	}
}
