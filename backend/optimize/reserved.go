package optimize

import (
	"fmt"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// reserved refuses what only passes may write, and kernels then trust: nodes of
// the engine's own domain, and attributes that say what has been fused.
func reserved(e *Env, g *graph.Graph) (bool, error) {
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if n.Domain == Domain {
			return false, op.Wrap(n, nil, fmt.Errorf("%w: domain %q is reserved", op.ErrUnsupported, Domain))
		}
		for _, a := range n.Attrs {
			if strings.HasPrefix(a.Name, op.AttrPrefix) {
				return false, op.Wrap(n, nil, fmt.Errorf("%w: the name %s is reserved", op.ErrAttr, a.Name))
			}
		}
	}
	return false, bodies(g, func(_ *graph.Node, _ string, body *graph.Graph) error {
		_, err := reserved(e, body)
		return err
	})
}
