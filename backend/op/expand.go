package op

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/graph"
)

// An Expansion makes an operator out of others: it adds nodes to b that compute
// what n computes and returns one value for each output of n, graph.None for
// outputs that n omits. The types of n's inputs are known by then, mostly also
// their ranks; in describes them. Nodes are added in order, for whatever version
// of the default domain [ExpandVersion] is; they may be expanded in turn.
type Expansion func(b *graph.Builder, n *graph.Node, in []Info) ([]graph.ValueID, error)

// ExpandVersion is the version of the default domain in which expansions are
// written, whatever the model imports.
const ExpandVersion = 24

// ArityOf checks that a node has at least required inputs, none of the first
// required ones omitted, and at most inputs and outputs of them; a negative
// number is no bound.
func ArityOf(n *graph.Node, required, inputs, outputs int) error {
	if inputs >= 0 && len(n.Inputs) > inputs {
		return fmt.Errorf("%w: %d inputs, at most %d are allowed", ErrInput, len(n.Inputs), inputs)
	}
	for i := range required {
		if i >= len(n.Inputs) || n.Inputs[i] == graph.None {
			return fmt.Errorf("%w: input %d of %d is missing", ErrInput, i, required)
		}
	}
	if len(n.Outputs) < 1 || outputs >= 0 && len(n.Outputs) > outputs {
		return fmt.Errorf("%w: %d outputs, not 1 to %d", ErrInput, len(n.Outputs), outputs)
	}
	return nil
}

// ArityExpand returns e with the check of [ArityOf] before it.
func ArityExpand(required, inputs, outputs int, e Expansion) Expansion {
	return func(b *graph.Builder, n *graph.Node, in []Info) ([]graph.ValueID, error) {
		if err := ArityOf(n, required, inputs, outputs); err != nil {
			return nil, err
		}
		return e(b, n, in)
	}
}
