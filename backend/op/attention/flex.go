package attention

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// flex is FlexAttention: attention whose scores and probabilities may be changed
// by bodies of the node, as in
//
//	Y = prob_mod(softmax(score_mod(scale · Q·Kᵀ))) · V
//
// Values are [batch, heads, sequence, size]. Without bodies it is the kernel of
// Attention.
type flex struct{ attention }

func newFlexAttention(n *graph.Node) (op.Op, error) {
	o := flex{attention{left: -1, right: -1, scale: float64(n.Float("scale", 0))}}
	if err := checkPrecision(n); err != nil {
		return nil, err
	}
	b := &flexBodied{flex: o, precision: tensor.Type(n.Int("softmax_precision", 0))}
	for i, name := range [2]string{"score_mod", "prob_mod"} {
		if !n.Has(name) {
			continue
		}
		body, err := op.NewBodyAttr(n, name)
		if err != nil {
			return nil, err
		}
		if body.Formal() != 1 || len(body.Graph.Outputs) != 1 {
			return nil, fmt.Errorf("%w: %s has %d inputs and %d outputs, want 1 and 1", op.ErrAttr, name, body.Formal(), len(body.Graph.Outputs))
		}
		b.bodies[i] = &body
	}
	if b.bodies[0] == nil && b.bodies[1] == nil {
		return &o, nil
	}
	return b, nil
}

func (o *flex) Infer(in, out []op.Info) error {
	if len(in) < 3 || len(out) != 1 {
		return fmt.Errorf("%w: %d inputs, %d outputs", op.ErrInput, len(in), len(out))
	}
	for i := range 3 {
		if in[i].Ranked && len(in[i].Shape) != 4 {
			return fmt.Errorf("%w: input %d has rank %d, want 4", op.ErrShape, i, len(in[i].Shape))
		}
	}
	return o.attention.Infer(in[:3], out)
}

// flexBodied is FlexAttention with at least one body.
type flexBodied struct {
	flex
	precision tensor.Type     // of what bodies see; undefined if the node does not say
	bodies    [2]*op.BodyAttr // of scores, of probabilities; or nil
}

// sees returns the element type of what bodies see.
func (o *flexBodied) sees(t tensor.Type) tensor.Type {
	switch {
	case o.precision != tensor.Undefined:
		return o.precision
	case t == tensor.Float64:
		return t
	}
	return tensor.Float32
}

// formal describes the inputs of a body.
func (o *flexBodied) formal(body *op.BodyAttr, in []op.Info) []op.Info {
	var scores op.Info
	scores.TensorOfRank(o.sees(in[inQ].Type), 4)
	if q, k := &in[inQ], &in[inK]; q.Ranked && k.Ranked {
		scores.Shape = append(scores.Shape[:0], q.Shape[0], q.Shape[1], q.Shape[2], k.Shape[2])
	}
	return body.AppendInfos([]op.Info{scores}, in)
}

func (o *flexBodied) InferBodies(in, out []op.Info, infer func(*graph.Graph, []op.Info) ([]op.Info, error)) error {
	if err := o.Infer(in, out); err != nil {
		return err
	}
	for _, b := range o.bodies {
		if b == nil {
			continue
		}
		formal := o.formal(b, in)
		res, err := infer(b.Graph, formal)
		if err != nil {
			return err
		}
		if res[0].Kind != graph.Tensor || res[0].Type != formal[0].Type {
			return fmt.Errorf("%w: a body makes %v of %v", op.ErrType, &res[0], &formal[0])
		}
	}
	return nil
}

func (o *flexBodied) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	var compiled [2]op.Body
	for i, b := range o.bodies {
		if b == nil {
			continue
		}
		var err error
		if compiled[i], err = e.Compile(b.Graph, o.formal(b, in)); err != nil {
			return nil, err
		}
	}
	if in[inQ].Type == tensor.Float64 || o.precision == tensor.Float64 {
		return &flexKernel[float64]{o, algebra64(), compiled}, nil
	}
	return &flexKernel[float32]{o, algebra32(e.Set), compiled}, nil
}
