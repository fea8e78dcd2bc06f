package graph

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/tensor"
	"github.com/stretchr/testify/require"
)

// branch returns x -> h -> If with a body that reads h, and an unused constant.
func branch() (b *Builder, x, h, y ValueID) {
	b = NewBuilder(17)
	b.Const("unused", tensor.Scalar(float32(1)))
	x = b.Input("x", tensor.Float32)
	c := b.Input("c", tensor.Bool)
	h = b.Node("Abs", x).Out("h")
	body := b.Body()
	inner := body.Capture(b, h)
	body.Capture(b, x) // read by nobody
	body.Output(body.Node("Add", inner, inner).Out("sum"))
	y = b.Node("If", c).Attr("then_branch", body.Graph).Out("y")
	b.Output(y, h)
	return b, x, h, y
}

// What a body captures is used by its node; returning is a use of its own.
func TestUsers(t *testing.T) {
	b, x, h, y := branch()
	users := b.Graph.Users()
	require.Equal(t, []int{0, 1}, users[x])
	require.Equal(t, []int{1, Return}, users[h])
	require.Equal(t, []int{Return}, users[y])
	require.Equal(t, []int{-1, -1, -1, 0, 1}, b.Graph.Producers())

	b.Node("Add", y, y).Out("")
	require.Equal(t, []int{2, Return}, b.Graph.Users()[y], "a node that reads it twice is one user")
}

// Replacing reaches bodies, and an output keeps its name.
func TestReplaceUses(t *testing.T) {
	b, x, h, y := branch()
	g := b.Graph
	r := b.Node("Relu", x).Out("r")
	require.True(t, g.ReplaceUses(h, r))
	require.Equal(t, []ValueID{y, r}, g.Outputs)
	require.Equal(t, "h", g.Values[r].Name)
	require.NoError(t, g.Sort())
	require.NoError(t, g.Check())
	require.Contains(t, g.String(), "h = Relu(x)\ny = If(c)\n  then_branch:\n    h = capture h\n")

	require.False(t, g.ReplaceUses(r, x), "an input cannot take an output's name")
	require.Equal(t, []ValueID{y, r}, g.Outputs)
}

// Compact drops the constant and the capture that nobody reads, and what is
// left means the same.
func TestCompact(t *testing.T) {
	b, _, _, _ := branch()
	g := b.Graph.Clone()
	before := b.Graph.String()
	g.Compact()
	require.NoError(t, g.Check())
	require.Len(t, g.Values, 4)
	require.Equal(t, `graph "" opset ai.onnx 17
x = input float32[]
c = input bool[]
h = Abs(x)
y = If(c)
  then_branch:
    h = capture h
    sum = Add(h, h)
    return sum
return y, h
`, g.String())
	require.Equal(t, before, b.Graph.String(), "a clone shares nothing that Compact changes")
}

// A clone shares nothing, down to attributes and shapes of bodies.
func TestClone(t *testing.T) {
	b, _, _, _ := branch()
	b.Graph.Functions = []*Function{{Name: "F", Body: b.Graph.Clone(), Defaults: []Attr{{Name: "a", Kind: AttrInts, Ints: []int64{1}}}}}
	b.Graph.Metadata = map[string]string{"k": "v"}
	b.Graph.Values[0].Type = Type{Kind: Sequence, Of: &Type{Kind: Tensor, Ranked: true, Shape: []Dim{{Size: 1}}}}
	before := b.Graph.String()
	c := b.Graph.Clone()
	require.Equal(t, before, c.String())

	c.Values[0].Type.Of.Shape[0].Size = 2
	c.Values[0].Type.Of.Kind = Map
	require.Equal(t, Type{Kind: Tensor, Ranked: true, Shape: []Dim{{Size: 1}}}, *b.Graph.Values[0].Type.Of)
	c.Opsets[""] = 1
	c.Metadata["k"] = "w"
	c.Inputs[0], c.Outputs[0] = 0, 0
	c.Values[1].Name = "z"
	c.Functions[0].Defaults[0].Ints[0] = 2
	c.Functions[0].Body.Nodes[0].Op = "Neg"
	c.Nodes[0].Inputs[0] = 0
	body := c.Nodes[1].Body("then_branch")
	body.Nodes[0].Op = "Mul"
	body.Captures[0].Outer = 0
	require.Equal(t, before, b.Graph.String())
	require.Equal(t, "v", b.Graph.Metadata["k"])
}
