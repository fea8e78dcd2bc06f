package signal

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// dft is DFT: the transform of the lines along an axis. The last dim is 1 for real
// numbers and 2 for complex ones. Lines are cut or filled with zeros to a length
// that may be an input. Of a one-sided spectrum only the first length/2+1 values
// exist, because the signal is real.
type dft struct {
	axis     int // an input too, from version 20 on
	inverse  bool
	onesided bool
}

func newDFT(n *graph.Node) (op.Op, error) {
	axis := 1
	if n.Version >= 20 {
		axis = -2
	}
	o := &dft{n.Int("axis", axis), n.Int("inverse", 0) != 0, n.Int("onesided", 0) != 0}
	if n.Version >= 20 && n.Has("axis") {
		return nil, fmt.Errorf("%w: axis is an input since version 20", op.ErrAttr)
	}
	return o, nil
}

// Reads names the length and the axis.
func (o *dft) Reads() []int { return []int{1, 2} }

// scalar returns the value of an integer input, def if it is omitted; ok is false
// if it is not known yet.
func scalar(in []op.Info, i, def int) (v int, ok bool, err error) {
	if i >= len(in) || !in[i].Present() {
		return def, true, nil
	}
	if t := in[i].Type; t != tensor.Int64 && t != tensor.Int32 {
		return 0, false, fmt.Errorf("%w: input %d is %v", op.ErrType, i, t)
	}
	x, ok := in[i].Integers()
	if !ok {
		return 0, false, nil
	}
	if len(x) != 1 {
		return 0, false, fmt.Errorf("%w: input %d has %d elements, not 1", op.ErrShape, i, len(x))
	}
	return x[0], true, nil
}

// maxLength bounds transforms, whose tables take memory in proportion.
const maxLength = 1 << 28

func (o *dft) Infer(in, out []op.Info) error {
	if len(in) < 1 || len(in) > 3 {
		return fmt.Errorf("%w: %d inputs", op.ErrInput, len(in))
	}
	x := &in[0]
	if !x.Ranked {
		out[0].TensorOfRank(x.Type, -1)
		return nil
	}
	axis, known, err := scalar(in, 2, o.axis)
	if err != nil {
		return err
	}
	if !known {
		out[0].TensorOfRank(x.Type, len(x.Shape))
		return nil
	}
	last := len(x.Shape) - 1
	if axis, err = x.Axis(axis); err != nil {
		return err
	}
	if axis == last {
		return fmt.Errorf("%w: axis is %d, the last one", op.ErrAttr, axis)
	}
	n, bins, err := o.length(in, x.Shape[axis])
	if err != nil {
		return err
	}
	c := x.Shape[last]
	switch {
	case c >= 0 && c != 1 && c != 2:
		return fmt.Errorf("%w: last dim is %d, want 1 (real) or 2 (complex)", op.ErrShape, c)
	case o.onesided && !o.inverse && c == 2:
		return fmt.Errorf("%w: a one-sided transform is of real numbers", op.ErrShape)
	}
	out[0].Like(x.Type, x)
	out[0].Shape[axis], out[0].Shape[last] = bins, 2
	if o.onesided && o.inverse {
		out[0].Shape[axis], out[0].Shape[last] = n, 1
	}
	return nil
}

// length returns the length of the transform of lines of size values, and how
// many values a spectrum has; either may be unknown.
func (o *dft) length(in []op.Info, size int) (n, bins int, err error) {
	def := size
	if o.onesided && o.inverse {
		if def = op.Unknown; size >= 0 {
			def = 2 * (size - 1)
		}
	}
	n, known, err := scalar(in, 1, def)
	if err != nil {
		return 0, 0, err
	}
	if !known {
		n = op.Unknown
	}
	if op.Known(n) && (n < 1 || n > maxLength) {
		return 0, 0, fmt.Errorf("%w: a transform of length %d", op.ErrShape, n)
	}
	switch bins = n; {
	case !o.onesided:
	case n >= 0:
		bins = n/2 + 1
	default:
		bins = op.Unknown
	}
	return n, bins, nil
}

