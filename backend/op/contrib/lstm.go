package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// expandDynamicQuantizeLSTM expands DynamicQuantizeLSTM: LSTM with weights in 8
// bits, transposed.
//
//	X, W [D I 4*H], R [D H 4*H], B, sequence_lens, initial_h, initial_c, P,
//	W_scale, W_zero_point, R_scale, R_zero_point -> Y, Y_h, Y_c
//
// Scales and zero points are [D] or [D 4*H]. ONNX Runtime also quantises X and
// the hidden states as they come, whole tensors at a time, so that members of a
// batch change each other's results; here both stay in float32.
func expandDynamicQuantizeLSTM(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	if len(n.Inputs) != 12 || n.Inputs[8] == graph.None || n.Inputs[10] == graph.None {
		return nil, fmt.Errorf("%w: the scales of the weights are missing", op.ErrInput)
	}
	inputs := append([]graph.ValueID(nil), n.Inputs[:8]...)
	for i := range 2 {
		at := 8 + 2*i
		r, err := rankOf(in, at, "a scale of the weights")
		if err != nil {
			return nil, err
		}
		axes := op.Vector(b, 1)
		if r == 1 {
			axes = op.Vector(b, 1, 2)
		}
		w := cast(b, n.Inputs[1+i], tensor.Float32)
		if zero := n.Inputs[at+1]; zero != graph.None {
			w = op.Emit(b, "Sub", w, op.Emit(b, "Unsqueeze", cast(b, zero, tensor.Float32), axes))
		}
		w = op.Emit(b, "Mul", w, op.Emit(b, "Unsqueeze", n.Inputs[at], axes))
		inputs[1+i] = transpose(b, w, []int{0, 2, 1})
	}
	c := keep(b.Node("LSTM", inputs...), n, "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size", "input_forget")
	outs := make([]graph.ValueID, len(n.Outputs))
	for i := range outs {
		outs[i] = graph.None
		if wants(n, i) {
			outs[i] = c.Out("")
		} else {
			c.Skip()
		}
	}
	return outs, nil
}
