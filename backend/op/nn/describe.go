package nn

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// products returns the floating-point operations of a convolution by its
// definition: two for each weight and output pixel of each image.
func products(f *op.Frame) float64 {
	y, w := f.Out[0], f.In[1]
	return 2 * float64(y.Len()) * float64(op.Product(w.Shape[1:]))
}

// Describe implements [op.Describer].
func (k *product) Describe(f *op.Frame) (string, float64) {
	m := f.Memo.(*productMemo)
	if len(m.offs) == 0 {
		return "product", products(f)
	}
	return "indirect product", products(f)
}

// Describe implements [op.Describer].
func (k *scale) Describe(f *op.Frame) (string, float64) { return "scaled planes", products(f) }

// Describe implements [op.Describer].
func (k *strideRows) Describe(f *op.Frame) (string, float64) {
	return "product of every other row", products(f)
}

// Describe implements [op.Describer].
func (p plainProduct) Describe(f *op.Frame) (string, float64) {
	name, _ := p.k.(op.Describer).Describe(f.Memo.(*plainMemo).f)
	return "reordered, " + name, products(f)
}

// Describe implements [op.Describer].
func (k *stem) Describe(f *op.Frame) (string, float64) { return "stem", products(f) }

// Describe implements [op.Describer].
func (k *depthwise) Describe(f *op.Frame) (string, float64) { return "depthwise", products(f) }

// transposeProducts returns the floating-point operations of a ConvTranspose by
// its definition: two for each weight and input pixel of each image.
func transposeProducts(f *op.Frame) float64 {
	x, w := f.In[0], f.In[1]
	return 2 * float64(x.Len()) * float64(op.Product(w.Shape[1:]))
}

// Describe implements [op.Describer].
func (k *transposeProduct) Describe(f *op.Frame) (string, float64) {
	return "products of phases", transposeProducts(f)
}

// Describe implements [op.Describer].
func (k *transposeWinograd) Describe(f *op.Frame) (string, float64) {
	return winogradName(k.phases[0].weights.f), transposeProducts(f)
}

// Describe implements [op.Describer].
func (k *transposeAdaptive) Describe(f *op.Frame) (string, float64) {
	if m := f.Memo.(*transposeAdaptiveMemo); m.k != nil {
		return m.k.Describe(f)
	}
	return k.direct.Describe(f)
}

// winogradName names an algorithm.
func winogradName(f kernels.Winograd) string {
	return fmt.Sprintf("Winograd F(%d,%d)", f.Outputs(), f.Taps())
}

// Describe implements [op.Describer].
func (k *winograd) Describe(f *op.Frame) (string, float64) {
	return winogradName(k.weights.f), products(f)
}

// Describe implements [op.Describer].
func (k *adaptive) Describe(f *op.Frame) (string, float64) {
	m := f.Memo.(*adaptiveMemo)
	if m.k != nil {
		return winogradName(m.k.weights.f), products(f)
	}
	if len(m.direct.offs) == 0 {
		return "product", products(f)
	}
	return "indirect product", products(f)
}

// Describe implements [op.Describer]: two operations for each weight, step and
// member of the batch; what the gates do besides is left out.
func (k *recurrentKernel[T]) Describe(f *op.Frame) (string, float64) {
	x, w, r := f.In[0].Shape, f.In[1], f.In[2]
	return "product, then steps", 2 * float64(x[0]*x[1]) * float64(w.Len()+r.Len())
}
