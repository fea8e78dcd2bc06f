package benchmark_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/models/benchmark"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Names are how files of figures are compared, so no two are equal.
func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range benchmark.All() {
		require.False(t, seen[c.Name], c.Name)
		seen[c.Name] = true
	}
}

// Each build of a case is the same model; figures of two machines would be of
// different ones otherwise.
func TestSeeded(t *testing.T) {
	for _, c := range benchmark.Layers() {
		x, y := c.Graph(), c.Graph()
		require.NoError(t, x.Check(), c.Name)
		require.Equal(t, x.String(), y.String(), c.Name)
		for i := range x.Values {
			if w := x.Values[i].Const; w != nil {
				require.Equal(t, w.Bytes(), y.Values[i].Const.Bytes(), c.Name)
			}
		}
	}
}

// flops are operations by definition: those that are published of the networks,
// and what follows from the shapes of some layers.
var flops = map[string]float64{
	"resnet18":                       2 * 1814.1e6,
	"mobilenet_v2":                   2 * 300.8e6,
	"encoder":                        2 * 2 * (12*768*768*128 + 2*768*128*128),
	"conv 3x3 64-64@56":              2 * 64 * 64 * 9 * 56 * 56,
	"conv 1x1 512-2048@7":            2 * 512 * 2048 * 49,
	"depthwise 3x3 144-144@56":       2 * 144 * 9 * 56 * 56,
	"convtranspose 4x4/2 256-128@16": 2 * 256 * 128 * 16 * 256,
	"matmul 128x768x3072":            2 * 128 * 768 * 3072,
	"LSTM 128-256 T64":               2 * 64 * 4 * 256 * (128 + 256),
}

// Every case runs; its outputs are numbers of ordinary size, and it computes as
// much as it should.
func TestRun(t *testing.T) {
	all := benchmark.All()
	if testing.Short() {
		all = benchmark.Layers()
	}
	checked := 0
	for _, c := range all {
		m, err := backend.Compile(c.Graph(), backend.Options{})
		require.NoError(t, err, c.Name)
		s := m.NewSession()
		s.Profile(true)
		x := tensor.New(tensor.Float32, m.Inputs()[0].Info.Shape...)
		for i := range tensor.Data[float32](x) {
			tensor.Data[float32](x)[i] = float32(math.Sin(float64(i)))
		}
		out, err := s.Run(context.Background(), []tensor.Value{x})
		require.NoError(t, err, c.Name)
		sum, n := 0.0, 0
		for _, v := range tensor.Data[float32](out[0].(*tensor.Tensor)) {
			sum += float64(v) * float64(v)
			n++
		}
		rms := math.Sqrt(sum / float64(n))
		require.Greater(t, rms, 1e-3, c.Name)
		require.Less(t, rms, 1e2, c.Name)
		total := 0.0
		for _, p := range s.Steps() {
			total += p.Flops
		}
		if want, ok := flops[c.Name]; ok {
			checked++
			require.InEpsilon(t, want, total, 0.01, c.Name)
		}
	}
	if !testing.Short() {
		require.Equal(t, len(flops), checked)
	}
}
