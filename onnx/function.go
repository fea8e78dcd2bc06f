package onnx

import "github.com/sardonyx-go/sardonyx/graph"

// A functionProto is a FunctionProto cut into its parts.
type functionProto struct {
	graphProto
	inputs, outputs   []field // names
	defaults, imports []message
}

// function reads a FunctionProto. One without imports has those of the model. With an error, too, the function is returned:
// as much of it as was read.
func (d *decoder) function(m message, opsetsOfModel map[string]int) (*graph.Function, error) {
	fn := &graph.Function{}
	p, err := d.functionParts(m, fn)
	if err != nil {
		return fn, err
	}
	if fn.Opsets, err = opsets(p.imports); err != nil {
		return fn, err
	}
	if len(p.imports) == 0 {
		fn.Opsets = opsetsOfModel
	}
	d.opsets = fn.Opsets
	defer func() { d.opsets, d.inFunction = opsetsOfModel, false }()
	for _, m := range p.defaults {
		a, err := d.attr(m, nil)
		if err != nil {
			return fn, err
		}
		fn.Defaults = append(fn.Defaults, a)
	}
	d.inFunction = true
	s := &scope{g: &graph.Graph{Name: fn.Name}, ids: map[string]graph.ValueID{}}
	fn.Body = s.g
	err = d.named(p.inputs, &s.g.Inputs, func(at int, name string) (graph.ValueID, error) {
		return s.define(at, graph.Value{Name: name})
	})
	if err != nil {
		return fn, err
	}
	for _, step := range []func(*scope, *graphProto) error{d.declare, d.infos, d.nodes} {
		if err := step(s, &p.graphProto); err != nil {
			return fn, err
		}
	}
	if err := d.named(p.outputs, &s.g.Outputs, s.uses); err != nil {
		return fn, err
	}
	return fn, sort(s.g, m)
}

// functionParts reads what stands for itself into fn, and returns the rest.
func (d *decoder) functionParts(m message, fn *graph.Function) (p functionProto, err error) {
	err = m.each(func(f field) (err error) {
		switch f.num {
		case 1:
			fn.Name, err = d.name(f)
		case 4:
			p.inputs = append(p.inputs, f)
		case 5:
			p.outputs = append(p.outputs, f)
		case 6:
			var name string
			name, err = d.name(f)
			fn.Attrs = append(fn.Attrs, name)
		case 7:
			err = f.messages(&p.nodes)
		case 9:
			err = f.messages(&p.imports)
		case 10:
			fn.Domain, err = d.name(f)
			fn.Domain = domain(fn.Domain)
		case 11:
			err = f.messages(&p.defaults)
		case 12:
			err = f.messages(&p.infos)
		case 13:
			fn.Overload, err = d.name(f)
		}
		return err
	})
	return p, err
}

// named adds the values that names stand for to a list.
func (d *decoder) named(fields []field, ids *[]graph.ValueID, value func(at int, name string) (graph.ValueID, error)) error {
	for _, f := range fields {
		name, err := d.name(f)
		if err != nil {
			return err
		}
		id, err := value(f.at, name)
		if err != nil {
			return err
		}
		if id == graph.None {
			return bad(f.at, "an input or output of a function has no name")
		}
		*ids = append(*ids, id)
	}
	return nil
}
