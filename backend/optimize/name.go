package optimize

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// name names nodes that the file does not name after their first output, so
// that errors can say which one they mean. It refuses operators that only passes
// may make.
func name(e *Env, g *graph.Graph) (bool, error) {
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if n.Domain == Domain {
			return false, op.Wrap(n, nil, fmt.Errorf("%w: domain %q is the engine's own", op.ErrUnsupported, Domain))
		}
		for _, id := range n.Outputs {
			if n.Name == "" && id != graph.None {
				n.Name = g.Values[id].Name
			}
		}
	}
	return false, bodies(g, func(_ *graph.Node, _ string, b *graph.Graph) error {
		_, err := name(e, b)
		return err
	})
}
