package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// rotary is RotaryEmbedding (Su et al., 2021): pairs of elements of each head
// are rotated by angles that grow with the position.
//
//	x [B S N*H] or [B N S H], position_ids int64 [B S], or [1] that of the first
//	element, cos_cache [P R/2], sin_cache [P R/2] -> y like x
//
// The first R elements of a head rotate: element i with i + R/2, or, with
// interleaved, with its neighbour.
type rotary struct {
	heads, size int // 0: from the shapes
	interleaved bool
}

func newRotary(n *graph.Node) (op.Op, error) {
	if err := refuse(n, nil, "is_packed_batching"); err != nil {
		return nil, err
	}
	o := &rotary{n.Int("num_heads", 0), n.Int("rotary_embedding_dim", 0), n.Int("interleaved", 0) != 0}
	if o.heads < 0 || o.size < 0 {
		return nil, fmt.Errorf("%w: num_heads is %d, rotary_embedding_dim is %d", op.ErrAttr, o.heads, o.size)
	}
	return o, nil
}

func (o *rotary) Infer(in, out []op.Info) error {
	x, cos, sin := &in[0], &in[2], &in[3]
	out[0].Like(x.Type, x)
	for i := 2; i < 4; i++ {
		if in[i].Type != x.Type {
			return fmt.Errorf("%w: the input is %v but input %d is %v", op.ErrType, x.Type, i, in[i].Type)
		}
	}
	if cos.Ranked && sin.Ranked {
		if len(cos.Shape) != 2 || len(sin.Shape) != 2 || op.Clash(cos.Shape[0], sin.Shape[0]) || op.Clash(cos.Shape[1], sin.Shape[1]) {
			return fmt.Errorf("%w: cos_cache is %v, sin_cache %v", op.ErrShape, cos.Shape, sin.Shape)
		}
	}
	if !x.Ranked {
		return nil
	}
	if len(x.Shape) != 3 && len(x.Shape) != 4 {
		return fmt.Errorf("%w: the input has rank %d, want 3 or 4", op.ErrShape, len(x.Shape))
	}
	steps := x.Shape[len(x.Shape)-2]
	if p := &in[1]; p.Ranked && p.Len() != 1 && (len(p.Shape) != 2 || op.Clash(p.Shape[0], x.Shape[0]) || op.Clash(p.Shape[1], steps)) {
		return fmt.Errorf("%w: position_ids is %v for an input %v", op.ErrShape, p.Shape, x.Shape)
	}
	if last := x.Shape[len(x.Shape)-1]; last >= 0 && cos.Static() {
		head, r := o.sizes(x.Shape, cos.Shape)
		if head == 0 || last%head != 0 || r > head || r != 2*cos.Shape[1] {
			return fmt.Errorf("%w: %d elements of heads of %d rotate, the cache is for %d", op.ErrShape, r, head, 2*cos.Shape[1])
		}
	}
	return nil
}

// sizes returns the size of a head and how much of it rotates.
func (o *rotary) sizes(x, cos []int) (head, r int) {
	head, r = x[len(x)-1], 2*cos[1]
	if len(x) == 3 {
		if head = r; o.heads > 0 {
			head = x[2] / o.heads
		}
	}
	if o.size > 0 {
		r = o.size
	}
	return head, r
}

func (o *rotary) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return &rotaryKernel{o}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &rotaryKernel{o}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: RotaryEmbedding of %v", op.ErrUnsupported, in[0].Type)
}

type rotaryKernel struct{ *rotary }

// InPlace allows the output over the input.
func (k *rotaryKernel) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

// Resolve divides by elements of sequences, of all heads in three dims and of
// one head in four.
func (k *rotaryKernel) Resolve(f *op.Frame) error {
	n := lastOf(f.In[0].Shape)
	f.Split(f.In[0].Len()/max(n, 1), float64(n)*1.5+10)
	return nil
}

func lastOf(shape []int) int { return shape[len(shape)-1] }

func (k *rotaryKernel) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y, ids := f.In[0], f.Out[0], f.In[1]
	if x.Len() == 0 {
		return nil
	}
	n, steps := lastOf(x.Shape), x.Shape[len(x.Shape)-2]
	head, r := k.sizes(x.Shape, f.In[2].Shape)
	perItem := x.Len() / x.Shape[0] / n
	src, dst, position := op.Data[float32](x), op.Data[float32](y), op.Data[int64](ids)
	cos, sin, rows := op.Data[float32](f.In[2]), op.Data[float32](f.In[3]), int64(f.In[2].Shape[0])
	lo, hi := f.Span(phase, chunk, x.Len()/n)
	for i := lo; i < hi; i++ {
		s := i % steps
		p := position[0] + int64(s)
		if ids.Len() > 1 || len(ids.Shape) == 2 {
			p = position[i/perItem*steps+s]
		}
		if p < 0 || p >= rows {
			return fmt.Errorf("%w: position %d, the cache has %d", op.ErrInput, p, rows)
		}
		c, w := cos[int(p)*r/2:][:r/2], sin[int(p)*r/2:][:r/2]
		for at := i * n; at < (i+1)*n; at += head {
			rotate(dst[at:at+r], src[at:at+r], c, w, k.interleaved)
			copy(dst[at+r:at+head], src[at+r:at+head])
		}
	}
	return nil
}

// rotate rotates pairs of x by angles whose cosine and sine are given.
func rotate(dst, x, cos, sin []float32, interleaved bool) {
	if interleaved {
		for i, c := range cos {
			a, b := x[2*i], x[2*i+1]
			dst[2*i], dst[2*i+1] = float32(a*c)-float32(b*sin[i]), float32(b*c)+float32(a*sin[i])
		}
		return
	}
	half := len(cos)
	x0, x1, y0, y1 := x[:half], x[half:2*half], dst[:half], dst[half:2*half]
	for i, c := range cos {
		a, b := x0[i], x1[i]
		y0[i], y1[i] = float32(a*c)-float32(b*sin[i]), float32(b*c)+float32(a*sin[i])
	}
}