func (o *dft) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	return prepare(e.Set, in[0].Type, &dftKernel[float32]{o}, &dftKernel[float64]{o})
}

// prepare returns the kernel for an element type, behind the adapter for narrow
// ones.
func prepare(s *kernels.Set, t tensor.Type, single, double op.Kernel) (op.Kernel, error) {
	switch t {
	case tensor.Float32:
		return single, nil
	case tensor.Float64:
		return double, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(s, single, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: elements of %v", op.ErrUnsupported, t)
}

// dftKernel reads and writes elements of T.
type dftKernel[T float32 | float64] struct{ op *dft }

// dftPlan is what a frame keeps.
type dftPlan struct {
	t            *transform
	axis, n      int
	size, bins   int // values along the axis, in and out
	in, out      int // reals of a value, in and out
	inner, lines int
}

func (k *dftKernel[T]) Resolve(f *op.Frame) error {
	p, ok := f.Memo.(*dftPlan)
	if !ok {
		p = new(dftPlan)
		f.Memo = p
	}
	axis, _, err := scalar(f.InInfo, 2, k.op.axis)
	if err != nil {
		return err
	}
	x, y := f.In[0].Shape, f.Out[0].Shape
	if p.axis, err = op.Axis(axis, len(x)); err != nil {
		return err
	}
	p.size, p.bins, p.in, p.out = x[p.axis], y[p.axis], x[len(x)-1], y[len(y)-1]
	if p.n, _, err = k.op.length(f.InInfo, p.size); err != nil {
		return err
	}
	if p.t == nil || p.t.n != p.n {
		p.t = newTransform(p.n)
	}
	p.inner = op.Product(x[p.axis+1 : len(x)-1])
	p.lines = op.Product(x[:p.axis]) * p.inner
	f.Scratch = 16 * (p.n + p.t.work())
	f.Split(p.lines, p.t.cost()+3*float64(p.size+p.bins))
	return nil
}

func (k *dftKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	p := f.Memo.(*dftPlan)
	lo, hi := f.Span(phase, chunk, p.lines)
	work := tensor.View[complex128](f.Work(worker))
	line, work := work[:p.n], work[p.n:]
	x, y := op.Data[T](f.In[0]), op.Data[T](f.Out[0])
	for i := lo; i < hi; i++ {
		outer, inner := i/p.inner, i%p.inner
		k.load(line, x, p, outer*p.size*p.inner+inner)
		p.t.run(line, work)
		k.store(y, line, p, outer*p.bins*p.inner+inner)
	}
	return nil
}

// load copies a line, conjugated for the inverse transform, which is the forward
// one of conjugates.
func (k *dftKernel[T]) load(line []complex128, x []T, p *dftPlan, at int) {
	n := min(p.size, p.n)
	if k.op.onesided && k.op.inverse {
		n = min(n, p.n/2+1)
	}
	for j := range n {
		e := (at + j*p.inner) * p.in
		im := 0.
		if p.in == 2 {
			im = float64(x[e+1])
		}
		if k.op.inverse {
			im = -im
		}
		line[j] = complex(float64(x[e]), im)
	}
	clear(line[n:])
	if k.op.onesided && k.op.inverse { // the other side is the mirror image
		line[0] = complex(real(line[0]), 0)
		for j := 1; j < n; j++ {
			if 2*j == p.n {
				line[j] = complex(real(line[j]), 0)
			} else {
				line[p.n-j] = complex(real(line[j]), -imag(line[j]))
			}
		}
	}
}

func (k *dftKernel[T]) store(y []T, line []complex128, p *dftPlan, at int) {
	scale, sign := 1., 1.
	if k.op.inverse {
		scale, sign = 1/float64(p.n), -1
	}
	for j := range p.bins {
		e := (at + j*p.inner) * p.out
		y[e] = T(real(line[j]) * scale)
		if p.out == 2 {
			y[e+1] = T(imag(line[j]) * scale * sign)
		}
	}
}
