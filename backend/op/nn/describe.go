package nn

import "github.com/sardonyx-go/sardonyx/backend/op"

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
func (k *stem) Describe(f *op.Frame) (string, float64) { return "stem", products(f) }

// Describe implements [op.Describer].
func (k *depthwise) Describe(f *op.Frame) (string, float64) { return "depthwise", products(f) }
