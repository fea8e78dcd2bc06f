package optimize

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/array"
	"github.com/sardonyx-go/sardonyx/backend/op/control"
	"github.com/sardonyx-go/sardonyx/backend/op/layout"
	"github.com/sardonyx-go/sardonyx/backend/op/math"
	"github.com/sardonyx-go/sardonyx/backend/op/nn"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

func env() *Env {
	return &Env{
		Context:   context.Background(),
		Registry:  op.NewRegistry(array.Ops, control.Ops, layout.Ops, math.Ops, nn.Ops),
		Set:       kernels.Best(),
		FoldLimit: 1 << 20,
	}
}

// info describes a float32 tensor; a string is the one symbol.
func info(dims ...any) op.Info {
	x := op.Info{Kind: graph.Tensor, Type: tensor.Float32, Ranked: true}
	for _, d := range dims {
		if n, ok := d.(int); ok {
			x.Shape = append(x.Shape, n)
		} else {
			x.Shape = append(x.Shape, op.Unknown-1)
		}
	}
	return x
}

// text returns the nodes and the return of a graph, without its head.
func text(g *graph.Graph) string {
	var b strings.Builder
	for _, l := range strings.Split(g.String(), "\n") {
		if !strings.HasPrefix(l, "graph") && !strings.Contains(l, "= input") && !strings.Contains(l, "= const") && l != "" {
			b.WriteString(l + "\n")
		}
	}
	return b.String()
}

func TestRemoveDead(t *testing.T) {
	g := &graph.Graph{
		Values: make([]graph.Value, 4),
		Nodes: []graph.Node{
			{Op: "Relu", Inputs: []graph.ValueID{0}, Outputs: []graph.ValueID{1}},
			{Op: "Exp", Inputs: []graph.ValueID{0}, Outputs: []graph.ValueID{2}},
			{Op: "Neg", Inputs: []graph.ValueID{2}, Outputs: []graph.ValueID{3}},
		},
		Inputs:  []graph.ValueID{0},
		Outputs: []graph.ValueID{1},
	}
	changed, err := removeDead(nil, g)
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, "%1 = Relu(%0)\nreturn %1\n", g.String())
}

func TestRemoveIdentity(t *testing.T) {
	b := graph.NewBuilder(17)
	x := b.Input("x", tensor.Float32, 4)
	a := b.Node("Identity", b.Node("Identity", x).Out("a")).Out("b")
	d := b.Node("Dropout", b.Node("Neg", a).Out("n")).Out("d")
	b.Output(b.Node("Relu", d).Out("y"), b.Node("Identity", a).Out("z"))
	changed, err := removeIdentity(env(), b.Graph)
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, "n = Neg(x)\ny = Relu(n)\nz = Identity(x)\nreturn y, z\n", text(b.Graph))
}

func TestFold(t *testing.T) {
	b := graph.NewBuilder(17)
	x := b.Input("x", tensor.Float32, 4)
	c := b.Node("Add", b.Const("one", tensor.Of([]float32{1}, 1)), b.Const("two", tensor.Of([]float32{2}, 1))).Out("three")
	bad := b.Node("Reshape", c, b.Const("shape", tensor.Of([]int64{5}, 1))).Out("bad")
	b.Output(b.Node("Mul", x, c).Out("y"), b.Node("Neg", bad).Out("z"))
	changed, err := fold(env(), b.Graph)
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, []float32{3}, tensor.Data[float32](b.Graph.ConstOf(c)))
	require.Equal(t, "bad = Reshape(three, shape)\ny = Mul(x, three)\nz = Neg(bad)\nreturn y, z\n", text(b.Graph), "what fails stays")
}

