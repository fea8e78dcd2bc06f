package onnx

import (
	"math"

	"github.com/sardonyx-go/sardonyx/graph"
	"google.golang.org/protobuf/encoding/protowire"
)

// attrFields says which field of an AttributeProto holds an attribute of each
// kind.
var attrFields = map[protowire.Number]graph.AttrKind{
	2:  graph.AttrFloat,
	3:  graph.AttrInt,
	4:  graph.AttrString,
	5:  graph.AttrTensor,
	6:  graph.AttrGraph,
	7:  graph.AttrFloats,
	8:  graph.AttrInts,
	9:  graph.AttrStrings,
	10: graph.AttrTensors,
	11: graph.AttrGraphs,
	14: graph.AttrType,
	15: graph.AttrTypes,
	22: graph.AttrSparseTensor,
	23: graph.AttrSparseTensors,
}

// attr reads an AttributeProto. Names in its graphs are looked up in s.
func (d *decoder) attr(m message, s *scope) (a graph.Attr, err error) {
	var typ int64
	err = m.each(func(f field) (err error) {
		switch f.num {
		case 1:
			a.Name, err = d.name(f)
		case 20:
			err = f.integer(&typ)
		case 21:
			a.Ref, err = d.name(f)
		}
		return err
	})
	if err != nil {
		return a, err
	}
	if a.Name == "" {
		return a, bad(m.at, "attribute without a name")
	}
	if typ < 0 || typ > int64(graph.AttrTypes) {
		return a, in(bad(m.at, "unknown kind %d", typ), "attribute %q", a.Name)
	}
	a.Kind = graph.AttrKind(typ)
	var own, other bool // fields of its kind, of another
	err = m.each(func(f field) error {
		kind, ok := attrFields[f.num]
		switch {
		case !ok:
			return nil
		case a.Kind == 0: // before IR version 2 the field said it
			a.Kind = kind
		case a.Kind != kind:
			other = true
			return nil
		}
		own = true
		return d.attrValue(f, &a, s)
	})
	// A value that is not there is zero or an empty list, unless the exporter
	// put it elsewhere.
	if err == nil && other && !own {
		err = bad(m.at, "value does not have the kind that is announced, %d", a.Kind)
	}
	if err == nil {
		err = d.attrComplete(m.at, &a)
	}
	if err != nil {
		return a, in(err, "attribute %q", a.Name)
	}
	return a, nil
}

// attrValue reads a field that holds a value of the attribute's kind.
func (d *decoder) attrValue(f field, a *graph.Attr, s *scope) (err error) {
	switch a.Kind {
	case graph.AttrFloat:
		a.Float, err = math.Float32frombits(uint32(f.x)), f.is(protowire.Fixed32Type)
	case graph.AttrInt:
		err = f.integer(&a.Int)
	case graph.AttrString:
		err = f.str(&a.String)
	case graph.AttrFloats:
		err = f.floats(&a.Floats)
	case graph.AttrInts:
		err = f.integers(&a.Ints)
	case graph.AttrStrings:
		var v string
		err = f.str(&v)
		a.Strings = append(a.Strings, v)
	default:
		if err = f.is(protowire.BytesType); err == nil {
			err = d.attrMessage(f.sub, a, s)
		}
	}
	return err
}

// attrMessage adds a tensor, graph or type to an attribute.
func (d *decoder) attrMessage(m message, a *graph.Attr, s *scope) error {
	switch a.Kind {
	case graph.AttrTensor, graph.AttrTensors:
		_, t, err := d.tensor(m)
		a.Tensors = append(a.Tensors, t)
		return err
	case graph.AttrSparseTensor, graph.AttrSparseTensors:
		_, t, err := d.sparse(m)
		a.Tensors = append(a.Tensors, t)
		return err
	case graph.AttrType, graph.AttrTypes:
		t, err := d.typ(m, 0)
		a.Types = append(a.Types, t)
		return err
	}
	g, err := d.graph(m, s)
	a.Graphs = append(a.Graphs, g)
	return err
}

// attrComplete reports an attribute that has no value, or more than one where
// its kind has one.
func (d *decoder) attrComplete(at int, a *graph.Attr) error {
	if a.Ref != "" {
		if !d.inFunction {
			return bad(at, "refers to attribute %q, outside of a function", a.Ref)
		}
		return nil
	}
	n := 1
	switch a.Kind {
	case 0:
		return bad(at, "has no value")
	case graph.AttrTensor, graph.AttrSparseTensor:
		n = len(a.Tensors)
	case graph.AttrGraph:
		n = len(a.Graphs)
	case graph.AttrType:
		n = len(a.Types)
	}
	if n != 1 {
		return bad(at, "has %d values, want 1", n)
	}
	return nil
}
