package graph

import (
	"fmt"
	"slices"
)

// Check reports the first thing that is wrong with the form of a graph: a value
// defined twice or used before it is defined, a number out of range, a name
// given twice, a capture of nothing, a function that calls itself. It knows no
// operators, so it cannot tell whether a node has the inputs it needs. Bodies
// and functions are checked, too. Values are named as in the file.
func (g *Graph) Check() error {
	if len(g.Captures) > 0 {
		return fmt.Errorf("the main graph captures %s", g.valueLabel(g.Captures[0].Inner))
	}
	if err := g.check(); err != nil {
		return err
	}
	return g.checkFunctions()
}

// check is Check for one graph and the bodies in it.
func (g *Graph) check() error {
	defined := make([]bool, len(g.Values))
	define := func(id ValueID, as string) error {
		if id < 0 || int(id) >= len(defined) {
			return fmt.Errorf("%s is value %d, of %d", as, id, len(defined))
		}
		if defined[id] {
			return fmt.Errorf("%s %s is defined already", as, g.valueLabel(id))
		}
		defined[id] = true
		return nil
	}
	for _, id := range g.Inputs {
		if err := define(id, "input"); err != nil {
			return err
		}
	}
	for _, c := range g.Captures {
		if err := define(c.Inner, "capture"); err != nil {
			return err
		}
		if g.Values[c.Inner].Const != nil {
			return fmt.Errorf("capture %s is a constant, too", g.valueLabel(c.Inner))
		}
	}
	names := make(map[string]bool, len(g.Values))
	for id := range g.Values {
		v := &g.Values[id]
		if v.Const != nil {
			defined[id] = true // an input that is one has a default
		}
		if v.Name != "" && names[v.Name] {
			return fmt.Errorf("two values have the name %q", v.Name)
		}
		names[v.Name] = true
	}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if err := g.checkNode(n, defined); err != nil {
			return fmt.Errorf("%s: %w", n.label(i), err)
		}
		for _, id := range n.Outputs {
			if id == None {
				continue
			}
			if err := define(id, "output"); err != nil {
				return fmt.Errorf("%s: %w", n.label(i), err)
			}
		}
	}
	for _, id := range g.Outputs {
		if err := g.checkUse(id, defined, "the graph returns"); err != nil {
			return err
		}
	}
	return nil
}

// checkNode checks all of a node but its outputs.
func (g *Graph) checkNode(n *Node, defined []bool) error {
	if n.Op == "" {
		return fmt.Errorf("has no operator")
	}
	for _, id := range n.Inputs {
		if id == None {
			continue
		}
		if err := g.checkUse(id, defined, "uses"); err != nil {
			return err
		}
	}
	names := make([]string, len(n.Attrs))
	for i := range n.Attrs {
		a := &n.Attrs[i]
		names[i] = a.Name
		if a.Name == "" {
			return fmt.Errorf("attribute without a name")
		}
		for _, body := range a.Graphs {
			if body == nil {
				return fmt.Errorf("attribute %q: no graph", a.Name)
			}
			for _, c := range body.Captures {
				if err := g.checkUse(c.Outer, defined, "captures"); err != nil {
					return fmt.Errorf("attribute %q: %w", a.Name, err)
				}
			}
			if err := body.check(); err != nil {
				return fmt.Errorf("attribute %q: %w", a.Name, err)
			}
		}
		if slices.Contains(a.Tensors, nil) {
			return fmt.Errorf("attribute %q: no tensor", a.Name)
		}
	}
	slices.Sort(names)
	for i := 1; i < len(names); i++ {
		if names[i] == names[i-1] {
			return fmt.Errorf("two attributes have the name %q", names[i])
		}
	}
	return nil
}

// checkUse checks that a value exists and is defined by now.
func (g *Graph) checkUse(id ValueID, defined []bool, verb string) error {
	if id < 0 || int(id) >= len(defined) {
		return fmt.Errorf("%s value %d, of %d", verb, id, len(defined))
	}
	if !defined[id] {
		return fmt.Errorf("%s %s before it is defined", verb, g.valueLabel(id))
	}
	return nil
}

// valueLabel names a value in errors.
func (g *Graph) valueLabel(id ValueID) string {
	if id >= 0 && int(id) < len(g.Values) && g.Values[id].Name != "" {
		return fmt.Sprintf("%q", g.Values[id].Name)
	}
	return fmt.Sprintf("%%%d", id)
}
