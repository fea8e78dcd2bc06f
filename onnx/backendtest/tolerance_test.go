package backendtest

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// The rules of onnx's runner. A comparison that is too kind is the worst bug of
// a conformance test, so most cases here must differ.
func TestDiffer(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	float := func(v ...float32) tensor.Value { return tensor.Of(v, len(v)) }
	for _, c := range []struct {
		name      string
		got, want tensor.Value
		same      bool
	}{
		{"equal", float(1, 2), float(1, 2), true},
		{"within", float(1.0009), float(1), true},
		{"beyond", float(1.0011), float(1), false},
		{"zero", float(2e-7), float(0), false},
		{"NaN", float(nan), float(nan), true},
		{"NaN for a number", float(nan), float(1), false},
		{"a number for NaN", float(1), float(nan), false},
		{"infinity", float(inf), float(inf), true},
		{"the other infinity", float(-inf), float(inf), false},
		{"a number for infinity", float(3e38), float(inf), false},
		{"infinity for a number", float(inf), float(3e38), false},
		{"shape", tensor.Of([]float32{1, 2}, 1, 2), float(1, 2), false},
		{"scalar", tensor.Scalar(float32(1)), float(1), false},
		{"type", tensor.Of([]float64{1}, 1), float(1), false},
		{"bfloat16 within", tensor.Of([]tensor.BF16{tensor.ToBF16(1.01)}, 1), tensor.Of([]tensor.BF16{tensor.ToBF16(1)}, 1), true},
		{"bfloat16 beyond", tensor.Of([]tensor.BF16{tensor.ToBF16(1.03)}, 1), tensor.Of([]tensor.BF16{tensor.ToBF16(1)}, 1), false},
		{"integers", tensor.Of([]int64{5}, 1), tensor.Of([]int64{6}, 1), false},
		{"complex numbers", tensor.Of([]complex64{1i}, 1), tensor.Of([]complex64{1 + 1i}, 1), false},
		{"equal complex numbers", tensor.Of([]complex64{1i}, 1), tensor.Of([]complex64{1i}, 1), true},
		{"strings", tensor.OfStrings([]string{"a"}, 1), tensor.OfStrings([]string{"b"}, 1), false},
		{"equal strings", tensor.OfStrings([]string{"a"}, 1), tensor.OfStrings([]string{"a"}, 1), true},
		{"sequence", seq(float(1)), seq(float(1)), true},
		{"longer sequence", seq(float(1), float(2)), seq(float(1)), false},
		{"other item", seq(float(2)), seq(float(1)), false},
		{"none", &tensor.Optional{}, &tensor.Optional{}, true},
		{"none for some", &tensor.Optional{}, &tensor.Optional{Item: float(1)}, false},
		{"some for none", &tensor.Optional{Item: float(1)}, &tensor.Optional{}, false},
		{"other in optional", &tensor.Optional{Item: float(2)}, &tensor.Optional{Item: float(1)}, false},
		{"tensor for sequence", float(1), seq(float(1)), false},
		{"sequence for tensor", seq(float(1)), float(1), false},
		{"tensor for optional", float(1), &tensor.Optional{Item: float(1)}, false},
	} {
		require.Equal(t, c.same, Standard.Differ(c.got, c.want) == "", c.name)
	}
}

func seq(items ...tensor.Value) tensor.Value { return &tensor.Sequence{Items: items} }
