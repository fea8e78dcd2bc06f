package sequence

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// mapping is SequenceMap: a body that is run for each item of a sequence, and for
// the item at the same place of every other input that is a sequence; tensors are
// given to each run. The outputs are sequences of what the body gave.
type mapping struct{ body op.BodyAttr }

func newMap(n *graph.Node) (op.Op, error) {
	b, err := op.NewBodyAttr(n, "body")
	if err != nil {
		return nil, err
	}
	if given := len(n.Inputs) - len(b.Captures); given != b.Formal() || given < 1 {
		return nil, fmt.Errorf("%w: %d inputs, the body has %d", op.ErrAttr, given, b.Formal())
	}
	if len(n.Outputs) > len(b.Graph.Outputs) {
		return nil, fmt.Errorf("%w: %d outputs, the body has %d", op.ErrAttr, len(n.Outputs), len(b.Graph.Outputs))
	}
	return mapping{b}, nil
}

func (o mapping) Infer(in, out []op.Info) error {
	for i := range out {
		out[i].SequenceOf(o.body.Output(i))
	}
	return checkSequence(&in[0])
}

// formal returns what is known of the body's inputs.
func (o mapping) formal(in []op.Info) []op.Info {
	var infos []op.Info
	for i := range o.body.Formal() {
		if in[i].Kind == graph.Sequence {
			infos = append(infos, element(&in[i]))
		} else {
			infos = append(infos, in[i].Variable())
		}
	}
	return o.body.AppendInfos(infos, in)
}

func (o mapping) InferBodies(in, out []op.Info, infer func(*graph.Graph, []op.Info) ([]op.Info, error)) error {
	if err := checkSequence(&in[0]); err != nil {
		return err
	}
	outs, err := infer(o.body.Graph, o.formal(in))
	if err != nil {
		return err
	}
	for i := range out {
		out[i].SequenceOf(outs[i].Variable())
	}
	return nil
}

func (o mapping) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	b, err := e.Compile(o.body.Graph, o.formal(in))
	return mapper{o, b}, err
}

type mapper struct {
	mapping
	compiled op.Body
}

// state is what a frame keeps.
type state struct {
	call op.Call
	in   []*op.Value
}

func (k mapper) Resolve(f *op.Frame) error {
	if f.Memo == nil {
		f.Memo = &state{call: k.compiled.NewCall()}
	}
	return nil
}

func (k mapper) Run(f *op.Frame, _, _, _ int) error {
	m, n := f.Memo.(*state), len(f.In[0].Items)
	outs := make([][]op.Value, len(f.Out))
	for i := range n {
		if err := f.Run.Canceled(); err != nil {
			return err
		}
		m.in = m.in[:0]
		for j, x := range f.In[:k.body.Formal()] {
			if x != nil && x.Kind == graph.Sequence {
				if len(x.Items) != n {
					return fmt.Errorf("%w: input %d has %d items, input 0 has %d", op.ErrInput, j, len(x.Items), n)
				}
				x = &x.Items[i]
			}
			m.in = append(m.in, x)
		}
		out, err := m.call.Run(f.Run, k.body.AppendValues(m.in, f.In))
		if err != nil {
			return err
		}
		for j := range outs {
			if out[j].Kind != graph.Tensor {
				return fmt.Errorf("%w: output %d of the body is no tensor", op.ErrType, j)
			}
			outs[j] = append(outs[j], out[j].Clone())
		}
	}
	for i, v := range f.Out {
		if v != nil {
			v.Kind, v.Items = graph.Sequence, outs[i]
		}
	}
	return nil
}
