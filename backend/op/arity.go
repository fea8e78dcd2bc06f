package op

import "github.com/sardonyx-go/sardonyx/graph"

// Arity returns parse with the check of [ArityOf] before it.
func Arity(required, inputs, outputs int, parse func(*graph.Node) (Op, error)) func(*graph.Node) (Op, error) {
	return func(n *graph.Node) (Op, error) {
		if err := ArityOf(n, required, inputs, outputs); err != nil {
			return nil, err
		}
		return parse(n)
	}
}
