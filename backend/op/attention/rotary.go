package attention

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// rotary is RotaryEmbedding (Su et al., 2021): pairs of elements of each head are
// rotated by the angle of their token's position, whose cosines and sines are
// inputs, by token or by position. X is [batch, heads, sequence, size] or [batch,
// sequence, heads·size]. A pair is two neighbours (interleaved), or an element of
// the first half of what is rotated and its counterpart in the second.
type rotary struct {
	interleaved bool
	size        int // of a head's beginning that is rotated; 0 for all of it
	heads       int // of inputs of rank 3
}

func newRotary(n *graph.Node) (op.Op, error) {
	o := &rotary{n.Int("interleaved", 0) != 0, n.Int("rotary_embedding_dim", 0), n.Int("num_heads", 0)}
	if o.size < 0 || o.size%2 != 0 || o.heads < 0 {
		return nil, fmt.Errorf("%w: rotary_embedding_dim is %d, num_heads %d", op.ErrAttr, o.size, o.heads)
	}
	return o, nil
}

func (o *rotary) Infer(in, out []op.Info) error {
	if len(in) < 3 || len(in) > 4 {
		return fmt.Errorf("%w: %d inputs", op.ErrInput, len(in))
	}
	x := &in[0]
	out[0].Like(x.Type, x)
	for i := 1; i < 3; i++ {
		if in[i].Type != x.Type {
			return fmt.Errorf("%w: X is %v, input %d is %v", op.ErrType, x.Type, i, in[i].Type)
		}
	}
	d, err := dimsOf(x, o.heads)
	if err != nil {
		return err
	}
	size := o.size
	if size == 0 {
		size = d.size
	}
	if d.size >= 0 && (size > d.size || size%2 != 0) {
		return fmt.Errorf("%w: %d elements of %d are rotated in pairs", op.ErrShape, size, d.size)
	}
	positions := present(in, 3)
	if positions && in[3].Type != tensor.Int64 {
		return fmt.Errorf("%w: positions are %v", op.ErrType, in[3].Type)
	}
	for i := 1; i < 3; i++ {
		if in[i].Ranked {
			if err := checkAngles(&in[i], d, size, positions); err != nil {
				return err
			}
		}
	}
	if positions && in[3].Ranked {
		if p := in[3].Shape; len(p) != 2 || op.Clash(p[0], d.batch) || op.Clash(p[1], d.length) {
			return fmt.Errorf("%w: positions are %v for %d samples of %d tokens", op.ErrShape, p, d.batch, d.length)
		}
	}
	return nil
}

// checkAngles checks an input of cosines or sines.
func checkAngles(x *op.Info, d dims, size int, positions bool) error {
	s := x.Shape
	ok := len(s) == 3
	if positions {
		ok = len(s) == 2
	}
	if !ok || size >= 0 && op.Clash(s[len(s)-1], size/2) {
		return fmt.Errorf("%w: angles are %v for %d elements, by position: %t", op.ErrShape, s, size, positions)
	}
	if !positions && (op.Clash(s[0], d.batch) || op.Clash(s[1], d.length)) {
		return fmt.Errorf("%w: angles are %v for %d samples of %d tokens", op.ErrShape, s, d.batch, d.length)
	}
	return nil
}

func (o *rotary) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	return prepare(e, in, out, func(*algebra[float32]) op.Kernel { return &rotaryKernel{o} }, nil, 0, 1, 2)
}

// rotaryKernel computes in float32.
type rotaryKernel struct{ op *rotary }

// Strided says that X may have any strides.
func (k *rotaryKernel) Strided(in int) bool { return in == 0 }

func (k *rotaryKernel) Resolve(f *op.Frame) error {
	d, err := dimsOf(&f.InInfo[0], k.op.heads)
	if err != nil {
		return err
	}
	f.Param = append(f.Param[:0], d.batch, d.heads, d.length, d.size)
	f.Scratch = 4 * d.size
	f.Split(d.batch*d.heads*d.length, float64(d.size)+10)
	return nil
}

func (k *rotaryKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	d := dims{f.Param[0], f.Param[1], f.Param[2], f.Param[3]}
	if d.size == 0 {
		return nil
	}
	lo, hi := f.Span(phase, chunk, d.batch*d.heads*d.length)
	from, to := sourceOf(f.In[0], d.size), sourceOf(f.Out[0], d.size)
	x, y := op.Data[float32](f.In[0]), op.Data[float32](f.Out[0])
	work := tensor.View[float32](f.Work(worker))
	n := k.op.size
	if n == 0 {
		n = d.size
	}
	for i := lo; i < hi; i++ { // by sample, token and head: heads share angles
		b, t, h := i/(d.heads*d.length), i/d.heads%d.length, i%d.heads
		at, err := k.angle(f, b, t, n/2)
		if err != nil {
			return err
		}
		cos, sin := op.Data[float32](f.In[1])[at:][:n/2], op.Data[float32](f.In[2])[at:][:n/2]
		src := tail(x, b*from.batch+h*from.head+t*from.row)
		if from.col != 1 {
			for j := range d.size {
				work[j] = src[j*from.col]
			}
			src = work
		}
		dst := y[b*to.batch+h*to.head+t*to.row:][:d.size]
		rotate(dst, src[:d.size], cos, sin, k.op.interleaved)
	}
	return nil
}

// angle returns where the angles of a token begin.
func (k *rotaryKernel) angle(f *op.Frame, b, t, n int) (int, error) {
	length := f.Param[2]
	if len(f.In) < 4 || f.In[3] == nil {
		return (b*length + t) * n, nil
	}
	p := op.Data[int64](f.In[3])[b*length+t]
	if rows := min(f.In[1].Shape[0], f.In[2].Shape[0]); p < 0 || p >= int64(rows) {
		return 0, fmt.Errorf("%w: position %d of %d", op.ErrInput, p, rows)
	}
	return int(p) * n, nil
}

// rotate rotates the first pairs of x and copies the rest. Products are rounded
// one by one on every machine.
func rotate(y, x, cos, sin []float32, interleaved bool) {
	n := len(cos)
	if interleaved {
		for i, c := range cos {
			a, b, s := x[2*i], x[2*i+1], sin[i]
			y[2*i] = float32(a*c) - float32(b*s)
			y[2*i+1] = float32(a*s) + float32(b*c)
		}
	} else {
		for i, c := range cos {
			a, b, s := x[i], x[n+i], sin[i]
			y[i] = float32(a*c) - float32(b*s)
			y[n+i] = float32(a*s) + float32(b*c)
		}
	}
	copy(y[2*n:], x[2*n:])
}
