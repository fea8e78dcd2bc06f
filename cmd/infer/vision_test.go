package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/models/image"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A model that takes bytes and no batch gets the picture's bytes, not those of
// normalised numbers.
func TestBytesWithoutBatch(t *testing.T) {
	path := write(t, "bytes.onnx", model(portOf(typeUint8, "x", 3, 2, 4), port("y", 1, 24),
		node("wide", "Cast", "wide", "x").add(5, attr("to", typeFloat)),
		node("flat", "Flatten", "y", "wide").add(5, attr("axis", 0))))
	g, err := onnx.ReadFile(path)
	require.NoError(t, err)
	m, err := compile(context.Background(), path, g, 1)
	require.NoError(t, err)
	v, err := newVision(m, g, &classifyFlags{model: path, k: 24})
	require.NoError(t, err)
	x, err := v.load(nil, rocket)
	require.NoError(t, err)
	require.Equal(t, "uint8[3 2 4]", x.String())

	pic, err := image.ReadFile(rocket, image.Options{})
	require.NoError(t, err)
	small, _, err := v.preset.Apply(pic)
	require.NoError(t, err)
	for i, b := range small.Pix {
		require.Equal(t, b, tensor.At[uint8](x, i%3, i/3/4, i/3%4))
	}
	code, out, stderr := infer("", "-model", path, rocket)
	require.Zero(t, code, stderr)
	require.Contains(t, out, "class ")
}

// What follows a Softmax without changing what it says is no reason for another
// one: probabilities of 8 bits need not add up to 1.
func TestEndsInSoftmax(t *testing.T) {
	for _, c := range []struct {
		ops  []string
		want bool
	}{
		{[]string{"Gemm", "Softmax"}, true},
		{[]string{"Softmax", "QuantizeLinear", "DequantizeLinear"}, true},
		{[]string{"Softmax", "Reshape"}, true},
		{[]string{"Gemm"}, false},
		{[]string{"Softmax", "Log"}, false},
		{nil, false},
	} {
		b := graph.NewBuilder(18)
		x := b.Input("x", tensor.Float32, 1, 3)
		for _, op := range c.ops {
			x = b.Node(op, x).Out("")
		}
		b.Output(x)
		require.Equal(t, c.want, endsInSoftmax(b.Graph), "%v", c.ops)
	}
	scores := tensor.Of([]float32{0.25, 0.5}, 1, 2)
	best, err := (&vision{done: true, k: 1}).read(scores)
	require.NoError(t, err)
	require.Equal(t, float32(0.5), best[0].Score)
	best, err = (&vision{k: 1}).read(scores)
	require.NoError(t, err)
	require.InDelta(t, 0.562, best[0].Score, 0.001)
}
