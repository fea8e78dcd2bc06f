package math

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// softmax is Softmax, LogSoftmax or Hardmax: of the elements along an axis.
// Before version 13 it is of all elements of the dims from the axis on.
type softmax struct {
	name string
	axis int
	flat bool
}

func newSoftmax(n *graph.Node) (op.Op, error) {
	if n.Version < 13 {
		return &softmax{n.Op, n.Int("axis", 1), true}, nil
	}
	return &softmax{n.Op, n.Int("axis", -1), false}, nil
}

func (o *softmax) Infer(in, out []op.Info) error {
	if len(in) != 1 {
		return fmt.Errorf("%w: %d inputs, want 1", op.ErrInput, len(in))
	}
	if err := elementwise.Tensors(in); err != nil {
		return err
	}
	out[0].Like(in[0].Type, &in[0])
	if !in[0].Ranked {
		return nil
	}
	_, err := o.axisOf(len(in[0].Shape))
	return err
}

// axisOf returns the axis for a rank. An axis that is the rank is allowed
// where it means no dims at all.
func (o *softmax) axisOf(rank int) (int, error) {
	if o.flat && o.axis == rank {
		return rank, nil
	}
	return op.Axis(o.axis, rank)
}

// Layouts accepts channels-last order where only one dim matters.
func (o *softmax) Layouts(in []op.Info) []op.Signature {
	s := elementwise.Layouts(in, 1)
	if o.flat {
		return s[:1]
	}
	return s
}

func (o *softmax) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch elementwise.Wide(in[0].Type) {
	case tensor.Float32:
		row := map[string]func(dst, x []float32){
			"Softmax": e.Set.Softmax, "LogSoftmax": e.Set.LogSoftmax, "Hardmax": hardmax[float32],
		}[o.name]
		return &softmaxKernel[float32]{o, e.Set, row, in[0].Type != tensor.Float32}, nil
	case tensor.Float64:
		row := map[string]func(dst, x []float64){
			"Softmax": softmaxRow, "LogSoftmax": logSoftmaxRow, "Hardmax": hardmax[float64],
		}[o.name]
		return &softmaxKernel[float64]{o, e.Set, row, false}, nil
	}
	return nil, elementwise.Unsupported(in[0].Type)
}

// band is how many neighbouring lines are transposed together.
const band = 16

// softmaxKernel works on lines that are rows of the storage directly; others
// are transposed into scratch memory and back, a band at a time.
type softmaxKernel[T float32 | float64] struct {
	op      *softmax
	set     *kernels.Set
	row     func(dst, x []T)
	convert bool
}

// InPlace is allowed: a line is read before it is written.
func (k *softmaxKernel[T]) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

func (k *softmaxKernel[T]) Resolve(f *op.Frame) error {
	l, ok := f.Memo.(*lines)
	if !ok {
		l = new(lines)
		f.Memo = l
	}
	axis, err := k.op.axisOf(len(f.In[0].Shape))
	if err != nil {
		return err
	}
	if k.op.flat {
		l.flat(f.In[0], axis)
	} else {
		l.plan(f.In[0], f.Out[0], axis)
	}
	if !k.direct(l) {
		f.Scratch = band * l.n * 8
	}
	f.Split(k.items(l), float64(l.n*l.count)/float64(max(1, k.items(l)))+20)
	return nil
}

func (k *softmaxKernel[T]) direct(l *lines) bool { return l.in == 1 && l.out == 1 && !k.convert }

// items returns the lines, or bands of them.
func (k *softmaxKernel[T]) items(l *lines) int {
	if k.direct(l) || l.count == 0 {
		return l.count
	}
	n := l.inner().n
	return l.count / n * ((n + band - 1) / band)
}

