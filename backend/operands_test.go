package backend

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestConvOperands protects that a kernel which has taken one of its constants
// does not look for it again where another operand is fed.
func TestConvOperands(t *testing.T) {
	x := tensor.Of([]float32{1, 2, 3, 4}, 1, 1, 2, 2)
	w := tensor.Of([]float32{1, 0, 0, 1}, 1, 1, 2, 2)
	bias := tensor.Of([]float32{10}, 1)
	for _, fed := range []string{"", "w", "bias", "w bias"} {
		b := graph.NewBuilder(17)
		operands, in := []graph.ValueID{b.Input("x", tensor.Float32, "N", 1, "H", "W")}, []tensor.Value{x}
		operands, in = operand(b, operands, in, fed == "w" || fed == "w bias", "w", w)
		operands, in = operand(b, operands, in, fed == "bias" || fed == "w bias", "bias", bias)
		b.Output(b.Node("Conv", operands...).Out("y"))
		m, err := Compile(b.Graph, Options{})
		require.NoError(t, err)
		out, err := m.NewSession().Run(context.Background(), in)
		require.NoError(t, err, "fed: %q", fed)
		require.Equal(t, []float32{15}, tensor.Data[float32](out[0]), "fed: %q", fed)
	}
}

// operand appends v to the operands of a node, as an input of the graph or as a constant.
func operand(b *graph.Builder, operands []graph.ValueID, in []tensor.Value, fed bool, name string, v *tensor.Tensor) ([]graph.ValueID, []tensor.Value) {
	if !fed {
		return append(operands, b.Const(name, v)), in
	}
	var dims []any
	for _, d := range v.Shape() {
		dims = append(dims, d)
	}
	return append(operands, b.Input(name, v.Type(), dims...)), append(in, v)
}
