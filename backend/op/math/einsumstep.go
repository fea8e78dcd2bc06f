package math

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// einsumKernel computes one product of two operands after another. In each,
// every label is of one of four groups:
//
//	batch  in both operands and in the result
//	M      in the result and the first operand only
//	N      in the result and the second operand only
//	K      not in the result: summed
//
// The operands are copied to [batch][M][K] and [batch][K][N], where a label
// that an operand lacks repeats and one it has twice is a diagonal; batches of
// products follow, and the last one's result is copied to the output. Each step
// is one phase for copying and one for the products. A single operand is
// multiplied by 1.
type einsumKernel[T number] struct {
	eq       *equation
	multiply func(m, n, k int, a, b, c, packed []T)
}

// An operandView is strides by label.
type operandView struct {
	has    [maxLabels]bool
	stride [maxLabels]int
}

// An einsumStep is one product.
type einsumStep struct {
	batch, m, n, k int         // sizes
	src, dst       [2]op.Value // operands as they lie and as they are copied
	out            op.Value    // the result, [batch][M][N]
}

// einsumRows is how many rows of a product are one chunk.
const einsumRows = 256

// blocks returns the chunks of one product.
func (st *einsumStep) blocks() int { return max(1, (st.m+einsumRows-1)/einsumRows) }

// einsumState is what a frame keeps.
type einsumState struct {
	dims   [maxLabels]int
	steps  []einsumStep
	one    op.Value
	shaped op.Value // the output, as strides of the last result
}

func (k *einsumKernel[T]) Resolve(f *op.Frame) error {
	s, ok := f.Memo.(*einsumState)
	if !ok {
		s = &einsumState{steps: make([]einsumStep, max(1, len(f.In)-1))}
		s.one = op.Value{Kind: graph.Tensor, Type: tensor.TypeOf[T](), Bytes: bytesOf([]T{1})}
		f.Memo = s
	}
	for i := range s.dims {
		s.dims[i] = 1
	}
	ellipsis := 0
	for i, v := range f.In {
		var err error
		if ellipsis, err = k.eq.size(i, v.Shape, s.dims[:], ellipsis); err != nil {
			return err
		}
	}
	var out operandView
	if err := view(&out, k.eq.out, f.Out[0]); err != nil {
		return err
	}
	var a operandView
	if err := view(&a, k.eq.terms[0], f.In[0]); err != nil {
		return err
	}
	f.Phases, f.Scratch = f.Phases[:0], 0
	left := f.In[0]
	for i := range s.steps {
		right := &s.one
		var b operandView
		if i+1 < len(f.In) {
			right = f.In[i+1]
			if err := view(&b, k.eq.terms[i+1], right); err != nil {
				return err
			}
		}
		keep := out.has
		for j := i + 2; j < len(f.In); j++ { // labels that later operands need
			var later operandView
			if err := view(&later, k.eq.terms[j], f.In[j]); err != nil {
				return err
			}
			for l, h := range later.has {
				keep[l] = keep[l] || h
			}
		}
		st := &s.steps[i]
		a = k.step(s, st, left, right, &a, &b, &keep)
		left = &st.out
		f.Phases = append(f.Phases,
			op.Phase{Chunks: 2, Cost: (st.batch*(st.m+st.n)*st.k + 100) / 2},
			op.Phase{Chunks: max(1, st.batch*st.blocks()), Cost: min(st.m, einsumRows)*st.n*st.k/8 + 50})
		f.Scratch = max(f.Scratch, 8*kernels.PackedLen(st.k, st.n))
	}
	f.Phases = append(f.Phases, op.Phase{Chunks: 1, Cost: f.Out[0].Len()})
	s.arrange(&a, k.eq.out, f.Out[0])
	return nil
}

// view finds the strides of a value's labels; a dim of 1 repeats.
func view(o *operandView, term []int, v *op.Value) error {
	*o = operandView{}
	return each(term, len(v.Shape), func(d, l int) error {
		o.has[l] = true
		if v.Shape[d] != 1 {
			o.stride[l] += v.Stride[d]
		}
		return nil
	})
}

