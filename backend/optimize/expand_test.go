package optimize

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestExpand protects the replacement of operators that are graphs of others,
// one within another, an output that is an input, and outputs that are the
// graph's; and errors, which are reported with all others.
func TestExpand(t *testing.T) {
	e := env()
	e.Registry.Add(op.Def{Domain: "test", Name: "Twice", Since: 1, Expand: func(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
		if in[0].Rank() != 1 {
			return nil, errors.New("rank is not 1")
		}
		y := op.Emit(b, "Add", n.Inputs[0], n.Inputs[0])
		return []graph.ValueID{y, n.Inputs[0], y}[:len(n.Outputs)], nil
	}})
	e.Registry.Add(op.Def{Domain: "test", Name: "Fourfold", Since: 1, Expand: func(b *graph.Builder, n *graph.Node, _ []op.Info) ([]graph.ValueID, error) {
		b.Import("test", 1)
		y := b.Node("Twice", n.Inputs[0]).Domain("test").Out("")
		return []graph.ValueID{b.Node("Twice", y).Domain("test").Out("")}, nil
	}})
	b := graph.NewBuilder(17)
	b.Import("test", 1)
	x := b.Input("x", tensor.Float32, 4)
	c := b.Node("Twice", x).Domain("test").Named("t")
	y, same, again := c.Out("y"), c.Out("same"), c.Out("again")
	z := b.Node("Fourfold", y).Domain("test").Named("f").Out("z")
	b.Output(y, same, again, z)
	got, err := Infer(e, b.Graph, []op.Info{info(4)})
	require.NoError(t, err)
	require.True(t, got.Expanded)
	require.NoError(t, b.Graph.Check())
	require.Equal(t, "y = Add(x, x) # t/Add\nsame = Identity(x) # t\nagain = Identity(y) # t\n%6 = Add(y, y) # f/Twice/Add\nz = Add(%6, %6) # f/Twice/Add\nreturn y, same, again, z\n", text(b.Graph))
	require.Equal(t, []int{4}, got.Infos[z].Shape)

	b = graph.NewBuilder(17)
	b.Import("test", 1)
	x = b.Input("x", tensor.Float32, 4, 4)
	b.Output(b.Node("Twice", x).Domain("test").Named("t").Out("y"), b.Node("Unheard", x).Named("u").Out("z"))
	_, err = Infer(e, b.Graph, []op.Info{info(4, 4)})
	require.ErrorContains(t, err, `node "t" (test.Twice-1, inputs float32[4 4]): rank is not 1`)
	require.ErrorContains(t, err, "Unheard")
}