func TestLift(t *testing.T) {
	b := graph.NewBuilder(17)
	cond, x := b.Input("cond", tensor.Bool), b.Input("x", tensor.Float32, 2)
	k := b.Const("k", tensor.Of([]float32{1, 2}, 2))
	inner := func(name string) *graph.Graph {
		o := b.Body()
		i := o.Body()
		i.Output(i.Node("Add", i.Capture(o, o.Capture(b, x)), i.Capture(o, o.Capture(b, k))).Out("sum" + name))
		o.Output(o.Node("If", o.Capture(b, cond)).Attr("then_branch", i.Graph).Attr("else_branch", i.Graph.Clone()).Out("in" + name))
		return o.Graph
	}
	b.Output(b.Node("If", cond).Attr("then_branch", inner("1")).Attr("else_branch", inner("2")).Out("y"))
	require.NoError(t, b.Graph.Check())
	_, err := lift(env(), b.Graph)
	require.NoError(t, err)
	n := &b.Graph.Nodes[0]
	require.Equal(t, []graph.ValueID{cond, x, cond}, n.Inputs, "cond is the formal input, and captured")
	require.Equal(t, []int{1, 2}, n.Ints("then_branch.captures"))
	body := n.Body("then_branch")
	require.Empty(t, body.Captures)
	require.Len(t, body.Inputs, 2)
	nested := body.Nodes[0].Body("then_branch")
	require.Empty(t, nested.Captures)
	require.Len(t, nested.Inputs, 1, "the constant is shared, not passed")
	require.NotNil(t, nested.ConstOf(nested.Nodes[0].Inputs[1]))
}

// Functions call functions, refer to the attributes of the call, and pass inputs
// through.
func TestInline(t *testing.T) {
	leaf := graph.NewBuilder(17)
	v := leaf.InputOf("v", graph.Type{})
	c := leaf.Node("LeakyRelu", v)
	c.Node().Set(graph.Attr{Name: "alpha", Kind: graph.AttrFloat, Ref: "slope"})
	leaf.Output(c.Out("w"), v)
	outer := graph.NewBuilder(17)
	outer.Import("my", 1)
	p := outer.InputOf("p", graph.Type{})
	call := outer.Node("Leaf", p).Domain("my")
	call.Node().Set(graph.Attr{Name: "slope", Kind: graph.AttrFloat, Ref: "s"})
	q := call.Out("q")
	outer.Output(outer.Node("Neg", q).Out("r"), call.Out("same"))
	b := graph.NewBuilder(17)
	b.Import("my", 1)
	top := b.Node("Outer", b.Input("x", tensor.Float32, 2)).Domain("my").Named("call").Attr("s", 0.25)
	b.Output(top.Out("y"), top.Out("z"))
	e := env()
	e.Functions = []*graph.Function{
		{Domain: "my", Name: "Leaf", Attrs: []string{"slope"}, Body: leaf.Graph},
		{Domain: "my", Name: "Outer", Defaults: []graph.Attr{{Name: "s", Kind: graph.AttrFloat, Float: 9}}, Body: outer.Graph},
	}
	_, err := inline(e, b.Graph)
	require.NoError(t, err)
	require.Equal(t, "call/q = LeakyRelu(x) alpha=0.25 # call\nz = Identity(x) # call\ny = Neg(call/q) # call\nreturn y, z\n", strings.ReplaceAll(text(b.Graph), `"`, ""))

	loop := graph.NewBuilder(17)
	loop.Import("my", 1)
	loop.Output(loop.Node("Loop", loop.InputOf("v", graph.Type{})).Domain("my").Out("w"))
	e.Functions = []*graph.Function{{Domain: "my", Name: "Loop", Body: loop.Graph}}
	g := graph.NewBuilder(17)
	g.Import("my", 1)
	g.Output(g.Node("Loop", g.Input("x", tensor.Float32, 2)).Domain("my").Out("y"))
	_, err = inline(e, g.Graph)
	require.ErrorContains(t, err, `function "Loop": calls are nested more than 64 deep`)
}

// block is a convolution of 8 channels with what often follows it.
func block(t *testing.T, rest func(b *graph.Builder, x, y graph.ValueID) graph.ValueID) string {
	t.Helper()
	b := graph.NewBuilder(17)
	x := b.Input("x", tensor.Float32, "N", 8, 6, 6)
	y := b.Node("Conv", x, b.Const("w", tensor.New(tensor.Float32, 8, 8, 3, 3))).Attr("pads", []int{1, 1, 1, 1}).Out("y")
	b.Output(rest(b, x, y))
	e := env()
	ty, err := Infer(e, b.Graph, []op.Info{info("N", 8, 6, 6)})
	require.NoError(t, err)
	Fuse(e, ty)
	require.NoError(t, b.Graph.Check())
	s := text(b.Graph)
	s = strings.ReplaceAll(s, " pads=[1 1 1 1]", "")
	return strings.ReplaceAll(s, "sardonyx.", "")
}

