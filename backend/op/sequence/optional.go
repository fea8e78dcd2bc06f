package sequence

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// optional is Optional: an optional that holds the input, or none, of the type in
// an attribute, if there is no input.
type optional struct{ of *graph.Type }

func newOptional(n *graph.Node) (op.Op, error) {
	var o optional
	if a := n.Attr("type"); a != nil && len(a.Types) > 0 {
		o.of = &a.Types[0]
	}
	if o.of == nil && (len(n.Inputs) == 0 || n.Inputs[0] == graph.None) {
		return nil, fmt.Errorf("%w: neither an input nor a type", op.ErrAttr)
	}
	return o, nil
}

func (o optional) Infer(in, out []op.Info) error {
	e := op.Info{Kind: graph.Tensor}
	if len(in) > 0 && in[0].Present() {
		e = in[0].Variable()
	} else if o.of != nil {
		e = op.Declared(o.of)
	}
	out[0].OptionalOf(e)
	return nil
}

func (optional) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return eval(func(f *op.Frame) error {
		y := f.Out[0]
		y.Kind, y.Items = graph.Optional, nil
		if x := given(f, 0); x != nil && x.Kind != graph.Absent {
			y.Items = []op.Value{hold(x)}
		}
		return nil
	}), nil
}

// hold returns a value that stays as it is: a copy of a tensor; all else is on
// the Go heap and does not change.
func hold(x *op.Value) op.Value {
	if x.Kind == graph.Tensor {
		return x.Clone()
	}
	return *x
}

// getElement is OptionalGetElement: what an optional holds. From version 18 on
// the input may be a tensor or sequence, which is the output then.
type getElement struct{}

func newGetElement(*graph.Node) (op.Op, error) { return getElement{}, nil }

func (getElement) Infer(in, out []op.Info) error {
	if in[0].Kind == graph.Optional {
		late(&out[0], element(&in[0]))
		return nil
	}
	out[0].Copy(&in[0])
	return nil
}

func (getElement) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	if in[0].Kind == graph.Tensor {
		return copying{}, nil
	}
	return eval(func(f *op.Frame) error {
		x := f.In[0]
		if x.Kind == graph.Optional {
			if len(x.Items) == 0 {
				return fmt.Errorf("%w: the optional is empty", op.ErrInput)
			}
			x = &x.Items[0]
		}
		f.Pass(0, x)
		return nil
	}), nil
}

// copying is the identity of tensors.
type copying struct{}

func (copying) Strided(int) bool { return true }
func (copying) StridedOut() bool { return true }

func (copying) View(f *op.Frame) bool {
	f.Out[0].Stride, f.Offset[0] = append(f.Out[0].Stride[:0], f.In[0].Stride...), 0
	return true
}

func (copying) Resolve(f *op.Frame) error {
	f.Split(f.In[0].Len(), 0.5)
	return nil
}

func (copying) Run(f *op.Frame, phase, chunk, _ int) error {
	op.CopyChunk(f.Out[0], f.In[0], chunk, f.Phases[phase].Chunks)
	return nil
}

// hasElement is OptionalHasElement: whether an optional holds something. From
// version 18 on the input may be a tensor or sequence, which is something, or
// absent.
type hasElement struct{}

func newHasElement(*graph.Node) (op.Op, error) { return hasElement{}, nil }

func (hasElement) Infer(_, out []op.Info) error {
	out[0].Tensor(tensor.Bool)
	return nil
}

func (hasElement) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return eval(func(f *op.Frame) error {
		x := given(f, 0)
		has := x != nil && x.Kind != graph.Absent && (x.Kind != graph.Optional || len(x.Items) > 0)
		f.Out[0].Bytes[0] = 0
		if has {
			f.Out[0].Bytes[0] = 1
		}
		return nil
	}), nil
}
