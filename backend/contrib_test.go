package backend_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// contrib holds one model for each operator of com.microsoft, and outputs of
// ONNX Runtime; see tools/goldens/contrib.py.
const contrib = "../testdata/contrib"

// contribTolerance is the relative and absolute tolerance of cases (by the
// beginning of their name) that are not equal to ONNX Runtime's to some ulps.
var contribTolerance = []struct {
	prefix     string
	rtol, atol float64
}{
	// One step of quantisation: ONNX Runtime rounds an intermediate result.
	{"qlinear", 0, 1},
	// It computes with its own approximation of tanh.
	{"gelu_fast", 1e-4, 1e-5},
	// It quantises the input and the states, too.
	{"lstm", 0, 0.03},
	{"skipnorm_half", 2e-3, 2e-3},
	{"embed_half", 2e-3, 2e-3},
	{"multihead_half", 2e-3, 2e-3},
}

// TestContrib protects the operators of ONNX Runtime's optimisers and
// quantisers: each runs on alternating shapes in one session, and allocates
// nothing.
func TestContrib(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(contrib, "*", "model.onnx"))
	require.NoError(t, err)
	require.NotEmpty(t, dirs)
	for _, path := range dirs {
		name := filepath.Base(filepath.Dir(path))
		t.Run(name, func(t *testing.T) {
			g, err := onnx.ReadFile(path)
			require.NoError(t, err)
			sets := readVectors(t, filepath.Dir(path), g)
			m, err := backend.Compile(g, backend.Options{})
			require.NoError(t, err)
			rtol, atol := 1e-4, 1e-5
			for _, c := range contribTolerance {
				if strings.HasPrefix(name, c.prefix) {
					rtol, atol = c.rtol, c.atol
				}
			}
			s := m.NewSession()
			run := func(check func(v vectors, got []tensor.Value)) {
				for _, v := range sets {
					got, err := s.Run(context.Background(), v.in)
					require.NoError(t, err)
					check(v, got)
				}
			}
			for range 3 {
				run(func(v vectors, got []tensor.Value) {
					for i := range got {
						require.Empty(t, differ(got[i], v.out[i], rtol, atol), "%s output %d", v.name, i)
					}
				})
			}
			if strings.HasPrefix(name, "tokenizer") {
				return // strings live on the Go heap
			}
			require.Zero(t, testing.AllocsPerRun(5, func() { run(func(vectors, []tensor.Value) {}) }), "allocations")
		})
	}
}