// step lays out one product and returns the view of its result.
func (k *einsumKernel[T]) step(s *einsumState, st *einsumStep, left, right *op.Value, a, b *operandView, keep *[maxLabels]bool) operandView {
	st.batch, st.m, st.n, st.k = 1, 1, 1, 1
	for i := range 2 {
		st.dst[i].Shape, st.src[i].Stride = st.dst[i].Shape[:0], st.src[i].Stride[:0]
	}
	st.out.Shape = st.out.Shape[:0]
	var labels [maxLabels]int
	result := labels[:0]
	add := func(size *int, in0, in1, kept bool, group func(l int) bool) {
		for l := range s.dims {
			if !(a.has[l] || b.has[l]) || !group(l) {
				continue
			}
			n := s.dims[l]
			*size *= n
			if in0 {
				st.dst[0].Shape, st.src[0].Stride = append(st.dst[0].Shape, n), append(st.src[0].Stride, a.stride[l])
			}
			if in1 {
				st.dst[1].Shape, st.src[1].Stride = append(st.dst[1].Shape, n), append(st.src[1].Stride, b.stride[l])
			}
			if kept {
				st.out.Shape, result = append(st.out.Shape, n), append(result, l)
			}
		}
	}
	summed := func(l int) bool { return !keep[l] }
	add(&st.batch, true, true, true, func(l int) bool { return keep[l] && a.has[l] && b.has[l] })
	add(&st.m, true, false, true, func(l int) bool { return keep[l] && !b.has[l] })
	add(&st.k, true, false, false, summed)
	st.k = 1
	add(&st.k, false, true, false, summed)
	add(&st.n, false, true, true, func(l int) bool { return keep[l] && !a.has[l] })

	for i, v := range []*op.Value{left, right} {
		st.src[i].Kind, st.src[i].Type, st.src[i].Shape = graph.Tensor, tensor.TypeOf[T](), append(st.src[i].Shape[:0], st.dst[i].Shape...)
		st.src[i].Bytes = v.Bytes
		own[T](&st.dst[i])
	}
	own[T](&st.out)
	var r operandView
	for i, l := range result {
		r.has[l] = true
		if st.out.Shape[i] != 1 {
			r.stride[l] = st.out.Stride[i]
		}
	}
	return r
}

// own gives a value contiguous storage that is kept between runs.
func own[T tensor.Element](v *op.Value) {
	v.Kind, v.Type = graph.Tensor, tensor.TypeOf[T]()
	v.SetPlain()
	n := v.Len() * v.Type.Size()
	if cap(v.Bytes) < n {
		v.Bytes = tensor.Alloc(n)
	}
	v.Bytes = v.Bytes[:n]
}

// arrange describes the last result in the output's order of dims.
func (s *einsumState) arrange(r *operandView, term []int, out *op.Value) {
	s.shaped.Kind, s.shaped.Type = out.Kind, out.Type
	s.shaped.Shape = append(s.shaped.Shape[:0], out.Shape...)
	s.shaped.Stride = s.shaped.Stride[:0]
	_ = each(term, len(out.Shape), func(_, l int) error {
		s.shaped.Stride = append(s.shaped.Stride, r.stride[l])
		return nil
	})
}

func (k *einsumKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	s := f.Memo.(*einsumState)
	if phase == 2*len(s.steps) {
		s.shaped.Bytes = s.steps[len(s.steps)-1].out.Bytes
		op.CopyStrided(f.Out[0], &s.shaped)
		return nil
	}
	st := &s.steps[phase/2]
	if phase%2 == 0 {
		k.bind(f, s, phase/2, chunk)
		op.CopyStrided(&st.dst[chunk], &st.src[chunk])
		return nil
	}
	if st.batch*st.m == 0 {
		return nil
	}
	i, r := chunk/st.blocks(), chunk%st.blocks()*einsumRows
	m := min(einsumRows, st.m-r)
	packed := tensor.View[T](f.Work(worker))
	a, b, c := op.Data[T](&st.dst[0]), op.Data[T](&st.dst[1]), op.Data[T](&st.out)
	k.multiply(m, st.n, st.k, a[(i*st.m+r)*st.k:], b[i*st.k*st.n:], c[(i*st.m+r)*st.n:], packed)
	return nil
}

// bind sets the storage of an operand, which is only known now.
func (k *einsumKernel[T]) bind(f *op.Frame, s *einsumState, step, i int) {
	st := &s.steps[step]
	switch {
	case i == 1 && step+1 < len(f.In):
		st.src[1].Bytes = f.In[step+1].Bytes
	case i == 0 && step == 0:
		st.src[0].Bytes = f.In[0].Bytes
	}
}
