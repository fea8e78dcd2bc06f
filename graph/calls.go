package graph

import "fmt"

// A functionKey is what a node calls a function by.
type functionKey struct{ domain, name, overload string }

// checkFunctions checks each function, that no two are the same, and that none
// calls itself, directly or through others.
func (g *Graph) checkFunctions() error {
	functions := make(map[functionKey]*Function, len(g.Functions))
	for _, f := range g.Functions {
		if f.Body == nil {
			return fmt.Errorf("function %q has no body", f.Name)
		}
		if len(f.Body.Captures) > 0 {
			return fmt.Errorf("function %q captures %s", f.Name, f.Body.valueLabel(f.Body.Captures[0].Inner))
		}
		if err := f.Body.check(); err != nil {
			return fmt.Errorf("function %q: %w", f.Name, err)
		}
		key := functionKey{f.Domain, f.Name, f.Overload}
		if functions[key] != nil {
			return fmt.Errorf("two functions are %q of domain %q, overload %q", f.Name, f.Domain, f.Overload)
		}
		functions[key] = f
	}
	c := callChecker{functions, make(map[*Function]int, len(functions))}
	for _, f := range g.Functions {
		if _, err := c.function(f, 1); err != nil {
			return err
		}
	}
	return nil
}

// maxCalls bounds how deep functions may call each other. Exporters reach about
// ten.
const maxCalls = 128

// A callChecker looks for functions whose expansion would not end.
type callChecker struct {
	functions map[functionKey]*Function
	height    map[*Function]int // the longest chain of calls from it; -1 while it is being found
}

// function returns the height of f, which depth calls lead to.
func (c *callChecker) function(f *Function, depth int) (int, error) {
	h, seen := c.height[f]
	switch {
	case h < 0:
		return 0, fmt.Errorf("function %q calls itself", f.Name)
	case depth+h > maxCalls:
		return 0, fmt.Errorf("function %q: calls are more than %d deep", f.Name, maxCalls)
	case seen:
		return h, nil
	}
	c.height[f] = -1
	h, err := c.graph(f.Body, depth)
	c.height[f] = h
	return h, err
}

// graph returns the height of the highest function that g calls, plus one.
func (c *callChecker) graph(g *Graph, depth int) (height int, err error) {
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if f := c.functions[functionKey{n.Domain, n.Op, n.Overload}]; f != nil {
			h, err := c.function(f, depth+1)
			if err != nil {
				return 0, err
			}
			height = max(height, h+1)
		}
		for body := range n.Bodies() {
			h, err := c.graph(body, depth)
			if err != nil {
				return 0, err
			}
			height = max(height, h)
		}
	}
	return height, nil
}
