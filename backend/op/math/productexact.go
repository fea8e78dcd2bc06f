package math

import "github.com/sardonyx-go/sardonyx/backend/op"

// exactProduct multiplies matrices of float64 or of integers, which wrap
// around. Columns of a row are summed side by side, over ascending k.
type exactProduct[T number] struct{ op *product }

func (k *exactProduct[T]) Resolve(f *op.Frame) error {
	s, ok := f.Memo.(*sizes)
	if !ok {
		s = new(sizes)
		f.Memo = s
	}
	s.set(k.op, f.In[0], f.In[1], f.Out[0])
	f.Split(s.count*s.m, float64(s.n*s.k)+10)
	return nil
}

func (k *exactProduct[T]) Run(f *op.Frame, phase, chunk, _ int) error {
	s := f.Memo.(*sizes)
	a, b, y := op.Data[T](f.In[0]), op.Data[T](f.In[1]), op.Data[T](f.Out[0])
	lo, hi := f.Span(phase, chunk, s.count*s.m)
	for i := lo; i < hi; i++ {
		matrix, row := i/s.m, i%s.m
		oa, ob, oy := s.offset(matrix)
		oa += row * s.a.row
		oy += row * s.y.row
		for j := range s.n {
			y[oy+j*s.y.col] = 0
		}
		for p := range s.k {
			v := a[oa+p*s.a.col]
			if s.b.col == 1 && s.y.col == 1 {
				addScaled(y[oy:oy+s.n], v, b[ob+p*s.b.row:])
				continue
			}
			for j := range s.n {
				y[oy+j*s.y.col] += T(v * b[ob+p*s.b.row+j*s.b.col])
			}
		}
		k.finish(f, y[oy:], row, s)
	}
	return nil
}

// addScaled adds v times a row of B to a row of Y.
func addScaled[T number](y []T, v T, b []T) {
	b = b[:len(y)]
	for j := range y {
		y[j] += T(v * b[j])
	}
}

// finish scales a row of Gemm and adds the row of C.
func (k *exactProduct[T]) finish(f *op.Frame, y []T, row int, s *sizes) {
	if k.op.alpha != 1 {
		for j := range s.n {
			y[j*s.y.col] = T(float64(y[j*s.y.col]) * float64(k.op.alpha))
		}
	}
	if len(f.In) < 3 || f.In[2] == nil || k.op.beta == 0 {
		return
	}
	c := op.Data[T](f.In[2])
	at, step := row*strideAt(f.In[2], -1, 1), strideAt(f.In[2], -1, 0)
	for j := range s.n {
		v := c[at+j*step]
		if k.op.beta != 1 {
			v = T(float64(v) * float64(k.op.beta))
		}
		y[j*s.y.col] += v
	}
}

// Describe implements [op.Describer].
func (k *exactProduct[T]) Describe(f *op.Frame) (string, float64) {
	return "rows of a product", f.Memo.(*sizes).products()
}
