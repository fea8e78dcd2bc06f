package math

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// reduceTile is how many elements go through scratch memory at a time.
const reduceTile = 512

// reduceKernel walks over kept and reduced dims. Whichever kind the innermost
// dim is decides: rows are reduced one by one, or whole rows are added up in
// tiles of columns. Each output element is the work of one chunk.
type reduceKernel[T number] struct {
	set     *kernels.Set
	op      *reduce
	r       *reducer[T]
	convert bool // storage is of a narrower type, widened to T
}

// reduceState is what a frame keeps.
type reduceState struct {
	marks   []bool
	kept    []reduceDim // outermost first
	reduced []reduceDim
	outputs int // products of dims
	count   int
	row     reduceDim // the innermost dim, in neither list
	columns bool      // it is kept
}

// A reduceDim is a size and the strides in input and output.
type reduceDim struct{ n, in, out int }

// plan sorts the dims by input stride and merges neighbours of a kind.
func (s *reduceState) plan(x, y *op.Value, reduced []bool, keepDims bool) {
	s.kept, s.reduced = s.kept[:0], s.reduced[:0]
	var dims [16]struct {
		reduceDim
		reduced bool
	}
	list := dims[:0]
	j := 0
	for i, n := range x.Shape {
		d := reduceDim{n: n, in: x.Stride[i]}
		if !reduced[i] || keepDims {
			if !reduced[i] {
				d.out = y.Stride[j]
			}
			j++
		}
		if n == 1 {
			continue
		}
		list = append(list, struct {
			reduceDim
			reduced bool
		}{d, reduced[i]})
		for k := len(list) - 1; k > 0 && list[k].in > list[k-1].in; k-- {
			list[k], list[k-1] = list[k-1], list[k]
		}
	}
	if len(list) == 0 || list[len(list)-1].in != 1 { // rows of one element
		list = append(list, struct {
			reduceDim
			reduced bool
		}{reduceDim{1, 1, 1}, false})
	}
	last := 0
	for i := 1; i < len(list); i++ {
		a, b := &list[last], list[i]
		if a.reduced == b.reduced && a.in == b.n*b.in && a.out == b.n*b.out {
			a.n, a.in, a.out = a.n*b.n, b.in, b.out
			continue
		}
		last++
		list[last] = b
	}
	s.outputs, s.count = 1, 1
	for i, d := range list[:last+1] {
		if d.reduced {
			s.count *= d.n
		} else {
			s.outputs *= d.n
		}
		switch {
		case i == last:
			s.row, s.columns = d.reduceDim, !d.reduced
		case d.reduced:
			s.reduced = append(s.reduced, d.reduceDim)
		default:
			s.kept = append(s.kept, d.reduceDim)
		}
	}
}

// items returns the pieces of work: outputs, or tiles of columns.
func (s *reduceState) items() int {
	if !s.columns {
		return s.outputs
	}
	if s.row.n == 0 {
		return 0
	}
	return s.outputs / s.row.n * s.tiles()
}

// tiles returns the tiles of a row of columns.
func (s *reduceState) tiles() int { return (s.row.n + reduceTile - 1) / reduceTile }

// at returns the offsets of item i of a list of dims.
func at(dims []reduceDim, i int) (in, out int) {
	for d := len(dims) - 1; d >= 0; d-- {
		next := i / dims[d].n
		j := i - next*dims[d].n
		in += j * dims[d].in
		out += j * dims[d].out
		i = next
	}
	return in, out
}

func (k *reduceKernel[T]) Resolve(f *op.Frame) error {
	s, ok := f.Memo.(*reduceState)
	if !ok {
		s = new(reduceState)
		f.Memo = s
	}
	axes, known := k.op.axesOf(f.InInfo)
	if !known {
		return fmt.Errorf("%w: axes are not integers", op.ErrType)
	}
	var err error
	if s.marks, err = k.op.mark(s.marks[:0], axes, len(f.In[0].Shape)); err != nil {
		return err
	}
	s.plan(f.In[0], f.Out[0], s.marks, k.op.keepDims)
	n := s.items()
	f.Scratch = 4 * reduceTile * 8
	f.Split(n, 20+0.3*float64(s.outputs*s.count)/float64(max(n, 1)))
	return nil
}

