package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// scale is a depthwise convolution of single taps in plain order: each plane
// times its weight, plus its bias. Reordering the image would cost more than
// that.
type scale struct {
	set  *kernels.Set
	ep   op.Epilogue
	w, b []float32
}

// isScale reports whether a convolution is one.
func isScale(c *conv, in []op.Info) bool {
	return in[1].Const != nil && isDepthwise(c, in) && !c.ep.Residual && single(c, in[1].Const.Shape()[2:])
}

// single reports whether a kernel has one tap, and no padding.
func single(c *conv, kernel []int) bool {
	for i, k := range kernel {
		begin, end := c.padding(i, len(kernel), 1, 1)
		if k != 1 || begin != 0 || end != 0 || one(c.stride, i) != 1 {
			return false
		}
	}
	return c.border == ""
}

func newScale(e *op.Env, c *conv, in []op.Info) op.Kernel {
	k := &scale{set: e.Set, ep: c.ep, w: append([]float32(nil), tensor.Data[float32](in[1].Const)...)}
	k.b = make([]float32, len(k.w))
	if len(in) > 2 && in[2].Const != nil {
		copy(k.b, tensor.Data[float32](in[2].Const))
	}
	return k
}

// Packs says which constants are not read from the input any more.
func (k *scale) Packs(in int) bool { return in == 1 || in == 2 }

func (k *scale) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

func (k *scale) Resolve(f *op.Frame) error {
	x := f.In[0]
	f.Split(x.Shape[0]*x.Shape[1], float64(op.Product(x.Shape[2:]))/8+20)
	return nil
}

func (k *scale) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	hw := op.Product(x.Shape[2:])
	xs, ys := op.Data[float32](x), op.Data[float32](y)
	for i, to := f.Span(phase, chunk, x.Shape[0]*x.Shape[1]); i < to; i++ {
		dst, c := ys[i*hw:][:hw], i%x.Shape[1]
		k.set.MulScalar(dst, xs[i*hw:][:hw], k.w[c])
		k.set.AddScalar(dst, dst, k.b[c])
		if k.ep.Activation != "" {
			op.Activate(k.set, k.ep.Activation, k.ep.Alpha, k.ep.Beta, dst)
		}
	}
	return nil
}
