package onnxgo_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/owulveryck/onnx-go"
	"github.com/owulveryck/onnx-go/backend/testbackend"
	_ "github.com/owulveryck/onnx-go/backend/testbackend/onnx" // registers the cases
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/sardonyx-go/sardonyx/integrations/onnxgo"
)

// exceptions are the cases of onnx-go that do not pass by its rules, which are a
// difference of 1e-6 at most, however large the numbers, and why.
var exceptions = map[string]string{
	"TestPow": "the numbers reach 1357, where neighbours among float32 are 1.2e-4 apart",
	"TestReduceSumSquareDefaultAxesKeepdimsRandom": "neighbours of the sum, 224.1, are 1.5e-5 apart",
	"TestRoialign":    "the expected numbers are rounded to four digits",
	"TestScan9Sum":    "onnx-go does not decode graphs in attributes",
	"TestSize":        "the case wants float32 of shape [1], the operator gives an int64 scalar",
	"TestSizeExample": "as TestSize",
}

// inexact are the exceptions that pass by the rules of ONNX's own runner.
var inexact = []string{"TestPow", "TestReduceSumSquareDefaultAxesKeepdimsRandom", "TestRoialign"}

// Every case of onnx-go passes by its own runner, or is an exception with a
// reason, which must not pass.
func TestCases(t *testing.T) {
	cases := testbackend.GetAllRegisteredTests()
	require.Len(t, cases, 348)
	excepted := 0
	for _, c := range cases {
		tc := c()
		if exceptions[tc.Title] == "" {
			t.Run(tc.Title, tc.RunTest(onnxgo.NewGraph(), false))
			continue
		}
		excepted++
		t.Run(tc.Title, func(t *testing.T) {
			g, model, err := load(tc.ModelB)
			if err != nil {
				return
			}
			got, err := run(g, model, tc.Input)
			require.True(t, err != nil || !same(tc.ExpectedOutput, got), "it passes: take it off the list")
			if slices.Contains(inexact, tc.Title) {
				require.NoError(t, err)
				near(t, tc.ExpectedOutput, got)
			}
		})
	}
	require.Equal(t, len(exceptions), excepted, "exceptions that are no cases")
}

// A graph gives the same again after it has computed something else in between,
// and that something else is what a new graph makes of it.
func TestRepeatedRuns(t *testing.T) {
	changed := 0
	for _, c := range testbackend.GetAllRegisteredTests() {
		tc := c()
		g, model, err := load(tc.ModelB)
		if err != nil || len(tc.Input) == 0 {
			continue
		}
		t.Run(tc.Title, func(t *testing.T) {
			first, err := run(g, model, tc.Input)
			require.NoError(t, err)
			kept := text(first)
			others := reversed(tc.Input)
			second, err := run(g, model, others)
			require.NoError(t, err)
			third, err := run(g, model, tc.Input)
			require.NoError(t, err)
			require.Equal(t, kept, text(third))
			require.Equal(t, kept, text(first), "a run has written to the results of another one")

			fresh, model, err := load(tc.ModelB)
			require.NoError(t, err)
			want, err := run(fresh, model, others)
			require.NoError(t, err)
			require.Equal(t, text(want), text(second))
			if kept != text(second) {
				changed++
			}
		})
	}
	require.Greater(t, changed, 290, "other inputs have changed the outputs of too few cases")
}

func load(b []byte) (*onnxgo.Graph, *onnx.Model, error) {
	g := onnxgo.NewGraph()
	model := onnx.NewModel(g)
	return g, model, model.UnmarshalBinary(b)
}

func run(g *onnxgo.Graph, model *onnx.Model, inputs []tensor.Tensor) ([]tensor.Tensor, error) {
	for i, x := range inputs {
		if err := model.SetInput(i, x); err != nil {
			return nil, err
		}
	}
	if err := g.Run(); err != nil {
		return nil, err
	}
	return model.GetOutputTensors()
}

// reversed returns the tensors with their elements in reverse order, where these
// are numbers to compute with and not axes, indices or sizes.
func reversed(ts []tensor.Tensor) []tensor.Tensor {
	ts = slices.Clone(ts)
	for i, x := range ts {
		if v, ok := x.Data().([]float32); ok {
			v = slices.Clone(v)
			slices.Reverse(v)
			ts[i] = tensor.New(tensor.WithShape(x.Shape()...), tensor.WithBacking(v))
		}
	}
	return ts
}

// text writes out shapes and all elements.
func text(ts []tensor.Tensor) string {
	var b strings.Builder
	for _, x := range ts {
		fmt.Fprintln(&b, x.Shape(), x.Data())
	}
	return b.String()
}

// same compares by the rules of onnx-go's runner.
func same(want, got []tensor.Tensor) bool {
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if !slices.Equal(want[i].Shape(), got[i].Shape()) || !assert.InDeltaSlice(silent{}, want[i].Data(), got[i].Data(), 1e-6) {
			return false
		}
	}
	return true
}

type silent struct{}

func (silent) Errorf(string, ...any) {}

// near compares by the rules of ONNX's own runner: a difference of 1e-7 and one
// part in a thousand.
func near(t *testing.T, want, got []tensor.Tensor) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		require.Equal(t, []int(want[i].Shape()), []int(got[i].Shape()))
		w, g := reflect.ValueOf(want[i].Data()), reflect.ValueOf(got[i].Data())
		require.Equal(t, w.Type(), g.Type())
		for j := range w.Len() {
			x, y := w.Index(j).Float(), g.Index(j).Float()
			require.LessOrEqual(t, math.Abs(x-y), 1e-7+1e-3*math.Abs(x), "output %d: [%d] = %v, want %v", i, j, y, x)
		}
	}
}
