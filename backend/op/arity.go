package op

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/graph"
)

// Arity returns parse with the check of [ArityOf] before it, and that the first
// output is not omitted, for operators that ONNX does not define (for the
// others, the schema says it).
func Arity(required, inputs, outputs int, parse func(*graph.Node) (Op, error)) func(*graph.Node) (Op, error) {
	return func(n *graph.Node) (Op, error) {
		if err := ArityOf(n, required, inputs, outputs); err != nil {
			return nil, err
		}
		if n.Outputs[0] == graph.None {
			return nil, fmt.Errorf("%w: output 0 is missing", ErrInput)
		}
		return parse(n)
	}
}
