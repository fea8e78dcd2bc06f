package backendtest

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// A Tolerance says how far a number may be off: Abs + Rel * |expected|. The rest
// of the rules is that of onnx's backend test runner: same number of outputs,
// same shape and element type, never a comparison after a cast.
type Tolerance struct {
	Rel float64 `json:"rtol"`
	Abs float64 `json:"atol"`
}

// Standard is the tolerance of tests that state none.
var Standard = Tolerance{1e-3, 1e-7}

// bfloat16Rel is the least relative tolerance of bfloat16: two units in the last
// place.
const bfloat16Rel = 1.0 / 64

// laxTolerance is what onnx allows its own reference evaluator where expected
// values hold rounding errors of the program that made them.
func laxTolerance(name string, strict Tolerance) Tolerance {
	switch strings.TrimSuffix(name, "_opset19") {
	case "test_dft", "test_dft_axis", "test_dft_inverse":
		return Tolerance{strict.Rel, 1e-6}
	}
	if name == "test_celu_bfloat16_expanded" {
		return Tolerance{1e-2, 1e-2}
	}
	return strict
}

// Differ says how a value differs from what is expected, or nothing. NaN is as
// good as NaN, an infinity only as itself; strings and complex numbers must be
// equal.
func (t Tolerance) Differ(got, want tensor.Value) string {
	switch w := want.(type) {
	case *tensor.Tensor:
		if g, ok := got.(*tensor.Tensor); ok {
			return t.differTensor(g, w)
		}
	case *tensor.Sequence:
		g, ok := got.(*tensor.Sequence)
		if !ok {
			break
		}
		if len(g.Items) != len(w.Items) {
			return fmt.Sprintf("a sequence of %d, want %d", len(g.Items), len(w.Items))
		}
		for i := range w.Items {
			if d := t.Differ(g.Items[i], w.Items[i]); d != "" {
				return fmt.Sprintf("item %d: %s", i, d)
			}
		}
		return ""
	case *tensor.Optional:
		g, ok := got.(*tensor.Optional)
		switch {
		case !ok:
		case g.Item == nil && w.Item == nil:
			return ""
		case g.Item != nil && w.Item != nil:
			return t.Differ(g.Item, w.Item)
		default:
			return fmt.Sprintf("optional holds %v, want %v", g.Item, w.Item)
		}
	}
	return fmt.Sprintf("a %T, want a %T", got, want)
}

func (t Tolerance) differTensor(g, w *tensor.Tensor) string {
	if g.Type() != w.Type() || !slices.Equal(g.Shape(), w.Shape()) {
		return fmt.Sprintf("%v, want %v", g, w)
	}
	if g.Type() == tensor.String {
		for i, s := range w.Strings() {
			if g.Strings()[i] != s {
				return fmt.Sprintf("[%d] = %q, want %q", i, g.Strings()[i], s)
			}
		}
		return ""
	}
	if g.Type() == tensor.Complex64 || g.Type() == tensor.Complex128 {
		if !bytes.Equal(g.Bytes(), w.Bytes()) {
			return fmt.Sprintf("%v with other elements", w)
		}
		return ""
	}
	if g.Type() == tensor.BFloat16 {
		t.Rel = max(t.Rel, bfloat16Rel)
	}
	x, err := float64s(g)
	if err != nil {
		return err.Error()
	}
	y, err := float64s(w)
	if err != nil {
		return err.Error()
	}
	for i := range y {
		if !t.close(x[i], y[i]) {
			return fmt.Sprintf("[%d] = %v, want %v (off by %.3g)", i, x[i], y[i], math.Abs(x[i]-y[i]))
		}
	}
	return ""
}

// close compares two numbers.
func (t Tolerance) close(x, y float64) bool {
	switch {
	case x == y, x != x && y != y:
		return true
	case math.IsInf(x, 0) || math.IsInf(y, 0):
		return false
	}
	return math.Abs(x-y) <= t.Abs+t.Rel*math.Abs(y)
}

func float64s(x *tensor.Tensor) ([]float64, error) {
	c, err := tensor.Convert(tensor.Float64, x, tensor.ConvertOptions{})
	if err != nil {
		return nil, err
	}
	return tensor.Data[float64](c), nil
}
