package backend

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Run computes all outputs, by name, from inputs by name. It may be called from
// many goroutines: each call takes a session of the model's, and results are
// copies that belong to the caller.
func (m *Model) Run(ctx context.Context, inputs map[string]tensor.Value) (map[string]tensor.Value, error) {
	res := make(map[string]tensor.Value, len(m.outputs))
	err := m.run(ctx, inputs, func(name string, v tensor.Value) error {
		res[name] = clone(v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

// RunInto is Run for those who reuse memory: each tensor of outputs, named like
// an output of the model, receives that output and must have its type and shape.
// Outputs that are not named are computed and forgotten.
func (m *Model) RunInto(ctx context.Context, inputs map[string]tensor.Value, outputs map[string]*tensor.Tensor) error {
	for name := range outputs {
		if !slices.ContainsFunc(m.outputs, func(p Port) bool { return p.Name == name }) {
			return fmt.Errorf("%w: the model has no output %q; outputs are %s", ErrInput, name, names(m.graph, m.graph.Outputs))
		}
	}
	return m.run(ctx, inputs, func(name string, v tensor.Value) error {
		to := outputs[name]
		if to == nil {
			return nil
		}
		t, ok := v.(*tensor.Tensor)
		if !ok || t.Type() != to.Type() || !slices.Equal(t.Shape(), to.Shape()) {
			return fmt.Errorf("%w: output %q is %v, the tensor given for it %v", ErrShape, name, v, to)
		}
		copy(to.Bytes(), t.Bytes())
		copy(to.Strings(), t.Strings())
		return nil
	})
}

// run runs an idle session and hands its outputs, which are its own, to f.
func (m *Model) run(ctx context.Context, inputs map[string]tensor.Value, f func(name string, v tensor.Value) error) error {
	in := make([]tensor.Value, len(m.inputs))
	for name, v := range inputs {
		i := slices.IndexFunc(m.inputs, func(p Port) bool { return p.Name == name })
		if i < 0 {
			return fmt.Errorf("%w: the model has no input %q; inputs are %s", ErrInput, name, names(m.graph, m.graph.Inputs))
		}
		in[i] = v
	}
	s := m.session()
	out, err := s.Run(ctx, in)
	for i := range out {
		if err == nil {
			err = f(m.outputs[i].Name, out[i])
		}
	}
	m.giveBack(s, err)
	return err
}

// session takes an idle session, or a new one.
func (m *Model) session() *Session {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.idle); n > 0 {
		s := m.idle[n-1]
		m.idle = m.idle[:n-1]
		return s
	}
	return m.NewSession()
}

// maxIdle is how many idle sessions a model keeps.
const maxIdle = 8

func (m *Model) giveBack(s *Session, err error) {
	if errors.Is(err, ErrInternal) {
		return // what a bug has left behind is not used again
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.idle) < maxIdle {
		m.idle = append(m.idle, s)
	}
}

func clone(v tensor.Value) tensor.Value {
	if t, ok := v.(*tensor.Tensor); ok {
		return t.Clone()
	}
	return v // items live on the heap and are never written again
}

// accept checks an input against its declaration and notes its shape.
func (m *Model) accept(i int, v tensor.Value, s *shape) error {
	p := &m.inputs[i]
	id := m.graph.Inputs[i]
	s.present, s.dims = false, s.dims[:0]
	if m.consts[id] != nil || p.Default && m.graph.Values[id].Const != nil {
		if v != nil {
			return fmt.Errorf("%w: input %q has its value in the file; name it in Options.Override to feed it", ErrInput, p.Name)
		}
		return nil
	}
	want := &m.infos[id]
	t, ok := v.(*tensor.Tensor)
	switch {
	case v == nil && p.Default: // constant and not used
		return nil
	case v == nil || ok && t == nil:
		if want.Kind == graph.Optional {
			return nil
		}
		return fmt.Errorf("%w: input %q is missing", ErrInput, p.Name)
	case want.Kind != graph.Tensor:
		if want.Kind == graph.Optional || kindOf(v) == want.Kind {
			return nil
		}
		return fmt.Errorf("%w: input %q is a %s, not a %s", ErrInput, p.Name, kindName(want.Kind), kindName(kindOf(v)))
	case !ok:
		return fmt.Errorf("%w: input %q is a tensor, not a %s", ErrInput, p.Name, kindName(kindOf(v)))
	case t.Type() != want.Type:
		return fmt.Errorf("%w: input %q is %v, not %v", ErrInput, p.Name, want.Type, t.Type())
	case want.Ranked && len(t.Shape()) != len(want.Shape):
		return fmt.Errorf("%w: input %q has shape %s, not %v", ErrShape, p.Name, shapeText(&p.Type), t.Shape())
	}
	for k, d := range t.Shape() {
		if want.Ranked && op.Clash(d, want.Shape[k]) {
			return fmt.Errorf("%w: input %q has shape %s, not %v", ErrShape, p.Name, shapeText(&p.Type), t.Shape())
		}
	}
	s.present, s.dims = true, append(s.dims, t.Shape()...)
	return nil
}

// sameSymbols checks that dims of one name have one size.
func (m *Model) sameSymbols(shapes []shape) error {
	for i, s := range shapes {
		if !s.present {
			continue
		}
		a := &m.infos[m.graph.Inputs[i]]
		for k := range a.Shape {
			if a.Shape[k] >= op.Unknown {
				continue
			}
			for j := range i + 1 {
				b := &m.infos[m.graph.Inputs[j]]
				if !shapes[j].present {
					continue
				}
				for l := range b.Shape {
					if b.Shape[l] == a.Shape[k] && shapes[j].dims[l] != s.dims[k] {
						return fmt.Errorf("%w: dim %q is %d in input %q but %d in input %q", ErrShape, m.inputs[i].Type.Shape[k].Name,
							shapes[j].dims[l], m.inputs[j].Name, s.dims[k], m.inputs[i].Name)
					}
				}
			}
		}
	}
	return nil
}

// shapeText formats a declared shape, like [N 3 224 224].
func shapeText(t *graph.Type) string {
	parts := make([]string, len(t.Shape))
	for i, d := range t.Shape {
		switch {
		case d.Size >= 0:
			parts[i] = fmt.Sprint(d.Size)
		case d.Name != "":
			parts[i] = d.Name
		default:
			parts[i] = "?"
		}
	}
	return "[" + strings.Join(parts, " ") + "]"
}

func kindOf(v tensor.Value) graph.Kind {
	switch v.(type) {
	case *tensor.Tensor:
		return graph.Tensor
	case *tensor.Sequence:
		return graph.Sequence
	case *tensor.Optional:
		return graph.Optional
	case *tensor.Map:
		return graph.Map
	}
	return graph.Absent
}

func kindName(k graph.Kind) string {
	return [...]string{"nothing", "tensor", "sequence", "optional", "map", "sparse tensor"}[k]
}

// set makes a run-time value of a caller's, without copying tensors.
func set(to *op.Value, v tensor.Value) {
	switch v := v.(type) {
	case nil:
		if to.Kind == graph.Tensor {
			to.Kind = graph.Absent
		}
		to.Items = nil
	case *tensor.Tensor:
		if to.Kind == graph.Optional {
			to.Items = []op.Value{*op.FromTensor(v)}
			return
		}
		to.Kind, to.Type, to.Bytes, to.Strings = graph.Tensor, v.Type(), v.Bytes(), v.Strings()
	case *tensor.Sequence:
		items := make([]op.Value, len(v.Items))
		for i, it := range v.Items {
			items[i] = fresh(it)
		}
		if to.Kind == graph.Optional {
			to.Items = []op.Value{{Kind: graph.Sequence, Items: items}}
			return
		}
		to.Kind, to.Items = graph.Sequence, items
	case *tensor.Optional:
		to.Kind, to.Items = graph.Optional, nil
		if v.Item != nil {
			to.Items = []op.Value{fresh(v.Item)}
		}
	case *tensor.Map:
		to.Kind, to.Items = graph.Map, []op.Value{*op.FromTensor(v.Keys), *op.FromTensor(v.Values)}
	}
}

func fresh(v tensor.Value) op.Value {
	if t, ok := v.(*tensor.Tensor); ok {
		return *op.FromTensor(t)
	}
	var to op.Value
	set(&to, v)
	return to
}

// result returns a run-time value as a caller's; a tensor in the given header.
func result(v *op.Value, header *tensor.Tensor) tensor.Value {
	switch v.Kind {
	case graph.Tensor:
		v.Fill(header)
		return header
	case graph.Sequence:
		s := &tensor.Sequence{Items: make([]tensor.Value, len(v.Items))}
		for i := range v.Items {
			s.Items[i] = result(&v.Items[i], new(tensor.Tensor))
		}
		return s
	case graph.Optional:
		if len(v.Items) == 0 {
			return &tensor.Optional{}
		}
		return &tensor.Optional{Item: result(&v.Items[0], new(tensor.Tensor))}
	case graph.Map:
		return &tensor.Map{Keys: v.Items[0].Tensor(), Values: v.Items[1].Tensor()}
	}
	return nil
}
