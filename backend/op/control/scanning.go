package control

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// scanning is the kernel of Scan.
type scanning struct {
	scanOp
	compiled op.Body
	infos    []op.Info // of the body's outputs
}

// positions is what a frame keeps.
type positions struct {
	turns   [2]position
	states  []*op.Value
	initial []op.Value // states of the sample
	inputs  []op.Value // scan inputs of the sample
	made    []bool     // by output: it has storage
	shape   []int
	empty   []int
	a, b    op.Value // windows of an output
}

// position is one of the two Calls that alternate, with the inputs it is given.
type position struct {
	call     op.Call
	in       []*op.Value
	elements []op.Value
	buf      [][]byte // for elements that are not contiguous in the input
}

func (k scanning) Resolve(f *op.Frame) error {
	if f.Memo != nil {
		return nil
	}
	m := &positions{initial: make([]op.Value, k.states), inputs: make([]op.Value, k.scanOp.inputs), made: make([]bool, len(f.Out))}
	for i := range m.turns {
		m.turns[i] = position{elements: make([]op.Value, len(m.inputs)), buf: make([][]byte, len(m.inputs))}
	}
	f.Memo = m
	return nil
}

func (k scanning) Run(f *op.Frame, _, _, _ int) error {
	m, samples, length := f.Memo.(*positions), 1, 0
	first := k.first + k.states
	for i, x := range f.In[first : first+len(m.inputs)] {
		axis, err := k.axis(i, len(x.Shape))
		if err != nil {
			return err
		}
		if i > 0 && x.Shape[axis] != length {
			return fmt.Errorf("%w: scan inputs of %d and %d positions", op.ErrShape, length, x.Shape[axis])
		}
		length = x.Shape[axis]
		if k.batched {
			samples = x.Shape[0]
		}
	}
	clear(m.made)
	for b := range samples {
		if err := k.sample(f, m, b, samples, length); err != nil {
			return err
		}
	}
	for i := range f.Out {
		m.empty = emptyShape(m.empty[:0], &k.infos[i])
		if err := k.make(f, m, i, m.empty, samples, length); err != nil {
			return err
		}
	}
	return nil
}

