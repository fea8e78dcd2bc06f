package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A bandsCase is a chain: channels before, between and behind, and the window of
// the depthwise convolution.
type bandsCase struct {
	n, cin, mid, cout, h, w, k, stride, dilation, pad int
	before, after, residual                           bool
	act                                               string
}

// TestBands holds chains to the convolutions one by one, to the bit, on every
// Set: images that are cut into several bands and steps and those that are not,
// strides larger than the kernel, channels that are no multiple of 8.
func TestBands(t *testing.T) {
	for _, c := range []bandsCase{
		{n: 2, cin: 10, mid: 20, cout: 12, h: 23, w: 19, k: 3, stride: 1, dilation: 1, pad: 1, before: true, after: true, residual: true, act: "Clip"},
		{n: 1, cin: 16, mid: 96, cout: 24, h: 112, w: 112, k: 3, stride: 2, dilation: 1, pad: 1, before: true, after: true, act: "Relu"},
		{n: 1, cin: 24, mid: 144, h: 56, w: 57, k: 5, stride: 1, dilation: 1, pad: 2, before: true, act: "Silu"},
		{n: 2, mid: 30, cout: 9, h: 70, w: 90, k: 3, stride: 1, dilation: 2, pad: 2, after: true, act: "HardSwish"},
		{n: 1, mid: 32, cout: 16, h: 112, w: 112, k: 3, stride: 1, dilation: 1, pad: 1, after: true, act: "Clip"},
		{n: 1, cin: 8, mid: 12, cout: 8, h: 9, w: 9, k: 2, stride: 3, dilation: 1, pad: 0, before: true, after: true},
		{n: 1, cin: 8, mid: 12, cout: 8, h: 1, w: 40, k: 3, stride: 1, dilation: 1, pad: 1, before: true, after: true},
		{n: 0, cin: 8, mid: 12, cout: 8, h: 9, w: 9, k: 3, stride: 1, dilation: 1, pad: 1, before: true, after: true},
	} {
		for _, set := range kernels.All() {
			t.Run(fmt.Sprintf("%+v/%s", c, set.Name()), func(t *testing.T) { c.check(t, set) })
		}
	}
}

func (c bandsCase) check(t *testing.T, set *kernels.Set) {
	r := rand.New(rand.NewPCG(81, 82))
	random := func(shape ...int) *tensor.Tensor {
		x := tensor.New(tensor.Float32, shape...)
		for i, d := 0, tensor.Data[float32](x); i < len(d); i++ {
			d[i] = r.Float32()*2 - 1
		}
		return x
	}
	ints := func(name string, v ...int64) graph.Attr { return graph.Attr{Name: name, Kind: graph.AttrInts, Ints: v} }
	act := []graph.Attr{{Name: op.AttrAct, Kind: graph.AttrString, String: c.act}, {Name: op.AttrBeta, Kind: graph.AttrFloat, Float: 1}}
	var nodes []graph.Node
	var weights []*tensor.Tensor
	channels := c.mid
	if c.before {
		channels = c.cin
		nodes, weights = append(nodes, graph.Node{Op: "Conv", Version: 11, Attrs: act}), append(weights, random(c.mid, c.cin, 1, 1))
	}
	k, p, s, d := int64(c.k), int64(c.pad), int64(c.stride), int64(c.dilation)
	nodes = append(nodes, graph.Node{Op: "Conv", Version: 11, Attrs: append([]graph.Attr{ints("kernel_shape", k, k), ints("pads", p, p, p, p), ints("strides", s, s), ints("dilations", d, d),
		{Name: "group", Kind: graph.AttrInt, Int: int64(c.mid)}}, act...)})
	weights = append(weights, random(c.mid, 1, c.k, c.k))
	if c.after {
		n := graph.Node{Op: "Conv", Version: 11}
		if c.residual {
			n.Attrs = []graph.Attr{{Name: op.AttrAdd, Kind: graph.AttrInt, Int: 1}}
		}
		nodes, weights = append(nodes, n), append(weights, random(c.cout, c.mid, 1, 1))
	}
	data := random(c.n, channels, c.h, c.w)
	x := feature(tensor.Data[float32](data), c.n, channels, c.h, c.w, (channels+7)&^7, (channels+7)&^7, float32(math.NaN()))

	joined := graph.Node{Domain: "sardonyx", Op: "Bands", Version: 1, Inputs: []graph.ValueID{0},
		Attrs: []graph.Attr{{Name: "stages", Kind: graph.AttrInt, Int: int64(len(nodes))}}}
	in := []*op.Value{x}
	want := x
	for i := range nodes {
		b := random(weights[i].Shape()[0])
		one := []*op.Value{want, op.FromTensor(weights[i]), op.FromTensor(b)}
		in = append(in, one[1], one[2])
		joined.Inputs = append(joined.Inputs, 1, 2)
		for _, a := range nodes[i].Attrs {
			a.Name = fmt.Sprint(i, ".") + a.Name
			joined.Attrs = append(joined.Attrs, a)
		}
		if c.residual && i == len(nodes)-1 {
			v := random(c.n, c.cout, c.h, c.w)
			res := feature(tensor.Data[float32](v), c.n, c.cout, c.h, c.w, (c.cout+7)&^7, c.cout, 0)
			one, in = append(one, res), append(in, res)
			joined.Inputs = append(joined.Inputs, 3)
		}
		want = runFeature(t, newConv, &nodes[i], set, one)
	}
	require.Equal(t, result(want), result(runFeature(t, newBands, &joined, set, in)))
}

// runFeature runs an operator on channels-last feature maps with constant
// weights.
func runFeature(t *testing.T, create func(*graph.Node) (op.Op, error), n *graph.Node, set *kernels.Set, in []*op.Value) *op.Value {
	o, err := create(n)
	require.NoError(t, err)
	f := op.NewFrame(len(in), 1)
	copy(f.In, in)
	for i, v := range in {
		f.InInfo[i] = v.Info()
		if i == 0 || i > 2 && len(v.Shape) == 4 && i == len(in)-1 {
			f.InInfo[i].Const, f.InInfo[i].Order = nil, op.ChannelsLast
		}
	}
	require.NoError(t, o.Infer(f.InInfo, f.OutInfo))
	f.OutInfo[0].Order = op.ChannelsLast
	s := f.OutInfo[0].Shape
	f.Out[0] = feature(nil, s[0], s[1], s[2], s[3], (s[1]+7)&^7, s[1], 0)
	e := op.NewEnv(n)
	e.Set = set
	k, err := o.Prepare(e, f.InInfo, f.OutInfo)
	require.NoError(t, err)
	require.NoError(t, op.Execute(k, f))
	return f.Out[0]
}
