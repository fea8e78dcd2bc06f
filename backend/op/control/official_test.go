package control_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
)

// TestOfficial runs the ONNX node tests with bodies, through the compiler.
func TestOfficial(t *testing.T) {
	optest.Each(t, func(c *optest.Case) bool {
		for i := range c.Graph.Nodes {
			switch c.Graph.Nodes[i].Op {
			case "If", "Loop", "Scan", "SequenceMap":
				return true
			}
		}
		return false
	}, func(t *testing.T, c *optest.Case) {
		m, err := backend.Compile(c.Graph, backend.Options{})
		require.NoError(t, err)
		out, err := m.NewSession().Run(context.Background(), c.In)
		require.NoError(t, err)
		for i := range out {
			optest.EqualValue(t, c.Out[i], out[i])
		}
	})
}
