package onnx

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A graphProto is a GraphProto cut into its parts. They are decoded in another
// order than the file's, in which nodes come before what they use.
type graphProto struct {
	name                   string
	nodes                  []message
	initializers, sparse   []message
	inputs, outputs, infos []message // ValueInfoProtos
}

// graph reads a GraphProto: the main graph, or a body within outer.
func (d *decoder) graph(m message, outer *scope) (*graph.Graph, error) {
	d.depth++
	defer func() { d.depth-- }()
	if d.depth > d.limits.Depth {
		return nil, over(m.at, "graphs are nested more than %d deep", d.limits.Depth)
	}
	var p graphProto
	err := m.each(func(f field) (err error) {
		switch f.num {
		case 1:
			err = f.messages(&p.nodes)
		case 2:
			err = f.str(&p.name)
		case 5:
			err = f.messages(&p.initializers)
		case 11:
			err = f.messages(&p.inputs)
		case 12:
			err = f.messages(&p.outputs)
		case 13:
			err = f.messages(&p.infos)
		case 15:
			err = f.messages(&p.sparse)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s := &scope{g: &graph.Graph{Name: p.name}, ids: map[string]graph.ValueID{}, outer: outer}
	for _, step := range []func(*scope, *graphProto) error{
		d.inputs, d.initializers, d.declare, d.infos, d.nodes, d.outputs,
	} {
		if err := step(s, &p); err != nil {
			return nil, err
		}
	}
	return s.g, sort(s.g, m)
}

// inputs defines the graph's inputs.
func (d *decoder) inputs(s *scope, p *graphProto) error {
	for i, m := range p.inputs {
		name, t, err := d.info(m)
		if err == nil && name == "" {
			err = bad(m.at, "has no name")
		}
		var id graph.ValueID
		if err == nil {
			id, err = s.define(m.at, graph.Value{Name: name, Type: t})
		}
		if err != nil {
			return in(err, "input[%d] %q", i, name)
		}
		s.g.Inputs = append(s.g.Inputs, id)
	}
	return nil
}

// initializers defines the graph's constants, and the defaults of its inputs.
// Before IR version 4 every constant had to be listed as an input, so that such
// a listing says nothing: it is dropped.
func (d *decoder) initializers(s *scope, p *graphProto) error {
	for i, m := range p.initializers {
		name, t, err := d.tensor(m)
		if err == nil {
			err = d.initializer(s, m, name, t)
		}
		if err != nil {
			return in(err, "initializer[%d] %q", i, name)
		}
	}
	for i, m := range p.sparse {
		name, t, err := d.sparse(m)
		if err == nil {
			err = d.initializer(s, m, name, t)
		}
		if err != nil {
			return in(err, "sparse_initializer[%d] %q", i, name)
		}
	}
	if d.ir < 4 {
		s.g.Inputs = slices.DeleteFunc(s.g.Inputs, func(id graph.ValueID) bool { return s.g.Values[id].Const != nil })
	}
	return nil
}

// initializer defines one constant, or the default of the input of that name.
func (d *decoder) initializer(s *scope, m message, name string, t *tensor.Tensor) error {
	if name == "" {
		return bad(m.at, "has no name")
	}
	id, isInput := s.ids[name]
	if !isInput {
		s.ids[name] = s.g.Const(name, t)
		return nil
	}
	v := &s.g.Values[id]
	if v.Const != nil {
		return bad(m.at, "value %q is defined twice", name)
	}
	v.Const = t
	return nil
}

// declare defines what the nodes put out, before any of them is looked at: the
// bodies of one may use what another, further down, defines.
func (d *decoder) declare(s *scope, p *graphProto) error {
	s.g.Nodes = make([]graph.Node, 0, min(len(p.nodes), d.limits.Nodes))
	for i, m := range p.nodes {
		if d.nodeCount++; d.nodeCount > d.limits.Nodes {
			return over(m.at, "more than %d nodes", d.limits.Nodes)
		}
		var n graph.Node
		err := m.each(func(f field) (err error) {
			if f.num != 2 {
				return nil
			}
			name, err := d.name(f)
			id := graph.None
			if err == nil && name != "" {
				id, err = s.define(f.at, graph.Value{Name: name})
			}
			n.Outputs = append(n.Outputs, id)
			return err
		})
		if err != nil {
			return in(err, "node[%d]", i)
		}
		s.g.Nodes = append(s.g.Nodes, n)
	}
	return nil
}

// infos adds what value_info and output say about types. Names that the graph
// does not have are left-overs of the exporter.
func (d *decoder) infos(s *scope, p *graphProto) error {
	for i, m := range slices.Concat(p.infos, p.outputs) {
		name, t, err := d.info(m)
		if err != nil {
			if i < len(p.infos) {
				return in(err, "value_info[%d] %q", i, name)
			}
			return in(err, "output[%d] %q", i-len(p.infos), name)
		}
		if id, ok := s.ids[name]; ok && s.g.Values[id].Type.Kind == graph.Absent {
			s.g.Values[id].Type = t
		}
	}
	return nil
}

// nodes fills in the nodes.
func (d *decoder) nodes(s *scope, p *graphProto) error {
	for i, m := range p.nodes {
		n := &s.g.Nodes[i]
		if err := d.node(m, s, n); err != nil {
			switch {
			case n.Name != "":
				return in(err, "node[%d] %q", i, n.Name)
			case n.Op != "":
				return in(err, "node[%d] %s", i, n.Op)
			}
			return in(err, "node[%d]", i)
		}
	}
	return nil
}

// outputs resolves the graph's outputs. That of a body may be a value from
// around it.
func (d *decoder) outputs(s *scope, p *graphProto) error {
	for i, m := range p.outputs {
		name, _, err := d.info(m)
		id := graph.None
		if err == nil {
			id, err = s.uses(m.at, name)
		}
		if err == nil && id == graph.None {
			err = bad(m.at, "has no name")
		}
		if err != nil {
			return in(err, "output[%d] %q", i, name)
		}
		s.g.Outputs = append(s.g.Outputs, id)
	}
	return nil
}

// sort orders the nodes, which files often, and wrongly, leave to the reader.
func sort(g *graph.Graph, m message) error {
	if err := g.Sort(); err != nil {
		return bad(m.at, "%w", err)
	}
	return nil
}