func (k *reduceKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	s := f.Memo.(*reduceState)
	lo, hi := f.Span(phase, chunk, s.items())
	work := tensor.View[T](f.Work(worker))
	for i := lo; i < hi; i++ {
		if s.columns {
			k.columns(f, s, i, work)
		} else {
			k.row(f, s, i, work)
		}
	}
	return nil
}

// load returns elements of the input, widened into tmp if need be.
func (k *reduceKernel[T]) load(x *op.Value, at, n int, tmp []T) []T {
	if !k.convert {
		return tensor.View[T](x.Bytes)[at : at+n]
	}
	size := x.Type.Size()
	tmp = tmp[:n]
	convertBytes(k.set, tensor.TypeOf[T](), bytesOf(tmp), x.Type, x.Bytes[at*size:(at+n)*size])
	return tmp
}

// store puts results into the output, rounded if need be.
func (k *reduceKernel[T]) store(y *op.Value, at, step int, v []T) {
	if k.convert {
		size := y.Type.Size()
		if step == 1 {
			convertBytes(k.set, y.Type, y.Bytes[at*size:(at+len(v))*size], tensor.TypeOf[T](), bytesOf(v))
			return
		}
		for i := range v {
			o := (at + i*step) * size
			convertBytes(k.set, y.Type, y.Bytes[o:o+size], tensor.TypeOf[T](), bytesOf(v[i:i+1]))
		}
		return
	}
	d := tensor.View[T](y.Bytes)
	if step == 1 {
		copy(d[at:], v)
		return
	}
	for i := range v {
		d[at+i*step] = v[i]
	}
}

// row reduces rows to output i.
func (k *reduceKernel[T]) row(f *op.Frame, s *reduceState, i int, work []T) {
	in, out := at(s.kept, i)
	acc, m := work[:1], work[1:2]
	tmp, wide := work[reduceTile:2*reduceTile], work[2*reduceTile:3*reduceTile]
	m[0] = 0
	if k.r.first != nil {
		m[0] = k.rows(f, s, k.r.first, in, 0, tmp, wide)
	}
	acc[0] = k.rows(f, s, k.r, in, m[0], tmp, wide)
	if k.r.finish != nil {
		k.r.finish(acc, m, s.count)
	}
	k.store(f.Out[0], out, 1, acc)
}

func (k *reduceKernel[T]) rows(f *op.Frame, s *reduceState, r *reducer[T], in int, m T, tmp, wide []T) T {
	most := r.elements
	if k.convert {
		most = reduceTile
	}
	acc := r.empty
	if s.row.n == 0 {
		return acc
	}
	for j := range s.count / s.row.n {
		o, _ := at(s.reduced, j)
		for c := 0; c < s.row.n; c += min(most, s.row.n) {
			n := min(most, s.row.n-c)
			x := k.load(f.In[0], in+o+c, n, wide)
			acc = r.row(acc, x, m, tmp[:min(n, len(tmp))])
		}
	}
	return acc
}

// columns adds up rows to a tile of outputs.
func (k *reduceKernel[T]) columns(f *op.Frame, s *reduceState, i int, work []T) {
	tiles := s.tiles()
	in, out := at(s.kept, i/tiles)
	c := i % tiles * reduceTile
	n := min(reduceTile, s.row.n-c)
	acc, m := work[:n], work[reduceTile:][:n]
	tmp, wide := work[2*reduceTile:][:n], work[3*reduceTile:][:n]
	if k.r.first != nil {
		k.add(f, s, k.r.first, in+c, m, m, tmp, wide)
	}
	k.add(f, s, k.r, in+c, acc, m, tmp, wide)
	if k.r.finish != nil {
		k.r.finish(acc, m, s.count)
	}
	k.store(f.Out[0], out+c*s.row.out, s.row.out, acc)
}

func (k *reduceKernel[T]) add(f *op.Frame, s *reduceState, r *reducer[T], in int, acc, m, tmp, wide []T) {
	for j := range acc {
		acc[j] = r.empty
	}
	rows := s.count
	if d := len(s.reduced) - 1; r.many != nil && !k.convert && d >= 0 {
		n, ld := s.reduced[d].n, s.reduced[d].in
		for j := range rows / max(n, 1) {
			o, _ := at(s.reduced[:d], j)
			r.many(acc, tensor.View[T](f.In[0].Bytes)[in+o:], ld, n)
		}
		return
	}
	for j := range rows {
		o, _ := at(s.reduced, j)
		r.cols(acc, k.load(f.In[0], in+o, len(acc), wide), m, tmp)
	}
}