func TestFuse(t *testing.T) {
	scalar := func(b *graph.Builder, v float32) graph.ValueID { return b.Const("", tensor.Scalar(v)) }
	for _, c := range []struct {
		name string
		rest func(b *graph.Builder, x, y graph.ValueID) graph.ValueID
		want string
	}{
		{"residual and activation", func(b *graph.Builder, x, y graph.ValueID) graph.ValueID {
			return b.Node("Relu", b.Node("Add", x, y).Out("r")).Out("z")
		}, "z = Conv(x, w, _, x) add=1 act=\"Relu\" alpha=0 beta=0\nreturn z\n"},
		{"a second user keeps the convolution as it is", func(b *graph.Builder, x, y graph.ValueID) graph.ValueID {
			return b.Node("Mul", b.Node("Relu", y).Out("r"), y).Out("z")
		}, "y = Conv(x, w)\nr = Relu(y)\nz = Mul(r, y)\nreturn z\n"},
		{"a sum that broadcasts stays", func(b *graph.Builder, x, y graph.ValueID) graph.ValueID {
			return b.Node("Add", y, b.Node("GlobalAveragePool", x).Out("g")).Out("z")
		}, "y = Conv(x, w)\ng = GlobalAveragePool(x)\nz = Add(y, g)\nreturn z\n"},
		{"clip with constant bounds", func(b *graph.Builder, x, y graph.ValueID) graph.ValueID {
			return b.Node("Clip", y, scalar(b, 0), scalar(b, 6)).Out("z")
		}, "z = Conv(x, w) act=\"Clip\" alpha=0 beta=6\nreturn z\n"},
		{"swish", func(b *graph.Builder, x, y graph.ValueID) graph.ValueID {
			return b.Node("Mul", y, b.Node("Sigmoid", y).Out("s")).Out("z")
		}, "z = Conv(x, w) act=\"Silu\" alpha=0 beta=0\nreturn z\n"},
		{"hard swish, the gate divided", func(b *graph.Builder, x, y graph.ValueID) graph.ValueID {
			a := b.Node("Clip", b.Node("Add", y, scalar(b, 3)).Out("a"), scalar(b, 0), scalar(b, 6)).Out("c")
			return b.Node("Mul", y, b.Node("Div", a, scalar(b, 6)).Out("g")).Out("z")
		}, "z = Conv(x, w) act=\"HardSwish\" alpha=0 beta=0\nreturn z\n"},
		{"hard swish, the product divided", func(b *graph.Builder, x, y graph.ValueID) graph.ValueID {
			a := b.Node("Clip", b.Node("Add", y, scalar(b, 3)).Out("a"), scalar(b, 0), scalar(b, 6)).Out("c")
			return b.Node("Div", b.Node("Mul", y, a).Out("m"), scalar(b, 6)).Out("z")
		}, "z = Conv(x, w) act=\"HardSwish\" alpha=0 beta=0\nreturn z\n"},
		{"two activations: one is fused", func(b *graph.Builder, x, y graph.ValueID) graph.ValueID {
			return b.Node("Tanh", b.Node("Relu", y).Out("r")).Out("z")
		}, "r = Conv(x, w) act=\"Relu\" alpha=0 beta=0\nz = Tanh(r)\nreturn z\n"},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, block(t, c.rest)) })
	}
}

