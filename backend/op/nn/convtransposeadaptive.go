package nn

import (
	"sync"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// canWinograd reports whether there is an algorithm for images of some size:
// kernels of 4×4 with stride 2.
func (c *convTranspose) canWinograd(e *op.Env, in []op.Info) bool {
	w := in[1].Const
	if e.Exact || w == nil || w.Rank() != 4 || c.group != 1 || len(in) > 2 && in[2].Present() && in[2].Const == nil {
		return false
	}
	s := w.Shape()
	return s[2] == 4 && s[3] == 4 && one(c.stride, 0) == 2 && one(c.stride, 1) == 2 &&
		one(c.dilation, 0) == 1 && one(c.dilation, 1) == 1 && min(s[0], s[1]) >= 16
}

// algorithm returns the algorithm for one image with an output of h×w pixels,
// false if the products of phases are better; see conv.algorithm. Each phase has
// weights of its own, so that they are four times those of a convolution of as
// many tiles.
func (c *convTranspose) algorithm(cin, cout, h, w int) (kernels.Winograd, bool) {
	tiles := func(f kernels.Winograd) int {
		return winogradTiles(f.Outputs(), (h+1)/2, 1) * winogradTiles(f.Outputs(), (w+1)/2, 1)
	}
	const cached = 1 << 15 // pairs of channels
	large, small := tiles(kernels.F42), tiles(kernels.F22)
	switch {
	case large >= 32 || large >= 16 && cin*cout <= cached:
		return kernels.F42, true
	case small >= 64 || small >= 16 && cin*cout <= cached:
		return kernels.F22, true
	}
	return 0, false
}

// transposeAdaptive is a ConvTranspose of images of different sizes, like
// adaptive.
type transposeAdaptive struct {
	direct *transposeProduct
	e      *op.Env
	forms  [4]transposeForm // by kernels.Winograd
}

type transposeForm struct {
	once sync.Once
	k    *transposeWinograd
}

// transposeAdaptiveMemo is what a frame keeps.
type transposeAdaptiveMemo struct {
	direct   transposeMemo
	winograd transposeWinogradMemo
	k        *transposeWinograd // nil: direct
}

// newTransposeProductOrWinograd returns the kernel of a channels-last
// ConvTranspose. Where the image has a fixed size the algorithm is chosen at
// once.
func newTransposeProductOrWinograd(e *op.Env, c *convTranspose, in, out []op.Info) op.Kernel {
	if !c.canWinograd(e, in) {
		return newTransposeProduct(e, c, in)
	}
	h, w := out[0].Shape[2], out[0].Shape[3]
	if h < 0 || w < 0 {
		return &transposeAdaptive{direct: newTransposeProduct(e, c, in), e: e}
	}
	s := in[1].Const.Shape()
	f, ok := c.algorithm(s[0], s[1], h, w)
	if !ok {
		return newTransposeProduct(e, c, in)
	}
	var bias []float32
	if len(in) > 2 && in[2].Const != nil {
		bias = padded(tensor.Data[float32](in[2].Const), nil)
	}
	data := tensor.Data[float32](in[1].Const)
	return newTransposeWinograd(e, c, f, s, bias, func(dst *[16]float32, o, ch int) { copy(dst[:], data[(ch*s[1]+o)*16:]) })
}

// Packs says which constants are not read from the input any more.
func (k *transposeAdaptive) Packs(in int) bool { return k.direct.Packs(in) }

func (k *transposeAdaptive) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*transposeAdaptiveMemo)
	if m == nil {
		m = new(transposeAdaptiveMemo)
		f.Memo = m
	}
	w, y := f.In[1].Shape, f.Out[0].Shape
	m.k = nil
	if a, ok := k.direct.c.algorithm(w[0], w[1], y[2], y[3]); ok {
		form := &k.forms[a]
		form.once.Do(func() {
			form.k = newTransposeWinograd(k.e, k.direct.c, a, w, k.direct.bias, k.direct.weights.kernel)
		})
		m.k = form.k
		m.k.resolve(f, &m.winograd)
		return nil
	}
	k.direct.resolve(f, &m.direct)
	return nil
}

func (k *transposeAdaptive) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*transposeAdaptiveMemo)
	if m.k != nil {
		m.k.run(f, &m.winograd, phase, chunk, worker)
		return nil
	}
	return k.direct.run(f, &m.direct, phase, chunk)
}