func (k *softmaxKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	l := f.Memo.(*lines)
	lo, hi := f.Span(phase, chunk, k.items(l))
	if k.direct(l) {
		x, y := op.Data[T](f.In[0]), op.Data[T](f.Out[0])
		for i := lo; i < hi; i++ {
			in, out := at(l.rest, i)
			k.row(y[out:out+l.n], x[in:in+l.n])
		}
		return nil
	}
	work := tensor.View[T](f.Work(worker))
	d, outer := l.inner(), l.rest[:len(l.rest)-1]
	bands := (d.n + band - 1) / band
	for i := lo; i < hi; i++ {
		in, out := at(outer, i/bands)
		j := i % bands * band
		rows := min(band, d.n-j)
		k.load(work, f.In[0], in+j*d.in, l.in, d.in, l.n, rows)
		for r := range rows {
			k.row(work[r*l.n:(r+1)*l.n], work[r*l.n:(r+1)*l.n])
		}
		k.store(f.Out[0], out+j*d.out, l.out, d.out, l.n, rows, work)
	}
	return nil
}

// load copies lines, across apart, of n elements that are along apart to rows.
func (k *softmaxKernel[T]) load(dst []T, x *op.Value, at, along, across, n, rows int) {
	if d, ok := any(dst).([]float32); ok && across == 1 && !k.convert && n > 0 {
		k.set.Transpose(d, n, op.Data[float32](x)[at:], along, n, rows)
		return
	}
	size, step := x.Type.Size(), 1
	if along == 1 {
		step = max(n, 1)
	}
	for r := range rows {
		for i := 0; i < n; i += step {
			o := (at + r*across + i*along) * size
			convertBytes(k.set, tensor.TypeOf[T](), bytesOf(dst[r*n+i:r*n+i+step]), x.Type, x.Bytes[o:o+step*size])
		}
	}
}

// store is the reverse of load.
func (k *softmaxKernel[T]) store(y *op.Value, at, along, across, n, rows int, src []T) {
	if s, ok := any(src).([]float32); ok && across == 1 && !k.convert && n > 0 {
		k.set.Transpose(op.Data[float32](y)[at:], along, s, n, rows, n)
		return
	}
	size, step := y.Type.Size(), 1
	if along == 1 {
		step = max(n, 1)
	}
	for r := range rows {
		for i := 0; i < n; i += step {
			o := (at + r*across + i*along) * size
			convertBytes(k.set, y.Type, y.Bytes[o:o+step*size], tensor.TypeOf[T](), bytesOf(src[r*n+i:r*n+i+step]))
		}
	}
}

// softmaxRow is the definition in float64.
func softmaxRow(dst, x []float64) {
	m, sum := rowMax(x), 0.
	for i, v := range x {
		dst[i] = math.Exp(v - m)
		sum += dst[i]
	}
	for i := range dst {
		dst[i] /= sum
	}
}

func logSoftmaxRow(dst, x []float64) {
	m, sum := rowMax(x), 0.
	for _, v := range x {
		sum += math.Exp(v - m)
	}
	for i, v := range x {
		dst[i] = v - m - math.Log(sum)
	}
}

func rowMax(x []float64) float64 {
	m := math.Inf(-1)
	for _, v := range x {
		m = max(m, v)
	}
	return m
}

// hardmax is 1 for the first of the greatest elements, 0 for others.
func hardmax[T float32 | float64](dst, x []T) {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	clear(dst)
	if len(dst) > 0 {
		dst[best] = 1
	}
}

// Grad is y·(dy - Σ y·dy) for Softmax and dy - exp(y)·Σ dy for LogSoftmax, with
// sums over what the softmax is of.
func (o *softmax) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	y, g, axes := n.Outputs[0], dy[0], []int{o.axis}
	if o.flat {
		rank, err := op.Rank(b, y)
		if err != nil {
			return nil, err
		}
		axis, err := o.axisOf(rank)
		if err != nil {
			return nil, err
		}
		axes = axes[:0]
		for ; axis < rank; axis++ {
			axes = append(axes, axis)
		}
	}
	sum := func(x graph.ValueID) graph.ValueID {
		return b.Node("ReduceSum", x, op.Vector(b, axes...)).Attr("noop_with_empty_axes", 1).Out("")
	}
	switch o.name {
	case "Softmax":
		return []graph.ValueID{op.Emit(b, "Mul", y, op.Emit(b, "Sub", g, sum(op.Emit(b, "Mul", y, g))))}, nil
	case "LogSoftmax":
		return []graph.ValueID{op.Emit(b, "Sub", g, op.Emit(b, "Mul", op.Emit(b, "Exp", y), sum(g)))}, nil
	}
	return nil, op.ErrNoGradient
}
