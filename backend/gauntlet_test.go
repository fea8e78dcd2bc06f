package backend_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// The gauntlet holds the hard cases of the operator contract: shapes that only
// the run knows, control flow, sequences, strings, growing state, views and
// windows. Expected outputs are ONNX Runtime's; see tools/goldens/gauntlet.py.
const gauntlet = "../testdata/gauntlet"

// onHeap lists cases whose values are sequences, strings or optionals: these
// live on the Go heap, so a run allocates.
var onHeap = []string{"sequence", "strings", "optional"}

// vectors is a model's inputs and expected outputs.
type vectors struct {
	name    string
	in, out []tensor.Value
}

func readVectors(t *testing.T, dir string, g *graph.Graph) []vectors {
	t.Helper()
	sets, err := filepath.Glob(filepath.Join(dir, "set_*"))
	require.NoError(t, err)
	require.NotEmpty(t, sets, dir)
	var all []vectors
	for _, s := range sets {
		v := vectors{name: filepath.Base(s)}
		k := 0
		for _, id := range g.Inputs {
			if g.Values[id].Const != nil {
				v.in = append(v.in, nil)
				continue
			}
			v.in = append(v.in, readValue(t, filepath.Join(s, fmt.Sprintf("input_%d.pb", k)), g.Values[id].Type))
			k++
		}
		for i, id := range g.Outputs {
			v.out = append(v.out, readValue(t, filepath.Join(s, fmt.Sprintf("output_%d.pb", i)), g.Values[id].Type))
		}
		all = append(all, v)
	}
	return all
}

func readValue(t *testing.T, path string, ty graph.Type) tensor.Value {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	v, err := onnx.ReadValue(b, ty)
	require.NoError(t, err, path)
	return v
}

func gauntletCases(t *testing.T) []string {
	dirs, err := filepath.Glob(filepath.Join(gauntlet, "*", "model.onnx"))
	require.NoError(t, err)
	require.NotEmpty(t, dirs)
	var names []string
	for _, d := range dirs {
		names = append(names, filepath.Base(filepath.Dir(d)))
	}
	return names
}

// TestGauntlet runs each case on alternating shapes in one session, on every
// kernel set, and from several goroutines, and requires that tensors in the
// arena cost no allocation.
func TestGauntlet(t *testing.T) {
	for _, name := range gauntletCases(t) {
		t.Run(name, func(t *testing.T) {
			g, err := onnx.ReadFile(filepath.Join(gauntlet, name, "model.onnx"))
			require.NoError(t, err)
			sets := readVectors(t, filepath.Join(gauntlet, name), g)
			for _, k := range kernels.All() {
				m, err := backend.Compile(g, backend.Options{Kernels: k})
				require.NoError(t, err)
				s := m.NewSession()
				for round := range 3 {
					for _, v := range sets {
						got, err := s.Run(context.Background(), v.in)
						require.NoError(t, err, "%s %s round %d", k.Name(), v.name, round)
						for i := range got {
							require.Empty(t, differ(got[i], v.out[i], 1e-5, 1e-6), "%s %s round %d output %d", k.Name(), v.name, round, i)
						}
					}
				}
			}
			m, err := backend.Compile(g, backend.Options{})
			require.NoError(t, err)
			concurrently(t, m, sets)
			for _, h := range onHeap {
				if strings.HasPrefix(name, h) {
					return
				}
			}
			s := m.NewSession()
			run := func() {
				for _, v := range sets {
					_, err := s.Run(context.Background(), v.in)
					require.NoError(t, err)
				}
			}
			for range 3 {
				run()
			}
			require.Zero(t, testing.AllocsPerRun(5, run), "allocations")
		})
	}
}

// concurrently runs a model's vectors from eight goroutines.
func concurrently(t *testing.T, m *backend.Model, sets []vectors) {
	t.Helper()
	var wg sync.WaitGroup
	errs := make([]string, 8)
	for w := range errs {
		wg.Go(func() {
			for i := range 2 * len(sets) {
				v := sets[(i+w)%len(sets)]
				in := map[string]tensor.Value{}
				for k, p := range m.Inputs() {
					if v.in[k] != nil {
						in[p.Name] = v.in[k]
					}
				}
				got, err := m.Run(context.Background(), in)
				if err != nil {
					errs[w] = err.Error()
					return
				}
				for k, p := range m.Outputs() {
					if d := differ(got[p.Name], v.out[k], 1e-5, 1e-6); d != "" {
						errs[w] = v.name + " " + p.Name + ": " + d
					}
				}
			}
		})
	}
	wg.Wait()
	for _, e := range errs {
		require.Empty(t, e)
	}
}

// differ says how got differs from want, or nothing.
func differ(got, want tensor.Value, rtol, atol float64) string {
	switch w := want.(type) {
	case *tensor.Tensor:
		g, ok := got.(*tensor.Tensor)
		if !ok {
			return fmt.Sprintf("a %T, not a tensor", got)
		}
		return differTensor(g, w, rtol, atol)
	case *tensor.Sequence:
		g, ok := got.(*tensor.Sequence)
		if !ok || len(g.Items) != len(w.Items) {
			return fmt.Sprintf("%v, want a sequence of %d", got, len(w.Items))
		}
		for i := range w.Items {
			if d := differ(g.Items[i], w.Items[i], rtol, atol); d != "" {
				return fmt.Sprintf("item %d: %s", i, d)
			}
		}
	case *tensor.Optional:
		g, ok := got.(*tensor.Optional)
		if !ok || (g.Item == nil) != (w.Item == nil) {
			return fmt.Sprintf("%v, want %v", got, want)
		}
		if w.Item != nil {
			return differ(g.Item, w.Item, rtol, atol)
		}
	}
	return ""
}

func differTensor(g, w *tensor.Tensor, rtol, atol float64) string {
	if g.Type() != w.Type() || fmt.Sprint(g.Shape()) != fmt.Sprint(w.Shape()) {
		return fmt.Sprintf("%v, want %v", g, w)
	}
	if g.Type() == tensor.String {
		if fmt.Sprintf("%q", g.Strings()) != fmt.Sprintf("%q", w.Strings()) {
			return fmt.Sprintf("%q, want %q", g.Strings(), w.Strings())
		}
		return ""
	}
	a, err := tensor.Convert(tensor.Float64, g, tensor.ConvertOptions{})
	if err != nil {
		return err.Error()
	}
	b, err := tensor.Convert(tensor.Float64, w, tensor.ConvertOptions{})
	if err != nil {
		return err.Error()
	}
	x, y := tensor.Data[float64](a), tensor.Data[float64](b)
	for i := range y {
		d := max(x[i]-y[i], y[i]-x[i])
		tol := atol + rtol*max(y[i], -y[i])
		if !(d <= tol && !math.IsInf(y[i], 0) || x[i] == y[i] || x[i] != x[i] && y[i] != y[i]) {
			return fmt.Sprintf("[%d] = %v, want %v (off by %.3g, tolerance %.3g)", i, x[i], y[i], d, tol)
		}
	}
	return ""
}
