package backend

import (
	"fmt"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// A Port is an input or an output of a model.
type Port struct {
	Name string
	Type graph.Type // as the file declares it
	Info op.Info    // as the compiler knows it
	// Default says that the file holds a value for this input, which is used
	// unless Options.Override names it.
	Default bool
}

// Inputs returns the model's inputs in the file's order; nobody may change them.
func (m *Model) Inputs() []Port { return m.inputs }

// Outputs returns the model's outputs in the file's order.
func (m *Model) Outputs() []Port { return m.outputs }

func ports(g *graph.Graph, ids []graph.ValueID) []Port {
	ps := make([]Port, len(ids))
	for i, id := range ids {
		v := g.Values[id]
		ps[i] = Port{Name: v.Name, Type: v.Type, Default: v.Const != nil}
	}
	return ps
}

func names(g *graph.Graph, ids []graph.ValueID) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", g.Values[id].Name)
	}
	return b.String()
}
