package attention

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// flexKernel computes in type T. All scores exist at once: bodies see them as one
// tensor. Its inputs may be of narrower types.
type flexKernel[T number] struct {
	op       *flexBodied
	l        *algebra[T]
	compiled [2]op.Body
}

// The phases of a flexKernel.
const (
	flexAlloc = iota
	flexScores
	flexScoreBody
	flexSoftmax
	flexProbBody
	flexCombine
)

// flexState is what a frame keeps.
type flexState[T number] struct {
	q, k, v dims
	scores  []T
	given   op.Value // what a body sees, and then what it gave
	in      []*op.Value
	calls   [2]op.Call
}

func (k *flexKernel[T]) Resolve(f *op.Frame) error {
	m, ok := f.Memo.(*flexState[T])
	if !ok {
		m = new(flexState[T])
		f.Memo = m
		for i, b := range k.compiled {
			if b != nil {
				m.calls[i] = b.NewCall()
			}
		}
	}
	for i, d := range []*dims{&m.q, &m.k, &m.v} {
		s := f.In[i].Shape
		*d = dims{s[0], s[1], s[2], s[3]}
	}
	if err := check(m.q, m.k, m.v); err != nil {
		return err
	}
	heads, rows := m.q.batch*m.q.heads, m.q.batch*m.q.heads*m.q.length
	if n := rows * m.k.length; cap(m.scores) < n {
		m.scores = make([]T, n)
	} else {
		m.scores = m.scores[:n]
	}
	q, s, d, w := m.q.length, m.k.length, m.q.size, m.v.size
	f.Scratch = int(tensor.TypeOf[T]().Size()) * max(q*d+s*d+k.l.packedLen(d, s), q*w+s*w+k.l.packedLen(s, w))
	perHead := func(size int) op.Phase {
		return op.Phase{Chunks: max(1, heads), Cost: int(float64(s*size) * (float64(q)/k.l.rate + 1))}
	}
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: 1}, perHead(d), op.Phase{Chunks: 1}, op.Phase{Chunks: max(1, heads), Cost: q * s},
		op.Phase{Chunks: 1}, perHead(w))
	return nil
}

func (k *flexKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*flexState[T])
	if phase == flexAlloc {
		return f.Alloc(0, m.q.batch, m.q.heads, m.q.length, m.v.size)
	}
	if len(m.scores) == 0 && phase != flexCombine || m.q.batch*m.q.heads == 0 {
		return nil
	}
	switch phase {
	case flexScores:
		return k.score(f, m, chunk, tensor.View[T](f.Work(worker)))
	case flexScoreBody:
		return k.modify(f, m, 0)
	case flexSoftmax:
		for i := range m.q.length {
			k.l.softmax(m.scores[(chunk*m.q.length+i)*m.k.length:][:m.k.length])
		}
	case flexProbBody:
		return k.modify(f, m, 1)
	case flexCombine:
		return k.combine(f, m, chunk, tensor.View[T](f.Work(worker)))
	}
	return nil
}

// keysOf returns the head of keys for a head of queries, both over all samples.
func (m *flexState[T]) keysOf(head int) int {
	return head/m.q.heads*m.k.heads + head%m.q.heads/(m.q.heads/m.k.heads)
}

// score computes the scores of a head.
func (k *flexKernel[T]) score(f *op.Frame, m *flexState[T], head int, work []T) error {
	d, n, s := m.q.size, m.q.length, m.k.length
	q, err := wide(f.In[inQ], head*n*d, take(&work, n*d))
	if err != nil {
		return err
	}
	keys, err := wide(f.In[inK], m.keysOf(head)*s*d, take(&work, s*d))
	if err != nil {
		return err
	}
	k.l.scale(q, q, T(k.op.scaleFor(d)))
	if d > 0 {
		k.l.pack(work, d, s, keys, 1, d)
	}
	k.l.product(n, s, d, q, d, work, m.scores[head*n*s:], s)
	return nil
}

// combine computes the output of a head.
func (k *flexKernel[T]) combine(f *op.Frame, m *flexState[T], head int, work []T) error {
	w, n, s := m.v.size, m.q.length, m.k.length
	if w == 0 || n == 0 {
		return nil
	}
	y := take(&work, n*w)
	values, err := wide(f.In[inV], m.keysOf(head)*s*w, take(&work, s*w))
	if err != nil {
		return err
	}
	if s > 0 {
		k.l.pack(work, s, w, values, w, 1)
	}
	k.l.product(n, w, s, tail(m.scores, head*n*s), s, work, y, w)
	out := f.Out[outY]
	size := out.Type.Size()
	return tensor.ConvertBytes(out.Type, out.Bytes[head*n*w*size:(head+1)*n*w*size], tensor.TypeOf[T](), bytesOf(y), tensor.ConvertOptions{Saturate: true})
}

// wide copies elements from number at on, as T.
func wide[T number](v *op.Value, at int, dst []T) ([]T, error) {
	size := v.Type.Size()
	return dst, tensor.ConvertBytes(tensor.TypeOf[T](), bytesOf(dst), v.Type, v.Bytes[at*size:(at+len(dst))*size], tensor.ConvertOptions{})
}

// modify runs a body on all scores.
func (k *flexKernel[T]) modify(f *op.Frame, m *flexState[T], i int) error {
	if m.calls[i] == nil {
		return nil
	}
	t := k.op.sees(f.In[inQ].Type)
	x := &m.given
	x.Kind, x.Type = graph.Tensor, t
	x.Shape = append(x.Shape[:0], m.q.batch, m.q.heads, m.q.length, m.k.length)
	x.SetPlain()
	if n := len(m.scores) * t.Size(); cap(x.Bytes) < n {
		x.Bytes = tensor.Alloc(n)
	} else {
		x.Bytes = x.Bytes[:n]
	}
	if err := tensor.ConvertBytes(t, x.Bytes, tensor.TypeOf[T](), bytesOf(m.scores), tensor.ConvertOptions{Saturate: true}); err != nil {
		return err
	}
	m.in = k.op.bodies[i].AppendValues(append(m.in[:0], x), f.In)
	out, err := m.calls[i].Run(f.Run, m.in)
	if err != nil {
		return err
	}
	y := out[0]
	if y.Type != t || len(y.Shape) != 4 {
		return fmt.Errorf("%w: a body made %v of rank %d from %v of rank 4", op.ErrType, y.Type, len(y.Shape), t)
	}
	for d, n := range y.Shape {
		if n != x.Shape[d] {
			return fmt.Errorf("%w: a body made %v from %v", op.ErrShape, y.Shape, x.Shape)
		}
	}
	if len(y.Bytes) == 0 || &y.Bytes[0] != &x.Bytes[0] { // it may hand its input on
		op.CopyStrided(x, y)
	}
	return tensor.ConvertBytes(tensor.TypeOf[T](), bytesOf(m.scores), t, x.Bytes, tensor.ConvertOptions{})
}
