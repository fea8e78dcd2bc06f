package signal

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// stft is STFT: the transforms of frames of a signal, step apart, each times a
// window. The signal is [batch, length, 1] of real numbers or [batch, length, 2]
// of complex ones, the result [batch, frames, bins, 2]. One-sided transforms have
// frame/2+1 bins. PyTorch writes real signals as [batch, length].
type stft struct{ onesided bool }

func newSTFT(n *graph.Node) (op.Op, error) { return &stft{n.Int("onesided", 1) != 0}, nil }

// Reads names the step and the length of frames.
func (o *stft) Reads() []int { return []int{1, 3} }

func (o *stft) Infer(in, out []op.Info) error {
	if len(in) < 2 || len(in) > 4 {
		return fmt.Errorf("%w: %d inputs", op.ErrInput, len(in))
	}
	x := &in[0]
	batch, length := op.Unknown, op.Unknown
	if x.Ranked {
		c := 1
		switch len(x.Shape) {
		case 2:
		case 3:
			c = x.Shape[2]
		default:
			return fmt.Errorf("%w: signal has rank %d, want 3", op.ErrShape, len(x.Shape))
		}
		switch {
		case c >= 0 && c != 1 && c != 2:
			return fmt.Errorf("%w: last dim is %d, want 1 (real) or 2 (complex)", op.ErrShape, c)
		case o.onesided && c == 2:
			return fmt.Errorf("%w: a one-sided transform is of real numbers", op.ErrShape)
		}
		batch, length = x.Shape[0], x.Shape[1]
	}
	step, frame, err := o.sizes(in, length)
	if err != nil {
		return err
	}
	frames, bins := op.Unknown, frame
	if length >= 0 && frame >= 0 && step >= 0 {
		if frame > length {
			return fmt.Errorf("%w: frames of %d in a signal of %d", op.ErrShape, frame, length)
		}
		frames = (length-frame)/step + 1
	}
	switch {
	case !o.onesided:
	case frame >= 0:
		bins = frame/2 + 1
	default:
		bins = op.Unknown
	}
	out[0].Tensor(x.Type)
	out[0].Shape = append(out[0].Shape, batch, frames, bins, 2)
	return nil
}

// sizes returns the step and the length of frames, unknown where they are not
// known.
func (o *stft) sizes(in []op.Info, length int) (step, frame int, err error) {
	step, known, err := scalar(in, 1, 0)
	switch {
	case err != nil:
		return 0, 0, err
	case !known:
		step = op.Unknown
	case step < 1:
		return 0, 0, fmt.Errorf("%w: frames are %d apart", op.ErrInput, step)
	}
	window := op.Unknown
	if len(in) > 2 && in[2].Present() {
		if w := &in[2]; w.Ranked {
			if len(w.Shape) != 1 {
				return 0, 0, fmt.Errorf("%w: window has rank %d, want 1", op.ErrShape, len(w.Shape))
			}
			window = w.Shape[0]
		}
		length = window
	}
	if frame, known, err = scalar(in, 3, length); err != nil {
		return 0, 0, err
	}
	switch {
	case !known:
		frame = op.Unknown
	case op.Known(frame) && (frame < 1 || frame > maxLength):
		return 0, 0, fmt.Errorf("%w: frames of length %d", op.ErrShape, frame)
	case op.Clash(frame, window):
		return 0, 0, fmt.Errorf("%w: frames of length %d but a window of %d", op.ErrShape, frame, window)
	}
	return step, frame, nil
}

func (o *stft) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	if len(in) > 2 && in[2].Present() && in[2].Type != in[0].Type {
		return nil, fmt.Errorf("%w: signal is %v but window is %v", op.ErrType, in[0].Type, in[2].Type)
	}
	return prepare(e.Set, in[0].Type, &stftKernel[float32]{o}, &stftKernel[float64]{o})
}

// stftKernel reads and writes elements of T.
type stftKernel[T float32 | float64] struct{ op *stft }

// stftPlan is what a frame keeps.
type stftPlan struct {
	t                              *transform
	length, step, frames, bins, in int
}

func (k *stftKernel[T]) Resolve(f *op.Frame) error {
	p, ok := f.Memo.(*stftPlan)
	if !ok {
		p = new(stftPlan)
		f.Memo = p
	}
	x, y := f.In[0].Shape, f.Out[0].Shape
	p.length, p.in, p.frames, p.bins = x[1], op.Product(x[2:]), y[1], y[2]
	var n int
	var err error
	if p.step, n, err = k.op.sizes(f.InInfo, p.length); err != nil {
		return err
	}
	if p.t == nil || p.t.n != n {
		p.t = newTransform(n)
	}
	f.Scratch = 16 * (n + p.t.work())
	f.Split(y[0]*p.frames, p.t.cost()+3*float64(n+p.bins))
	return nil
}

func (k *stftKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	p := f.Memo.(*stftPlan)
	n := p.t.n
	lo, hi := f.Span(phase, chunk, f.Out[0].Shape[0]*p.frames)
	work := tensor.View[complex128](f.Work(worker))
	line, work := work[:n], work[n:]
	x, y := op.Data[T](f.In[0]), op.Data[T](f.Out[0])
	var window []T
	if len(f.In) > 2 && f.In[2] != nil {
		window = op.Data[T](f.In[2])
	}
	for i := lo; i < hi; i++ {
		src := x[(i/p.frames*p.length+i%p.frames*p.step)*p.in:]
		for j := range line {
			w := 1.
			if window != nil {
				w = float64(window[j])
			}
			if p.in == 2 {
				line[j] = complex(float64(src[2*j])*w, float64(src[2*j+1])*w)
			} else {
				line[j] = complex(float64(src[j])*w, 0)
			}
		}
		p.t.run(line, work)
		dst := y[i*p.bins*2:][:p.bins*2]
		for j := range p.bins {
			dst[2*j], dst[2*j+1] = T(real(line[j])), T(imag(line[j]))
		}
	}
	return nil
}
