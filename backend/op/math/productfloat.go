package math

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// floatProduct multiplies matrices of float32 by [kernels.Set.Gemm].
//
// A constant B is packed when the model is compiled, alpha included. Otherwise
// each chunk packs the columns it needs. A is read where it lies if its rows
// are contiguous, else copied; Y is written where it lies likewise. A vector C
// is the bias by which sums begin; any other C is copied to Y before, and sums
// begin with that, so that the bits are the same.
type floatProduct struct {
	op       *product
	set      *kernels.Set
	packed   [][]float32 // of a constant B, by matrix; nil if B is an input
	c        int         // index of input C, -1 for none
	residual int         // index of the input added after, -1 for none
	lo, hi   float32     // limits of the activation
	clamp    bool
}

// newFloat returns the kernel; t is the type of the constants in the model.
func (o *product) newFloat(s *kernels.Set, in []op.Info, t tensor.Type) (op.Kernel, error) {
	k := &floatProduct{op: o, set: s, c: -1, residual: -1}
	n, err := o.inputs(len(in))
	if err != nil {
		return nil, err
	}
	if n == 3 && in[2].Present() && o.beta != 0 {
		k.c = 2
	}
	if o.residual {
		k.residual = n
	}
	var ok bool
	if k.lo, k.hi, ok = o.ep.Clamp(); ok {
		k.clamp = o.ep.Activation != ""
	}
	if b := in[1].Const; b != nil && b.Rank() > 0 {
		if t != tensor.Float32 {
			if b, err = tensor.Convert(tensor.Float32, b, tensor.ConvertOptions{}); err != nil {
				return nil, err
			}
		}
		k.pack(b)
	}
	return k, nil
}

// pack packs the matrices of a constant B.
func (k *floatProduct) pack(b *tensor.Tensor) {
	shape, data := b.Shape(), tensor.Data[float32](b)
	r := len(shape)
	depth, n := shape[max(0, r-2)], 1
	if r > 1 {
		n = shape[r-1]
	}
	rs, cs := n, 1
	if k.op.transB {
		depth, n, rs, cs = n, depth, 1, n
	}
	count := op.Product(shape[:max(0, r-2)])
	k.packed = make([][]float32, count)
	for i := range count {
		p := tensor.View[float32](tensor.Alloc(4 * kernels.PackedLen(depth, n)))
		kernels.Pack(p, depth, n, data[i*depth*n:], rs, cs)
		if k.op.alpha != 1 {
			k.set.MulScalar(p, p, k.op.alpha)
		}
		k.packed[i] = p
	}
}

// productPlan is what a frame keeps: sizes, and blocks of rows and columns.
type productPlan struct {
	sizes
	mb, nb             int // rows and columns of a block
	rows, cols         int // blocks
	copyA, copyY, bias bool
	sa, sb, sy, sbias  int // scratch, in elements
}

// Packs says that a constant B is not read from the input any more.
func (k *floatProduct) Packs(in int) bool { return in == 1 && k.packed != nil }

// Strided says that A and B may have any strides.
func (k *floatProduct) Strided(in int) bool { return in < 2 }

// StridedOut says that Y may have any strides.
func (k *floatProduct) StridedOut() bool { return true }

func (k *floatProduct) Resolve(f *op.Frame) error {
	p, ok := f.Memo.(*productPlan)
	if !ok {
		p = new(productPlan)
		f.Memo = p
	}
	p.set(k.op, f.In[0], f.In[1], f.Out[0])
	p.copyA = p.a.col != 1 && p.k > 1
	p.copyY = p.y.col != 1 && p.n > 1
	p.bias = k.c >= 0 && vector(f.In[k.c])
	k.blocks(p)
	p.sa, p.sb, p.sy, p.sbias = 0, 0, 0, 0
	if p.copyA {
		p.sa = p.mb * p.k
	}
	if k.packed == nil {
		p.sb = kernels.PackedLen(p.k, p.nb)
	}
	if p.copyY {
		p.sy = p.mb * p.nb
	}
	if p.bias {
		p.sbias = p.nb
	}
	f.Scratch = 4 * (p.sa + p.sb + p.sy + p.sbias + 3*kernels.Strip)
	f.Split(p.count*p.rows*p.cols, k.cost(p, p.mb, p.nb))
	return nil
}

// vector reports whether a value is the same for every row of a matrix and has
// an element for each column.
func vector(v *op.Value) bool {
	r := len(v.Shape)
	return r > 0 && v.Shape[r-1] > 1 && v.Stride[r-1] == 1 && v.Len() == v.Shape[r-1]
}

// cost is an estimate in nanoseconds of a block of m rows and n columns: 100
// multiplications and additions a nanosecond, or reading B at 10 bytes of it.
func (k *floatProduct) cost(p *productPlan, m, n int) float64 {
	c := float64(p.k) * float64(n) * max(2*float64(m)/100, 0.4)
	if k.packed == nil {
		c += float64(p.k) * float64(n) * 0.5
	}
	if p.copyA {
		c += float64(m*p.k) * 0.5
	}
	return c + 50
}

// blocks chooses the size of blocks from the sizes alone: up to 256 rows, so
// that a block of B is used often, and about 50 us of columns.
func (k *floatProduct) blocks(p *productPlan) {
	const cost, wide = 50e3, 2 * kernels.Strip
	p.mb = min(p.m, 256)
	if k.packed == nil {
		p.mb = min(p.m, 1024) // B is packed again for each block of rows
	}
	perColumn := k.cost(p, p.mb, wide) / wide
	p.nb = max(wide, int(cost/perColumn)/wide*wide)
	if p.copyA {
		p.nb = max(p.nb, 512) // A is copied again for each block of columns
	}
	p.nb = min(p.nb, p.n)
	p.rows, p.cols = 0, 0
	if p.m > 0 && p.n > 0 {
		p.rows, p.cols = (p.m+p.mb-1)/p.mb, (p.n+p.nb-1)/p.nb
	}
}

