package backend_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/models/npy"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestExported runs the models that tools/export_classifiers.py has written into
// the folder that SARDONYX_CLASSIFIERS names: at batch 3, three times and from
// eight goroutines, and each picture by itself, every time with the same bits;
// and within 1e-4 of the largest output of ONNX Runtime's.
func TestExported(t *testing.T) {
	dir := os.Getenv("SARDONYX_CLASSIFIERS")
	if dir == "" {
		t.Skip("SARDONYX_CLASSIFIERS is not set")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.onnx"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		base := strings.TrimSuffix(f, ".onnx")
		t.Run(filepath.Base(base), func(t *testing.T) {
			g, err := onnx.ReadFile(f)
			require.NoError(t, err)
			m, err := backend.Compile(g, backend.Options{})
			require.NoError(t, err)
			x, want := onlyArray(t, base+".batch3.inputs"), onlyArray(t, base+".batch3.outputs")
			name, out := m.Inputs()[0].Name, m.Outputs()[0].Name
			run := func(x *tensor.Tensor) []float32 {
				y, err := m.Run(context.Background(), map[string]tensor.Value{name: x})
				if err != nil {
					t.Error(err)
					return nil
				}
				return tensor.Data[float32](y[out])
			}
			got := run(x)
			near(t, got, tensor.Data[float32](want), 1e-4)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for range 3 {
						if !sameBits(run(x), got) {
							t.Error("a concurrent run has other bits")
						}
					}
				})
			}
			wg.Wait()
			pixels, classes := x.Len()/3, len(got)/3
			shape := append([]int{1}, x.Shape()[1:]...)
			for i := range 3 {
				one := tensor.Of(tensor.Data[float32](x)[i*pixels:][:pixels], shape...)
				require.True(t, sameBits(run(one), got[i*classes:][:classes]), "picture %d by itself has other bits", i)
			}
		})
	}
}

func onlyArray(t *testing.T, dir string) *tensor.Tensor {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.npy"))
	require.NoError(t, err)
	require.Len(t, files, 1, dir)
	x, err := npy.ReadFile(files[0])
	require.NoError(t, err)
	return x
}

// near requires values within tol of the largest expected one.
func near(t *testing.T, got, want []float32, tol float64) {
	t.Helper()
	require.Len(t, got, len(want))
	largest, off := 0.0, 0.0
	for i, w := range want {
		largest = max(largest, abs(float64(w)))
		off = max(off, abs(float64(got[i])-float64(w)))
	}
	require.LessOrEqual(t, off/largest, tol)
}

func abs(x float64) float64 { return max(x, -x) }

func sameBits(a, b []float32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && (a[i] == a[i] || b[i] == b[i]) {
			return false
		}
	}
	return true
}

// TestLengths runs a text encoder at 1,000 random lengths of 1 to 128: sessions
// plan at most one program for each step of capacity.
func TestLengths(t *testing.T) {
	shared := os.Getenv("SARDONYX_SHARED")
	if shared == "" {
		t.Skip("SARDONYX_SHARED is not set")
	}
	g, err := onnx.ReadFile(filepath.Join(shared, "zoo", "models", "minilm_l6_embed_w8.onnx"))
	require.NoError(t, err)
	m, err := backend.Compile(g, backend.Options{})
	require.NoError(t, err)
	s := m.NewSession()
	r := rand.New(rand.NewPCG(1, 2))
	n := 1000
	if testing.Short() {
		n = 100
	}
	for range n {
		length := 1 + r.IntN(128)
		ids, mask := make([]int64, length), make([]int64, length)
		for i := range ids {
			ids[i], mask[i] = int64(1000+r.IntN(20000)), 1
		}
		in := make([]tensor.Value, len(m.Inputs()))
		for i, p := range m.Inputs() {
			switch p.Name {
			case "input_ids":
				in[i] = tensor.Of(ids, 1, length)
			case "attention_mask":
				in[i] = tensor.Of(mask, 1, length)
			default:
				in[i] = tensor.New(tensor.Int64, 1, length)
			}
		}
		_, err := s.Run(context.Background(), in)
		require.NoError(t, err)
	}
	require.LessOrEqual(t, m.Programs(), 14)
}

// Lengths within one step of capacity share a program; what follows from the
// length is computed anew for each.
func TestLengthsOfOneProgram(t *testing.T) {
	b := graph.NewBuilder(17)
	x := b.Input("x", tensor.Float32, "T", 6)
	n := b.Node("Gather", b.Node("Shape", x).Out("shape"), b.Const("zero", tensor.Of([]int64{0}, 1))).Out("n")
	to := b.Node("Concat", n, b.Const("rest", tensor.Of([]int64{3, -1}, 2))).Attr("axis", 0).Out("to")
	b.Output(b.Node("Relu", b.Node("Reshape", x, to).Out("y")).Out("z"))
	m, err := backend.Compile(b.Graph, backend.Options{})
	require.NoError(t, err)
	s := m.NewSession()
	for _, length := range []int{7, 8, 7, 5, 8, 6} {
		out, err := s.Run(context.Background(), []tensor.Value{tensor.New(tensor.Float32, length, 6)})
		require.NoError(t, err, "%d", length)
		require.Equal(t, []int{length, 3, 2}, out[0].(*tensor.Tensor).Shape())
	}
	require.Equal(t, 2, m.Programs())
}
