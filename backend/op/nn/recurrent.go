package nn

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// recurrent is LSTM, GRU or RNN: a layer that walks over the time steps of
// sequences, forward, in reverse or both. For T steps, batch size B, D
// directions, hidden size H and G gates (4, 3 and 1):
//
//	X [T B I], W [D G*H I], R [D G*H H], B [D 2*G*H], sequence_lens int32 [B],
//	initial_h [D B H]; LSTM: initial_c [D B H], P [D 3*H]
//	-> Y [T D B H], Y_h [D B H]; LSTM: Y_c [D B H]
//
// With layout 1, X is [B T I], Y [B T D H], and states are [B D H]. All inputs
// after R may be absent. Steps beyond a sequence's length are not computed: Y
// is 0 there, and in reverse a sequence begins at its own end.
type recurrent struct {
	name        string
	gates       int
	direction   string
	hidden      int // 0: from the shape of R
	activations [][]activation
	clip        float32 // 0: none
	batchFirst  bool    // layout 1
	inputForget bool    // LSTM: the forget gate is 1 - the input gate
	linearFirst bool    // GRU: linear_before_reset
}

// Inputs of recurrent layers after X, W and R.
const (
	inBias = iota + 3
	inLengths
	inHidden
	inCell
	inPeepholes
)

func newRecurrent(n *graph.Node, gates int, defaults ...string) (op.Op, error) {
	r := recurrent{
		name: n.Op, gates: gates, direction: n.Str("direction", "forward"), hidden: n.Int("hidden_size", 0), clip: n.Float("clip", 0),
		batchFirst: n.Int("layout", 0) == 1, inputForget: n.Int("input_forget", 0) != 0, linearFirst: n.Int("linear_before_reset", 0) != 0,
	}
	switch r.direction {
	case "forward", "reverse", "bidirectional":
	default:
		return nil, fmt.Errorf("%w: direction is %q", op.ErrAttr, r.direction)
	}
	if r.clip < 0 || r.hidden < 0 {
		return nil, fmt.Errorf("%w: clip is %v, hidden_size is %d", op.ErrAttr, r.clip, r.hidden)
	}
	var err error
	r.activations, err = newActivations(n, r.directions(), defaults)
	return r, err
}

func (r recurrent) directions() int {
	if r.direction == "bidirectional" {
		return 2
	}
	return 1
}

// reversed reports whether a direction walks backwards.
func (r recurrent) reversed(direction int) bool { return direction == 1 || r.direction == "reverse" }

func (r recurrent) Infer(in, out []op.Info) error {
	if len(in) < 3 {
		return fmt.Errorf("%w: %d inputs, want at least X, W and R", op.ErrInput, len(in))
	}
	x, d := &in[0], r.directions()
	steps, batch, hidden := op.Unknown, op.Unknown, op.Unknown
	if x.Ranked {
		if len(x.Shape) != 3 {
			return fmt.Errorf("%w: X has rank %d, want 3", op.ErrShape, len(x.Shape))
		}
		steps, batch = x.Shape[0], x.Shape[1]
		if r.batchFirst {
			steps, batch = batch, steps
		}
	}
	if r.hidden > 0 {
		hidden = r.hidden
	}
	if h := &in[2]; h.Ranked {
		if len(h.Shape) != 3 || op.Clash(h.Shape[2], hidden) {
			return fmt.Errorf("%w: R is %v, hidden size %d", op.ErrShape, h.Shape, hidden)
		}
		hidden = h.Shape[2]
	}
	if err := r.check(in, batch, hidden); err != nil {
		return err
	}
	for i := range out {
		switch {
		case i == 0 && r.batchFirst:
			out[i].Tensor(x.Type, batch, steps, d, hidden)
		case i == 0:
			out[i].Tensor(x.Type, steps, d, batch, hidden)
		case r.batchFirst:
			out[i].Tensor(x.Type, batch, d, hidden)
		default:
			out[i].Tensor(x.Type, d, batch, hidden)
		}
	}
	return nil
}

// check compares the inputs after X with what their shapes should be.
func (r recurrent) check(in []op.Info, batch, hidden int) error {
	d, rows, inputs := r.directions(), op.Unknown, op.Unknown
	if hidden >= 0 {
		rows = r.gates * hidden
	}
	if in[0].Ranked {
		inputs = in[0].Shape[2]
	}
	times := func(n, x int) int {
		if x < 0 {
			return op.Unknown
		}
		return n * x
	}
	for i := 1; i < len(in); i++ {
		want, n := [3]int{d, rows, inputs}, 3
		switch i {
		case 2:
			want[2] = hidden
		case inBias:
			want[1], n = times(2, rows), 2
		case inLengths:
			want[0], n = batch, 1
		case inHidden, inCell:
			want = [3]int{d, batch, hidden}
			if r.batchFirst {
				want = [3]int{batch, d, hidden}
			}
		case inPeepholes:
			want[1], n = times(3, hidden), 2
		}
		x := &in[i]
		if !x.Present() || !x.Ranked {
			continue
		}
		if i != inLengths && x.Type != in[0].Type {
			return fmt.Errorf("%w: X is %v but input %d is %v", op.ErrType, in[0].Type, i, x.Type)
		}
		if len(x.Shape) != n {
			return fmt.Errorf("%w: input %d is %v, want rank %d", op.ErrShape, i, x.Shape, n)
		}
		for j, s := range x.Shape {
			if op.Clash(s, want[j]) {
				return fmt.Errorf("%w: input %d is %v, dim %d should be %d", op.ErrShape, i, x.Shape, j, want[j])
			}
		}
	}
	return nil
}

func (r recurrent) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return newRecurrentKernel[float32](r, float32Arithmetic{e.Set}, in), nil
	case tensor.Float64:
		return newRecurrentKernel[float64](r, float64Arithmetic{}, in), nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, newRecurrentKernel[float32](r, float32Arithmetic{e.Set}, nil), tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: %s of %v", op.ErrUnsupported, r.name, in[0].Type)
}
