package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// cachePositions says where in a cache the elements of a sequence go.
//
//	last int32 [B], x [B S ...] -> positions int64 [B S]
//
// last is the position of the last element of each sequence, which is x's last
// one, or an earlier one if x begins the sequence and is padded behind it.
type cachePositions struct{}

func newCachePositions(n *graph.Node) (op.Op, error) {
	return cachePositions{}, op.ArityOf(n, 2, 2, 1)
}

func (cachePositions) Infer(in, out []op.Info) error {
	out[0].TensorOfRank(tensor.Int64, 2)
	if in[0].Type != tensor.Int32 {
		return fmt.Errorf("%w: lengths are %v, want int32", op.ErrType, in[0].Type)
	}
	x := &in[1]
	if !x.Ranked {
		return nil
	}
	if len(x.Shape) < 2 {
		return fmt.Errorf("%w: the query has rank %d", op.ErrShape, len(x.Shape))
	}
	if op.Clash(in[0].Len(), x.Shape[0]) {
		return fmt.Errorf("%w: %d lengths for a batch of %d", op.ErrShape, in[0].Len(), x.Shape[0])
	}
	copy(out[0].Shape, x.Shape)
	return nil
}

func (o cachePositions) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return o, nil }

// Strided says that only the shape of x matters.
func (cachePositions) Strided(in int) bool { return in == 1 }

func (cachePositions) Resolve(f *op.Frame) error {
	f.One(f.Out[0].Len())
	return nil
}

func (cachePositions) Run(f *op.Frame, _, _, _ int) error {
	last, y, steps := op.Data[int32](f.In[0]), op.Data[int64](f.Out[0]), f.Out[0].Shape[1]
	for b := range f.Out[0].Shape[0] {
		first := max(0, int64(last[b])+1-int64(steps))
		for s := range steps {
			y[b*steps+s] = first + int64(s)
		}
	}
	return nil
}

// cacheAppend writes the elements of sequences to their positions in a cache,
// which grows if need be.
//
//	past [B K P H] or absent, x [B K S H], positions int64 [B S], total int32
//	-> present [B K max(P,total) H]
//
// Where neither past nor x has anything, present is 0; elements at positions
// that it does not have are left out.
type cacheAppend struct{}

func newCacheAppend(n *graph.Node) (op.Op, error) {
	for i := 1; i < 4; i++ {
		if input(n, i) == graph.None {
			return nil, fmt.Errorf("%w: input %d of 4 is missing", op.ErrInput, i)
		}
	}
	return cacheAppend{}, op.ArityOf(n, 0, 4, 1)
}

// Reads says that the value of total matters.
func (cacheAppend) Reads() []int { return []int{3} }

func (cacheAppend) Infer(in, out []op.Info) error {
	past, x := &in[0], &in[1]
	out[0].TensorOfRank(x.Type, 4)
	if past.Present() && past.Type != x.Type {
		return fmt.Errorf("%w: the cache is %v, what is added %v", op.ErrUnsupported, past.Type, x.Type)
	}
	for i, v := range []*op.Info{past, x} {
		if v.Present() && v.Ranked && len(v.Shape) != 4 {
			return fmt.Errorf("%w: input %d has rank %d, want 4", op.ErrShape, i, len(v.Shape))
		}
	}
	if in[2].Type != tensor.Int64 || in[3].Type != tensor.Int32 && in[3].Type != tensor.Int64 {
		return fmt.Errorf("%w: positions are %v, the total length is %v", op.ErrType, in[2].Type, in[3].Type)
	}
	if p := &in[2]; p.Ranked && (len(p.Shape) != 2 || x.Ranked && (op.Clash(p.Shape[0], x.Shape[0]) || op.Clash(p.Shape[1], x.Shape[2]))) {
		return fmt.Errorf("%w: positions are %v for %v", op.ErrShape, p.Shape, x.Shape)
	}
	if n := in[3].Len(); n >= 0 && n != 1 {
		return fmt.Errorf("%w: %d total lengths, want one", op.ErrShape, n)
	}
	if past.Present() && past.Ranked && x.Ranked {
		for _, d := range []int{0, 1, 3} {
			if op.Clash(past.Shape[d], x.Shape[d]) {
				return fmt.Errorf("%w: dim %d is %d in the cache but %d in what is added", op.ErrShape, d, past.Shape[d], x.Shape[d])
			}
		}
	}
	if !x.Ranked {
		return nil
	}
	copy(out[0].Shape, x.Shape)
	have := 0
	if past.Present() {
		if have = op.Unknown; past.Ranked {
			have = past.Shape[2]
		}
	}
	out[0].Shape[2] = op.Unknown
	if t, ok := in[3].Integers(); ok && len(t) == 1 && have >= 0 {
		if t[0] < 0 {
			return fmt.Errorf("%w: total_sequence_length is %d", op.ErrInput, t[0])
		}
		out[0].Shape[2] = max(have, t[0])
	}
	return nil
}

func (o cacheAppend) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) { return o, nil }

// InPlace says that a cache that has room may be written where it is.
func (cacheAppend) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

// Strided says that what is added may have any strides.
func (cacheAppend) Strided(in int) bool { return in == 1 }

func (cacheAppend) Resolve(f *op.Frame) error {
	s := f.Out[0].Shape
	f.Split(s[0]*s[1], float64(s[2]*s[3])*0.3+100)
	return nil
}

func (cacheAppend) Run(f *op.Frame, phase, chunk, _ int) error {
	past, x, y := f.In[0], f.In[1], f.Out[0]
	size, rows, width := y.Type.Size(), y.Shape[2], y.Shape[3]
	have := 0
	if past != nil {
		have = past.Shape[2]
	}
	same := past != nil && y.Len() > 0 && have == rows && &past.Bytes[0] == &y.Bytes[0]
	positions, steps := op.Data[int64](f.In[2]), x.Shape[2]
	lo, hi := f.Span(phase, chunk, y.Shape[0]*y.Shape[1])
	for i := lo; i < hi; i++ {
		dst := y.Bytes[i*rows*width*size:][:rows*width*size]
		if !same {
			n := 0
			if have > 0 {
				n = copy(dst, past.Bytes[i*have*width*size:][:have*width*size])
			}
			clear(dst[n:])
		}
		b, h := i/y.Shape[1], i%y.Shape[1]
		for s := range steps {
			at := int(positions[b*steps+s])
			if at < 0 || at >= rows {
				continue
			}
			from, to := (b*x.Stride[0]+h*x.Stride[1]+s*x.Stride[2])*size, dst[at*width*size:][:width*size]
			if x.Stride[3] == 1 {
				copy(to, x.Bytes[from:])
				continue
			}
			for d := range width {
				copy(to[d*size:(d+1)*size], x.Bytes[from+d*x.Stride[3]*size:])
			}
		}
	}
	return nil
}
