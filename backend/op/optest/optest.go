// Package optest is for tests of operator families: it runs the official ONNX
// node tests that consist of one node of a family, compares by their rules, and
// makes nodes for tables of cases.
//
// The archive is looked for below the directory that the environment variable
// SARDONYX_SHARED names; without it such tests are skipped.
package optest

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A Case is one official test of a single node.
type Case struct {
	Name    string
	Graph   *graph.Graph
	In, Out []tensor.Value // by graph input and output
}

// Run runs every official node test whose only node is an operator of defs, as
// a subtest of its name, except those named in skip and those with bodies, which
// take a compiler (see [Each]).
func Run(t *testing.T, defs []op.Def, skip ...string) {
	r := op.NewRegistry(defs)
	Each(t, func(c *Case) bool {
		if len(c.Graph.Nodes) != 1 {
			return false
		}
		n := &c.Graph.Nodes[0]
		for range n.Bodies() {
			return false
		}
		_, err := r.Find(n.Domain, n.Op, n.Version)
		return err == nil
	}, func(t *testing.T, c *Case) {
		if slices.Contains(skip, c.Name) {
			t.Skip("ill-defined")
		}
		c.check(t, r)
	})
}

// Each runs f, as a subtest of its name, on every official node test that want
// chooses.
func Each(t *testing.T, want func(*Case) bool, f func(*testing.T, *Case)) {
	dir := os.Getenv("SARDONYX_SHARED")
	if dir == "" {
		t.Skip("SARDONYX_SHARED is not set")
	}
	files := load(t, filepath.Join(dir, "onnx-backend-tests", "data.tar.gz"))
	ran := 0
	for name, of := range files {
		g, err := onnx.Read(of["model.onnx"])
		if err != nil {
			continue // a feature of models that the reader's own tests cover
		}
		c := &Case{Name: name, Graph: g}
		if !want(c) {
			continue
		}
		ran++
		t.Run(name, func(t *testing.T) {
			c.read(t, of)
			f(t, c)
		})
	}
	t.Logf("%d official tests", ran)
	require.NotZero(t, ran)
}

// load reads the node tests of the archive: files by test and name.
func load(t *testing.T, name string) map[string]map[string][]byte {
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	files := map[string]map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		require.NoError(t, err)
		rest, ok := strings.CutPrefix(h.Name, "data/node/")
		if !ok || h.Typeflag != tar.TypeReg {
			continue
		}
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		test, _, _ := strings.Cut(rest, "/")
		if files[test] == nil {
			files[test] = map[string][]byte{}
		}
		files[test][path.Base(rest)] = b
	}
}

// read fills in the values.
func (c *Case) read(t *testing.T, files map[string][]byte) {
	g, k := c.Graph, 0
	for _, id := range g.Inputs {
		if g.Values[id].Const != nil {
			c.In = append(c.In, g.Values[id].Const)
			continue
		}
		x, err := onnx.ReadValue(files[fmt.Sprintf("input_%d.pb", k)], g.Values[id].Type)
		require.NoError(t, err)
		c.In = append(c.In, x)
		k++
	}
	for i, id := range g.Outputs {
		x, err := onnx.ReadValue(files[fmt.Sprintf("output_%d.pb", i)], g.Values[id].Type)
		require.NoError(t, err)
		c.Out = append(c.Out, x)
	}
}

func (c *Case) check(t *testing.T, r *op.Registry) {
	n := &c.Graph.Nodes[0]
	values := map[graph.ValueID]*op.Value{}
	for i, id := range c.Graph.Inputs {
		values[id] = FromValue(c.In[i])
	}
	in := make([]*op.Value, len(n.Inputs))
	for i, id := range n.Inputs {
		if id == graph.None {
			continue
		}
		in[i] = values[id]
		if k := c.Graph.Values[id].Const; in[i] == nil && k != nil {
			in[i] = op.FromTensor(k)
		}
	}
	out, err := evaluate(r, n, in)
	require.NoError(t, err)
	for i, id := range c.Graph.Outputs {
		for j, o := range n.Outputs {
			if o == id {
				require.NotNil(t, out[j], "no output")
				EqualValue(t, c.Out[i], ToValue(out[j]))
			}
		}
	}
}

func evaluate(r *op.Registry, n *graph.Node, in []*op.Value) ([]*op.Value, error) {
	o, err := r.New(n)
	if err != nil {
		return nil, err
	}
	return op.Evaluate(context.Background(), op.NewEnv(n), o, in)
}

// Eval evaluates a node on tensors, nil where an input is omitted.
func Eval(r *op.Registry, n *graph.Node, in ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	values := make([]*op.Value, len(in))
	for i, x := range in {
		if x != nil {
			values[i] = op.FromTensor(x)
		}
	}
	got, err := evaluate(r, n, values)
	if err != nil {
		return nil, err
	}
	out := make([]*tensor.Tensor, len(got))
	for i, v := range got {
		if v != nil {
			out[i] = ToValue(v).(*tensor.Tensor)
		}
	}
	return out, nil
}

// Node returns a node with a number of inputs and one output.
func Node(name string, version, inputs int, attrs ...graph.Attr) *graph.Node {
	n := &graph.Node{Name: "test", Op: name, Version: version, Attrs: attrs, Outputs: []graph.ValueID{graph.ValueID(inputs)}}
	for i := range inputs {
		n.Inputs = append(n.Inputs, graph.ValueID(i))
	}
	return n
}

// Int, Ints, Float and Str return attributes.
func Int(name string, v int) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrInt, Int: int64(v)}
}

// Ints returns an attribute.
func Ints(name string, v ...int64) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrInts, Ints: v}
}

// Float returns an attribute.
func Float(name string, v float32) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrFloat, Float: v}
}

// Str returns an attribute.
func Str(name, v string) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrString, String: v}
}

// Equal compares by the rules of the official tests: type, shape and strings
// equal; numbers within rtol 1e-3 (2⁻⁶ for bfloat16) and atol 1e-7.
func Equal(t *testing.T, want, got *tensor.Tensor) {
	t.Helper()
	require.NotNil(t, got, "no output")
	require.Equal(t, want.Type(), got.Type(), "element type")
	require.Equal(t, append([]int{}, want.Shape()...), append([]int{}, got.Shape()...), "shape")
	if want.Type() == tensor.String {
		require.Equal(t, want.Strings(), got.Strings())
		return
	}
	rtol := 1e-3
	if want.Type() == tensor.BFloat16 {
		rtol = 1. / 64
	}
	if want.Type() == tensor.Complex64 || want.Type() == tensor.Complex128 {
		require.Equal(t, want.Bytes(), got.Bytes())
		return
	}
	w, g := floats(t, want), floats(t, got)
	for i := range w {
		same := math.Abs(w[i]-g[i]) <= 1e-7+rtol*math.Abs(w[i]) || w[i] == g[i] || w[i] != w[i] && g[i] != g[i]
		require.True(t, same, "%v element %d of %d: got %v, want %v", want, i, len(w), g[i], w[i])
	}
}

func floats(t *testing.T, x *tensor.Tensor) []float64 {
	y, err := tensor.Convert(tensor.Float64, x, tensor.ConvertOptions{})
	require.NoError(t, err)
	return tensor.Data[float64](y)
}
