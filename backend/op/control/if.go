package control

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// branch is If: the outputs of one of two bodies without formal inputs, as the
// condition says. Only that body runs.
type branch struct{ then, els op.BodyAttr }

func newIf(n *graph.Node) (op.Op, error) {
	then, err := op.NewBodyAttr(n, "then_branch")
	if err != nil {
		return nil, err
	}
	els, err := op.NewBodyAttr(n, "else_branch")
	if err != nil {
		return nil, err
	}
	for _, b := range []op.BodyAttr{then, els} {
		if b.Formal() != 0 {
			return nil, fmt.Errorf("%w: a branch has %d inputs", op.ErrAttr, b.Formal())
		}
		if len(b.Graph.Outputs) != len(n.Outputs) {
			return nil, fmt.Errorf("%w: a branch has %d outputs, the node %d", op.ErrAttr, len(b.Graph.Outputs), len(n.Outputs))
		}
	}
	return branch{then, els}, nil
}

func (o branch) Infer(in, out []op.Info) error {
	for i := range out {
		y, z := o.then.Output(i), o.els.Output(i)
		y.Join(&z)
		out[i] = y
	}
	return nil
}

func (o branch) InferBodies(in, out []op.Info, infer func(*graph.Graph, []op.Info) ([]op.Info, error)) error {
	if in[0].Type != tensor.Bool {
		return fmt.Errorf("%w: the condition is %v, not bool", op.ErrType, in[0].Type)
	}
	a, err := infer(o.then.Graph, o.then.AppendInfos(nil, in))
	if err != nil {
		return err
	}
	b, err := infer(o.els.Graph, o.els.AppendInfos(nil, in))
	if err != nil {
		return err
	}
	for i := range out {
		if a[i].Kind == graph.Tensor && b[i].Kind == graph.Tensor && a[i].Type != b[i].Type {
			return fmt.Errorf("%w: output %d is %v if true and %v if false", op.ErrType, i, a[i].Type, b[i].Type)
		}
		out[i] = a[i].Variable()
		out[i].Join(&b[i])
	}
	return nil
}

func (o branch) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	k := branching{attrs: [2]op.BodyAttr{o.els, o.then}}
	for i, b := range k.attrs {
		var err error
		if k.bodies[i], err = e.Compile(b.Graph, b.AppendInfos(nil, in)); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// branching holds the bodies for false and true.
type branching struct {
	attrs  [2]op.BodyAttr
	bodies [2]op.Body
}

// calls is what a frame keeps; a Call is made when its branch is first taken.
type calls struct {
	calls [2]op.Call
	in    []*op.Value
}

func (branching) Resolve(f *op.Frame) error {
	if f.Memo == nil {
		f.Memo = new(calls)
	}
	return nil
}

func (k branching) Run(f *op.Frame, _, _, _ int) error {
	m, which := f.Memo.(*calls), 0
	cond, err := truth(f.In[0])
	if err != nil {
		return err
	}
	if cond {
		which = 1
	}
	if m.calls[which] == nil {
		m.calls[which] = k.bodies[which].NewCall()
	}
	m.in = k.attrs[which].AppendValues(m.in[:0], f.In)
	out, err := m.calls[which].Run(f.Run, m.in)
	if err != nil {
		return err
	}
	for i, v := range out {
		f.Pass(i, v)
	}
	return nil
}

// truth returns the one element of a bool tensor.
func truth(v *op.Value) (bool, error) {
	if v.Kind != graph.Tensor || v.Type != tensor.Bool || v.Len() != 1 {
		return false, fmt.Errorf("%w: the condition is %v%v, not one bool", op.ErrInput, v.Type, v.Shape)
	}
	return v.Bytes[0] != 0, nil
}