// sample scans all positions of one sample.
func (k scanning) sample(f *op.Frame, m *positions, b, samples, length int) error {
	n := length
	if k.batched && f.In[0] != nil {
		if n = int(op.Data[int64](f.In[0])[b]); n < 0 || n > length {
			return fmt.Errorf("%w: sample %d has %d of %d positions", op.ErrInput, b, n, length)
		}
	}
	m.states = append(m.states[:0], f.In[k.first:k.first+k.states]...)
	for i := range m.inputs {
		m.inputs[i] = *f.In[k.first+k.states+i]
	}
	if k.batched {
		for i, x := range m.states {
			if b >= x.Shape[0] {
				return fmt.Errorf("%w: state %d has a batch of %d, inputs of %d", op.ErrShape, i, x.Shape[0], samples)
			}
			part(&m.initial[i], x, 0, b)
			m.states[i] = &m.initial[i]
		}
		for i := range m.inputs {
			x := m.inputs[i]
			m.inputs[i] = op.Value{}
			part(&m.inputs[i], &x, 0, b)
		}
	}
	for t := range n {
		if err := f.Run.Canceled(); err != nil {
			return err
		}
		out, err := k.step(f, m, t, length)
		if err != nil {
			return err
		}
		copy(m.states, out)
		for i := k.states; i < len(f.Out); i++ {
			to := t
			if at(k.outRev, i-k.states) == 1 {
				to = length - 1 - t
			}
			if err := k.put(f, m, i, out[i], b, to, samples, length); err != nil {
				return err
			}
		}
	}
	for i := range min(k.states, len(f.Out)) {
		var err error
		if k.batched {
			err = k.put(f, m, i, m.states[i], b, 0, samples, length)
		} else {
			err = keep(f, i, m.states[i], n == 0)
			m.made[i] = true
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// step runs the body at position t.
func (k scanning) step(f *op.Frame, m *positions, t, length int) ([]*op.Value, error) {
	turn := &m.turns[t&1]
	if turn.call == nil {
		turn.call = k.compiled.NewCall()
	}
	turn.in = append(turn.in[:0], m.states...)
	for i := range m.inputs {
		x, e, from, axis := &m.inputs[i], &turn.elements[i], t, 0
		if at(k.inRev, i) == 1 {
			from = length - 1 - t
		}
		if !k.batched {
			axis, _ = k.axis(i, len(x.Shape))
		}
		part(e, x, axis, from)
		if !e.Contiguous() {
			turn.buf[i] = compact(e, &m.a, turn.buf[i])
		}
		turn.in = append(turn.in, e)
	}
	turn.in = k.body.AppendValues(turn.in, f.In)
	return turn.call.Run(f.Run, turn.in)
}

// put writes what the body gave for output i: a state of sample b, or the element
// at a position.
func (k scanning) put(f *op.Frame, m *positions, i int, v *op.Value, b, to, samples, length int) error {
	y := f.Out[i]
	if y == nil {
		return nil
	}
	if v == nil || v.Kind != graph.Tensor {
		return fmt.Errorf("%w: what a body gives is no tensor", op.ErrType)
	}
	if err := k.make(f, m, i, v.Shape, samples, length); err != nil {
		return err
	}
	dst := y
	if k.batched {
		part(&m.a, y, 0, b)
		dst = &m.a
	}
	if i >= k.states {
		axis := 0
		if !k.batched {
			axis, _ = k.outAxis(i-k.states, len(y.Shape)-1)
		}
		part(&m.b, dst, axis, to)
		dst = &m.b
	}
	if !slices.Equal(dst.Shape, v.Shape) {
		return fmt.Errorf("%w: output %d of the body is %v, was %v before", op.ErrShape, i, v.Shape, dst.Shape)
	}
	op.CopyStrided(dst, v)
	return nil
}

// make gives output i its storage, once, for parts of the given shape: zeros.
func (k scanning) make(f *op.Frame, m *positions, i int, shape []int, samples, length int) error {
	if m.made[i] || f.Out[i] == nil {
		return nil
	}
	m.made[i] = true
	m.shape = append(m.shape[:0], shape...)
	if i >= k.states {
		axis := 0
		if !k.batched {
			var err error
			if axis, err = k.outAxis(i-k.states, len(shape)); err != nil {
				return err
			}
		}
		m.shape = slices.Insert(m.shape, axis, length)
	}
	if k.batched {
		m.shape = slices.Insert(m.shape, 0, samples)
	}
	if err := f.Alloc(i, m.shape...); err != nil {
		return err
	}
	clear(f.Out[i].Bytes)
	return nil
}

// part makes e the entry of x at position t of an axis, a view with x's strides.
func part(e, x *op.Value, axis, t int) {
	e.Kind, e.Type = graph.Tensor, x.Type
	e.Shape = append(append(e.Shape[:0], x.Shape[:axis]...), x.Shape[axis+1:]...)
	e.Stride = append(append(e.Stride[:0], x.Stride[:axis]...), x.Stride[axis+1:]...)
	if x.Type == tensor.String {
		e.Strings = x.Strings[min(t*x.Stride[axis], len(x.Strings)):]
		return
	}
	e.Bytes = x.Bytes[min(t*x.Stride[axis]*x.Type.Size(), len(x.Bytes)):]
}

// compact moves e to a buffer without gaps, and returns the buffer; tmp is
// overwritten.
func compact(e, tmp *op.Value, buf []byte) []byte {
	tmp.Kind, tmp.Type, tmp.Bytes, tmp.Strings = e.Kind, e.Type, e.Bytes, e.Strings
	tmp.Shape, tmp.Stride = append(tmp.Shape[:0], e.Shape...), append(tmp.Stride[:0], e.Stride...)
	e.SetPlain()
	if n := e.Len(); e.Type == tensor.String {
		e.Strings = make([]string, n)
	} else {
		buf = slices.Grow(buf[:0], n*e.Type.Size())[:n*e.Type.Size()]
		e.Bytes = buf
	}
	op.CopyStrided(e, tmp)
	return buf
}
