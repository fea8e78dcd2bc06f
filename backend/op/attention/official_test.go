package attention_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/backend/op/attention"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
)

// TestOfficial runs the ONNX node tests of this family's operators.
func TestOfficial(t *testing.T) { optest.Run(t, attention.Ops) }

// TestOfficialBodies runs those of FlexAttention, through the compiler.
func TestOfficialBodies(t *testing.T) {
	operators := backend.Operators()
	for _, d := range attention.Ops {
		if _, err := operators.Find(d.Domain, d.Name, d.Since); err != nil {
			operators.Add(d)
		}
	}
	optest.Each(t, func(c *optest.Case) bool {
		return len(c.Graph.Nodes) == 1 && c.Graph.Nodes[0].Op == "FlexAttention"
	}, func(t *testing.T, c *optest.Case) {
		m, err := backend.Compile(c.Graph, backend.Options{Registry: operators})
		require.NoError(t, err)
		out, err := m.NewSession().Run(context.Background(), c.In)
		require.NoError(t, err)
		for i := range out {
			optest.EqualValue(t, c.Out[i], out[i])
		}
	})
}
