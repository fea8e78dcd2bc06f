package onnx

import "github.com/sardonyx-go/sardonyx/graph"

// node reads a NodeProto into n, which has its outputs already. On an error n
// has as much of its name as was read.
func (d *decoder) node(m message, s *scope, n *graph.Node) error {
	var attrs []message
	err := m.each(func(f field) (err error) {
		switch f.num {
		case 3:
			err = f.str(&n.Name)
		case 4:
			n.Op, err = d.name(f)
		case 5:
			err = f.messages(&attrs)
		case 7:
			n.Domain, err = d.name(f)
			n.Domain = domain(n.Domain)
		case 8:
			n.Overload, err = d.name(f)
		}
		return err
	})
	if err != nil {
		return err
	}
	if n.Op == "" {
		return bad(m.at, "has no operator")
	}
	n.Version = d.opsets[n.Domain]
	err = m.each(func(f field) error {
		if f.num != 1 {
			return nil
		}
		name, err := d.name(f)
		if err != nil {
			return err
		}
		id, err := s.uses(f.at, name)
		n.Inputs = append(n.Inputs, id)
		return err
	})
	if err != nil {
		return err
	}
	n.Attrs = make([]graph.Attr, 0, len(attrs))
	for _, m := range attrs {
		a, err := d.attr(m, s)
		if err != nil {
			return err
		}
		n.Attrs = append(n.Attrs, a)
	}
	return nil
}

// domain gives the default domain, which has two names, one.
func domain(name string) string {
	if name == "ai.onnx" {
		return ""
	}
	return name
}