// Describe implements [op.Describer].
func (k *floatProduct) Describe(f *op.Frame) (string, float64) {
	name := "product"
	if k.packed == nil {
		name = "product, packing"
	}
	return name, f.Memo.(*productPlan).products()
}

func (k *floatProduct) Run(f *op.Frame, phase, chunk, worker int) error {
	p := f.Memo.(*productPlan)
	lo, hi := f.Span(phase, chunk, p.count*p.rows*p.cols)
	work := tensor.View[float32](f.Work(worker))
	for i := lo; i < hi; i++ {
		j := i % (p.rows * p.cols)
		k.block(f, p, i/(p.rows*p.cols), j%p.rows*p.mb, j/p.rows*p.nb, work)
	}
	return nil
}

// block computes rows from r and columns from c on of one matrix.
func (k *floatProduct) block(f *op.Frame, p *productPlan, matrix, r, c int, work []float32) {
	m, n := min(p.mb, p.m-r), min(p.nb, p.n-c)
	oa, ob, oy := p.offset(matrix)
	oy += r*p.y.row + c*p.y.col

	a, lda := op.Data[float32](f.In[0]), p.a.row
	if oa += r * p.a.row; oa < len(a) {
		a = a[oa:]
	}
	if p.copyA {
		wa := take(&work, p.sa)
		k.copyRows(wa, a, m, p.k, p.a)
		a, lda = wa, p.k
	}
	if m == 1 {
		lda = p.k
	}
	y, ldy := op.Data[float32](f.Out[0])[oy:], p.y.row
	if p.copyY {
		y, ldy = take(&work, p.sy), n
	}
	if m == 1 {
		ldy = n
	}

	var b []float32
	if k.packed != nil {
		b = k.packed[k.number(p, ob)][c*p.k:]
	} else {
		b = take(&work, p.sb)
		kernels.Pack(b, p.k, n, tail(op.Data[float32](f.In[1]), ob+c*p.b.col), p.b.row, p.b.col)
		if k.op.alpha != 1 {
			b := b[:kernels.PackedLen(p.k, n)]
			k.set.MulScalar(b, b, k.op.alpha)
		}
	}

	var e kernels.Epilogue
	switch {
	case p.bias:
		e.Bias = op.Data[float32](f.In[k.c])[c : c+n]
		if k.op.beta != 1 {
			w := take(&work, p.sbias)[:n]
			k.set.MulScalar(w, e.Bias, k.op.beta)
			e.Bias = w
		}
	case k.c >= 0:
		k.fill(y, ldy, m, n, f.In[k.c], r, c)
		e.Load = true
	}
	if k.residual >= 0 {
		v := f.In[k.residual]
		at, row := k.residualAt(p, v, matrix, r, c)
		e.Residual, e.Ldr = op.Data[float32](v)[at:], row
	}
	e.Clamp, e.Lo, e.Hi = k.clamp, k.lo, k.hi
	k.set.Gemm(m, n, p.k, a, lda, b, y, ldy, &e)
	k.op.ep.Rows(k.set, y, ldy, m, n)
	if p.copyY {
		d := op.Data[float32](f.Out[0])[oy:]
		for i := range m {
			for j := range n {
				d[i*p.y.row+j*p.y.col] = y[i*n+j]
			}
		}
	}
}

// number returns which matrix of a constant B begins at an offset.
func (k *floatProduct) number(p *productPlan, ob int) int {
	if ob == 0 || p.k*p.n == 0 {
		return 0
	}
	return ob / (p.k * p.n)
}

// residualAt returns where a block lies in the input added after, which is
// contiguous and of Y's shape, and its row stride.
func (k *floatProduct) residualAt(p *productPlan, v *op.Value, matrix, r, c int) (at, row int) {
	return (matrix*p.m+r)*p.n + c, p.n
}

// copyRows makes rows of k contiguous elements.
func (k *floatProduct) copyRows(dst, a []float32, m, depth int, s matrix) {
	if s.row == 1 || m == 1 {
		k.set.Transpose(dst, depth, a, s.col, depth, m)
		return
	}
	for i := range m {
		for p := range depth {
			dst[i*depth+p] = a[i*s.row+p*s.col]
		}
	}
}

// fill sets a block of Y to beta times C, which broadcasts.
func (k *floatProduct) fill(y []float32, ldy, m, n int, c *op.Value, r, col int) {
	row, step := strideAt(c, -1, 1), strideAt(c, -1, 0)
	x := op.Data[float32](c)
	for i := range m {
		at := (r+i)*row + col*step
		for j := range n {
			y[i*ldy+j] = float32(x[at+j*step] * k.op.beta)
		}
	}
}

// take cuts n elements off scratch memory, rounded up to a cache line.
func take(work *[]float32, n int) []float32 {
	w := (*work)[:n]
	*work = (*work)[min(len(*work), (n+kernels.Strip-1)/kernels.Strip*kernels.Strip):]
	return w
}

// tail returns x from element i on; nothing if there is none.
func tail(x []float32, i int) []float32 {
	if i >= len(x) {
		return nil
	}
	return x[i:]
}
