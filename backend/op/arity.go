package op

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/graph"
)

// Arity returns parse with a check before it, for operators that ONNX does not
// define (for the others, the schema says it): a node has at least required
// inputs, none of the first required ones omitted, and at most inputs and
// outputs of them, the first output among these; a negative number is no bound.
func Arity(required, inputs, outputs int, parse func(*graph.Node) (Op, error)) func(*graph.Node) (Op, error) {
	return func(n *graph.Node) (Op, error) {
		if inputs >= 0 && len(n.Inputs) > inputs {
			return nil, fmt.Errorf("%w: %d inputs, at most %d are allowed", ErrInput, len(n.Inputs), inputs)
		}
		for i := range required {
			if i >= len(n.Inputs) || n.Inputs[i] == graph.None {
				return nil, fmt.Errorf("%w: input %d of %d is missing", ErrInput, i, required)
			}
		}
		if len(n.Outputs) < 1 || outputs >= 0 && len(n.Outputs) > outputs {
			return nil, fmt.Errorf("%w: %d outputs, not 1 to %d", ErrInput, len(n.Outputs), outputs)
		}
		if n.Outputs[0] == graph.None {
			return nil, fmt.Errorf("%w: output 0 is missing", ErrInput)
		}
		return parse(n)
	}
}
