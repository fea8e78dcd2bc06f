package onnx

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/stretchr/testify/require"
)

// Whatever the bytes, Read returns a graph that passes Check, or an error; it
// allocates no more than a multiple of the input.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(testdata, "*.onnx"))
	require.NoError(f, err)
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		g, err := Read(b, WithLimits(Limits{Sparse: 1 << 12}))
		runtime.ReadMemStats(&after)
		// The smallest attribute takes 5 bytes of a file, and 300 in memory.
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20+500*uint64(len(b)) {
			t.Fatalf("%d bytes allocated for an input of %d", used, len(b))
		}
		if err == nil {
			require.NoError(t, g.Check())
			_ = g.String()
			c := g.Clone()
			c.Compact()
			require.NoError(t, c.Check())
		}
	})
}

// The same for values.
func FuzzReadValue(f *testing.F) {
	ten := graph.Type{Kind: graph.Tensor}
	seq := graph.Type{Kind: graph.Sequence, Of: &ten}
	types := []graph.Type{ten, seq, {Kind: graph.Optional, Of: &seq}, {Kind: graph.Map}, {Kind: graph.SparseTensor}, {Kind: graph.Sequence, Of: &seq}}
	files, err := filepath.Glob(filepath.Join(testdata, "*.pb"))
	require.NoError(f, err)
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(f, err)
		for i := range types {
			f.Add(b, uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, typ uint8) {
		v, err := ReadValue(b, types[int(typ)%len(types)], WithLimits(Limits{Sparse: 1 << 12}))
		require.Equal(t, err == nil, v != nil)
	})
}
