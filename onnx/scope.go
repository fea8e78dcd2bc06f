package onnx

import "github.com/sardonyx-go/sardonyx/graph"

// A scope maps the names of one graph to its values. A name that a body does
// not define is looked for in the graphs around it, the nearest first.
type scope struct {
	g     *graph.Graph
	ids   map[string]graph.ValueID
	outer *scope // nil for the main graph and for functions
}

// define gives a name to a new value. It fails if the graph has it already.
func (s *scope) define(at int, v graph.Value) (graph.ValueID, error) {
	if _, ok := s.ids[v.Name]; ok {
		return graph.None, bad(at, "value %q is defined twice", v.Name)
	}
	id := s.g.NewValue(v)
	s.ids[v.Name] = id
	return id, nil
}

// lookup finds the value of a name. One found further out is captured by every
// graph on the way in.
func (s *scope) lookup(name string) (graph.ValueID, bool) {
	if id, ok := s.ids[name]; ok {
		return id, true
	}
	if s.outer == nil {
		return graph.None, false
	}
	outer, ok := s.outer.lookup(name)
	if !ok {
		return graph.None, false
	}
	v := s.outer.g.Values[outer]
	inner := s.g.NewValue(graph.Value{Name: v.Name, Type: v.Type})
	s.g.Captures = append(s.g.Captures, graph.Capture{Outer: outer, Inner: inner})
	s.ids[v.Name] = inner
	return inner, true
}

// uses resolves the name of a node's input or a graph's output; an empty one is
// None.
func (s *scope) uses(at int, name string) (graph.ValueID, error) {
	if name == "" {
		return graph.None, nil
	}
	id, ok := s.lookup(name)
	if !ok {
		return graph.None, bad(at, "value %q is not defined", name)
	}
	return id, nil
}
