package attention

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// causalConv is CausalConvWithState: a convolution of each channel over the past,
// [batch, channels, length], with a kernel of k positions and an optional Silu
// behind it. The state is the k-1 positions before the input, 0 if there is none,
// and then the last k-1 positions of both.
type causalConv struct{ silu bool }

func newCausalConv(n *graph.Node) (op.Op, error) {
	switch a := n.Str("activation", "none"); a {
	case "none":
		return causalConv{}, nil
	case "silu", "swish":
		return causalConv{true}, nil
	default:
		return nil, fmt.Errorf("%w: activation is %q", op.ErrAttr, a)
	}
}

func (o causalConv) Infer(in, out []op.Info) error {
	if len(in) < 2 || len(in) > 4 {
		return fmt.Errorf("%w: %d inputs", op.ErrInput, len(in))
	}
	x, w := &in[0], &in[1]
	for i, rank := range [4]int{3, 3, 1, 3} {
		if present(in, i) && (in[i].Type != x.Type || in[i].Ranked && len(in[i].Shape) != rank) {
			return fmt.Errorf("%w: input %d is %v, want rank %d and elements of %v", op.ErrShape, i, &in[i], rank, x.Type)
		}
	}
	batch, channels, length, k := op.Unknown, op.Unknown, op.Unknown, op.Unknown
	if x.Ranked {
		batch, channels, length = x.Shape[0], x.Shape[1], x.Shape[2]
	}
	if w.Ranked {
		if k = w.Shape[2]; op.Clash(w.Shape[0], channels) || op.Clash(w.Shape[1], 1) || k == 0 {
			return fmt.Errorf("%w: weights are %v for %d channels", op.ErrShape, w, channels)
		}
	}
	state := op.Unknown
	if k > 0 {
		state = k - 1
	}
	if present(in, 2) && in[2].Ranked && op.Clash(in[2].Shape[0], channels) {
		return fmt.Errorf("%w: bias has %d elements for %d channels", op.ErrShape, in[2].Shape[0], channels)
	}
	if present(in, 3) && in[3].Ranked {
		if s := in[3].Shape; op.Clash(s[0], batch) || op.Clash(s[1], channels) || op.Clash(s[2], state) {
			return fmt.Errorf("%w: past state is %v, want [%d %d %d]", op.ErrShape, s, batch, channels, state)
		}
	}
	out[0].Tensor(x.Type)
	out[0].Shape = append(out[0].Shape, batch, channels, length)
	if len(out) > 1 {
		out[1].Tensor(x.Type)
		out[1].Shape = append(out[1].Shape, batch, channels, state)
	}
	return nil
}

func (o causalConv) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	return prepare(e, in, out, func(*algebra[float32]) op.Kernel { return &convKernel{o, e.Set} }, nil, 0, 1, 2, 3)
}

// convKernel computes in float32, channel by channel.
type convKernel struct {
	op  causalConv
	set *kernels.Set
}

func (k *convKernel) Resolve(f *op.Frame) error {
	s := f.In[0].Shape
	taps := f.In[1].Shape[2]
	f.Scratch = 4 * (taps - 1 + 2*s[2])
	f.Split(s[0]*s[1], float64(taps*s[2])*0.2+20)
	return nil
}

func (k *convKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	s := f.In[0].Shape
	channels, length, taps := s[1], s[2], f.In[1].Shape[2]
	state := taps - 1
	lo, hi := f.Span(phase, chunk, s[0]*channels)
	work := tensor.View[float32](f.Work(worker))
	line, product := take(&work, state+length), take(&work, length)
	for i := lo; i < hi; i++ {
		c := i % channels
		clear(line[:state])
		if p := input(f, 3); p != nil {
			copy(line[:state], op.Data[float32](p)[i*state:])
		}
		copy(line[state:], op.Data[float32](f.In[0])[i*length:])
		if v := output(f, 1); v != nil {
			copy(op.Data[float32](v)[i*state:][:state], line[length:])
		}
		y := op.Data[float32](f.Out[0])[i*length:][:length]
		bias := float32(0)
		if b := input(f, 2); b != nil {
			bias = op.Data[float32](b)[c]
		}
		fill(y, bias)
		for t, w := range op.Data[float32](f.In[1])[c*taps:][:taps] {
			k.set.MulScalar(product, line[t:t+length], w)
			k.set.Add(y, y, product)
		}
		if k.op.silu {
			k.set.Silu(y, y)
		}
	}
	return nil
}
