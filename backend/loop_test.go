package backend_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// BenchmarkLoop runs 10,000 trips of a loop whose body is five scalar nodes, and
// reports nanoseconds a trip.
func BenchmarkLoop(b *testing.B) {
	g, err := onnx.ReadFile(filepath.Join(gauntlet, "loop_5node", "model.onnx"))
	require.NoError(b, err)
	m, err := backend.Compile(g, backend.Options{})
	require.NoError(b, err)
	s := m.NewSession()
	in := loopInputs(m, 10000)
	b.ReportAllocs()
	for b.Loop() {
		_, err := s.Run(context.Background(), in)
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10000, "ns/trip")
}

// loopInputs gives the trip count to the integer input and ones to the others.
func loopInputs(m *backend.Model, trips int64) []tensor.Value {
	var in []tensor.Value
	for _, p := range m.Inputs() {
		shape := []int{}
		for range p.Info.Shape {
			shape = append(shape, 1)
		}
		if p.Type.Elem == tensor.Int64 {
			in = append(in, tensor.Of([]int64{trips}, shape...))
			continue
		}
		n := 1
		x := make([]float32, n)
		x[0] = 1
		shape = shape[:0]
		for range p.Type.Shape {
			shape = append(shape, 1)
		}
		in = append(in, tensor.Of(x, shape...))
	}
	return in
}