func TestFuseBatchNormalization(t *testing.T) {
	b := graph.NewBuilder(17)
	x := b.Input("x", tensor.Float32, 1, 1, 1, 1)
	y := b.Node("Conv", x, b.Const("w", tensor.Of([]float32{3}, 1, 1, 1, 1)), b.Const("b", tensor.Of([]float32{5}, 1))).Out("y")
	v := func(name string, f float32) graph.ValueID { return b.Const(name, tensor.Of([]float32{f}, 1)) }
	b.Output(b.Node("BatchNormalization", y, v("scale", 2), v("B", 7), v("mean", 1), v("var", 0.25)).Attr("epsilon", 0.0).Out("z"))
	e := env()
	ty, err := Infer(e, b.Graph, []op.Info{info(1, 1, 1, 1)})
	require.NoError(t, err)
	require.True(t, Fuse(e, ty))
	require.Len(t, b.Graph.Nodes, 1)
	n := b.Graph.Nodes[0]
	require.Equal(t, []float32{12}, tensor.Data[float32](b.Graph.ConstOf(n.Inputs[1])), "3*2/sqrt(0.25)")
	require.Equal(t, []float32{23}, tensor.Data[float32](b.Graph.ConstOf(n.Inputs[2])), "(5-1)*4 + 7")
}

// A convolution's output is channels-last; what reshapes it gets one copy in
// plain order, and outputs of the graph are plain.
func TestLayout(t *testing.T) {
	b := graph.NewBuilder(17)
	x := b.Input("x", tensor.Float32, 1, 3, 8, 8)
	y := b.Node("Conv", x, b.Const("w", tensor.New(tensor.Float32, 16, 3, 3, 3))).Out("y")
	z := b.Node("Relu", b.Node("MaxPool", y).Attr("kernel_shape", []int{2, 2}).Out("p")).Out("z")
	shape := b.Const("shape", tensor.Of([]int64{16, 25}, 2))
	b.Output(b.Node("Reshape", z, shape).Out("flat"), z)
	e := env()
	in := []op.Info{info(1, 3, 8, 8)}
	ty, err := Infer(e, b.Graph, in)
	require.NoError(t, err)
	orders, changed := Layout(ty)
	require.True(t, changed)
	require.Equal(t, 1, strings.Count(b.Graph.String(), "Reorder("), b.Graph.String())
	require.NoError(t, b.Graph.Check())
	require.Equal(t, op.Plain, orders[x], "the stem reads the picture as it is")
	require.Equal(t, op.ChannelsLast, orders[y])
	require.Equal(t, op.ChannelsLast, orders[z])
	require.Equal(t, op.Plain, orders[b.Graph.Outputs[1]])
}

// All errors of a graph are reported at once, but not what follows from them.
func TestInferReportsAll(t *testing.T) {
	b := graph.NewBuilder(17)
	x := b.Input("x", tensor.Float32, 2)
	one := b.Node("NoSuch", x).Named("first").Out("a")
	two := b.Node("relu", x).Named("second").Out("b")
	b.Output(b.Node("Add", one, two).Named("third").Out("y"))
	_, err := Infer(env(), b.Graph, []op.Info{info(2)})
	require.EqualError(t, err, "node \"first\" (NoSuch-17): unsupported: operator NoSuch is not known\n"+
		"node \"second\" (relu-17): unsupported: operator relu is not known; did the file mean Relu?")
}

// Models in float16 get the kernels of float32: a weight is converted once, a
// value once for all its users, and every result is rounded.
func TestWiden(t *testing.T) {
	b := graph.NewBuilder(22)
	x := b.Input("x", tensor.Float16, 1, 1, 4, 4)
	w := b.Const("w", tensor.Of([]tensor.F16{tensor.ToF16(1.5)}, 1, 1, 1, 1))
	y := b.Node("Conv", x, w).Out("y")
	b.Output(b.Node("Relu", y).Out("r"), b.Node("GlobalMaxPool", x).Out("m"))
	in := []op.Info{{Kind: graph.Tensor, Type: tensor.Float16, Ranked: true, Shape: []int{1, 1, 4, 4}}}
	typed, err := Infer(env(), b.Graph, in)
	require.NoError(t, err)
	changed, err := Widen(env(), typed)
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, `x/float32 = Cast(x) to=1 # x/float32/cast
y/float32 = Conv(x/float32, w/float32)
y = Cast(y/float32) to=10 # y/cast
r = Relu(y)
m/float32 = GlobalMaxPool(x/float32)
m = Cast(m/float32) to=10 # m/cast
return r, m
`, text(b.Graph))
	typed, err = Infer(env(), b.Graph, in)
	require.NoError(t, err)
	changed, err = Widen(env(), typed)
	require.NoError(t, err)
	require.False(t, changed)
}
