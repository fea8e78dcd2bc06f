package nn

import (
	"sync"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// canWinograd reports whether there is an algorithm for a convolution, for
// images of some size: square kernels of 3×3 with stride 1 and any dilation, of
// 3×3 and 4×4 with stride 2, and enough channels to fill the matrices.
func canWinograd(e *op.Env, c *conv, in []op.Info) bool {
	w := in[1].Const
	if e.Exact || w == nil || w.Rank() != 4 || c.group != 1 || len(in) > 2 && in[2].Present() && in[2].Const == nil {
		return false
	}
	s := w.Shape()
	k, stride, dilation := s[2], one(c.stride, 0), one(c.dilation, 0)
	if k != s[3] || stride != one(c.stride, 1) || dilation != one(c.dilation, 1) || min(s[0], s[1]) < 16 {
		return false
	}
	return k == 3 && stride == 1 || (k == 3 || k == 4) && stride == 2 && dilation == 1
}

// algorithm returns the algorithm for one image with an output of h×w pixels,
// false if the plain product is better. It depends on nothing else, so neither
// do results.
//
// Tiles of 4×4 outputs need the fewest products, but four times the memory of
// the weights (6 with 4×4 taps, 9 with 3×3 and stride 2), those of 2×2 twice to
// three times. Reading more weights for a few tiles takes longer than the
// products that are saved, unless they stay in a cache.
func (c *conv) algorithm(k, cin, cout, h, w int) (kernels.Winograd, bool) {
	d, stride := one(c.dilation, 0), one(c.stride, 0)
	large, small, enough, some := kernels.F43, kernels.F23, 16, 16
	if stride == 2 {
		large, small = kernels.F42, kernels.F22
		if k == 3 {
			enough, some = 49, 49
			if cout < 64 { // the transforms of the input are not paid for
				return 0, false
			}
		}
	}
	tiles := func(f kernels.Winograd) int {
		n := winogradTiles(f.Outputs(), h, d) * winogradTiles(f.Outputs(), w, d)
		side := f.Inputs() * stride
		if stride == 2 {
			side -= 4 - k // the plane at infinity leaves out two images
		}
		if 5*side*side*n >= 4*k*k*h*w { // so much of the tiles is cut off that nothing is gained
			return 0
		}
		return n
	}
	const cached = 1 << 15 // pairs of channels
	switch n := tiles(large); {
	case n >= enough && (n >= 32 || cin*cout <= cached):
		return large, true
	case tiles(small) >= some:
		return small, true
	}
	return 0, false
}

// adaptive is a convolution of images of different sizes, which may need
// different algorithms. Weights for these are made of the packed ones when they
// are first needed.
type adaptive struct {
	direct *product
	e      *op.Env
	forms  [4]adaptiveForm // by kernels.Winograd
}

type adaptiveForm struct {
	once sync.Once
	k    *winograd
}

// adaptiveMemo is what a frame keeps.
type adaptiveMemo struct {
	direct   productMemo
	winograd winogradMemo
	k        *winograd // nil: direct
}

// newProductOrWinograd returns the kernel of a convolution that is neither
// depthwise nor a stem. Where the image has a fixed size the algorithm is
// chosen at once.
func newProductOrWinograd(e *op.Env, c *conv, in, out []op.Info) op.Kernel {
	if !canWinograd(e, c, in) {
		return newProduct(e, c, in)
	}
	h, w := out[0].Shape[2], out[0].Shape[3]
	if h < 0 || w < 0 {
		return &adaptive{direct: newProduct(e, c, in), e: e}
	}
	s := in[1].Const.Shape()
	f, ok := c.algorithm(s[2], s[1], s[0], h, w)
	if !ok {
		return newProduct(e, c, in)
	}
	var bias []float32
	if len(in) > 2 && in[2].Const != nil {
		bias = padded(tensor.Data[float32](in[2].Const), nil)
	}
	data, taps := tensor.Data[float32](in[1].Const), s[2]*s[3]
	return newWinograd(e, c, f, s, bias, func(dst *[16]float32, o, ch int) { copy(dst[:], data[(o*s[1]+ch)*taps:][:taps]) })
}

// Packs says which constants are not read from the input any more.
func (k *adaptive) Packs(in int) bool { return k.direct.Packs(in) }

func (k *adaptive) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*adaptiveMemo)
	if m == nil {
		m = new(adaptiveMemo)
		f.Memo = m
	}
	w, y := f.In[1].Shape, f.Out[0].Shape
	m.k = nil
	if a, ok := k.direct.c.algorithm(w[2], w[1], w[0], y[2], y[3]); ok {
		m.k = k.winograd(a, w)
		m.k.resolve(f, &m.winograd)
		return nil
	}
	k.direct.resolve(f, &m.direct)
	return nil
}

// winograd returns the kernel of an algorithm.
func (k *adaptive) winograd(a kernels.Winograd, shape []int) *winograd {
	form := &k.forms[a]
	form.once.Do(func() {
		w := k.direct.weights
		form.k = newWinograd(k.e, k.direct.c, a, shape, k.direct.bias, w.kernel)
	})
	return form.k
}

func (k *adaptive) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*adaptiveMemo)
	if m.k != nil {
		m.k.run(f, &m.winograd, phase, chunk, worker)
		return nil
	}
	return k.direct.run(f, &m.direct, phase, chunk, worker)
}
