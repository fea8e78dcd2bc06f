package backend_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

const training = "ai.onnx.preview.training"

// The operator Gradient differentiates where its inputs say: at the tensors it
// names, at others, and its own results again.
func TestGradientOperator(t *testing.T) {
	b := graph.NewBuilder(17)
	b.Import(training, 1)
	x, z := b.Input("x", tensor.Float32, "N"), b.Input("z", tensor.Float32, "N")
	cube := b.Node("Mul", b.Node("Mul", x, x).Out("square"), x).Out("cube")
	gradient := func(at graph.ValueID, y, name string) graph.ValueID {
		return b.Node("Gradient", at).Domain(training).Attr("xs", []string{"x"}).Attr("y", y).Out(name)
	}
	first := gradient(x, "cube", "first")
	b.Output(cube, first, gradient(x, "first", "second"), gradient(z, "cube", "elsewhere"))
	m, err := backend.Compile(b.Graph, backend.Options{})
	require.NoError(t, err)
	out, err := m.Run(context.Background(), map[string]tensor.Value{"x": tensor.Of([]float32{1, 2, -3}, 3), "z": tensor.Of([]float32{5, 0, 1}, 3)})
	require.NoError(t, err)
	require.Equal(t, []float32{3, 12, 27}, tensor.Data[float32](out["first"]), "3x²")
	require.Equal(t, []float32{6, 12, -18}, tensor.Data[float32](out["second"]), "6x")
	require.Equal(t, []float32{75, 0, 3}, tensor.Data[float32](out["elsewhere"]), "3z²")
}

func TestGradientOperatorErrors(t *testing.T) {
	for text, y := range map[string]string{
		`no value is named "nothing"`:     "nothing",
		"no gradient":                     "found",
		"is bool[N], a gradient is of fl": "found",
	} {
		b := graph.NewBuilder(17)
		b.Import(training, 1)
		x := b.Input("x", tensor.Float32, "N")
		b.Node("IsNaN", x).Out("found")
		b.Output(b.Node("Gradient", x).Domain(training).Attr("xs", []string{"x"}).Attr("y", y).Out("dx"))
		_, err := backend.Compile(b.Graph, backend.Options{})
		if text == "no gradient" {
			require.Error(t, err)
			continue
		}
		require.ErrorContains(t, err, text)
	}
}
