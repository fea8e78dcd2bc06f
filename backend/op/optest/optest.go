// Package optest is for tests of operator families: it runs the official ONNX
// node tests that consist of one node of a family, compares by their rules, and
// makes nodes for tables of cases.
//
// They are those of testdata/node, of the module that is tested.
package optest

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/onnx/backendtest"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A Case is one official test of a single node.
type Case struct {
	Name    string
	Graph   *graph.Graph
	In, Out []tensor.Value // by graph input and output; nil where an input has a default
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
	tests, err := backendtest.Open(filepath.Join(moduleRoot(t), "testdata", "node"))
	require.NoError(t, err)
	ran := 0
	for _, test := range tests {
		if test.Group != "node" {
			continue
		}
		g, err := test.Graph()
		require.NoError(t, err)
		c := &Case{Name: test.Name, Graph: g}
		if !want(c) {
			continue
		}
		ran++
		t.Run(c.Name, func(t *testing.T) {
			c.In, err = test.Inputs(g)
			require.NoError(t, err)
			c.Out, err = test.Outputs(g)
			require.NoError(t, err)
			f(t, c)
		})
	}
	t.Logf("%d official tests", ran)
	require.NotZero(t, ran)
}

// moduleRoot returns the folder of go.mod, above the one of the package that is
// tested.
func moduleRoot(t *testing.T) string {
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		require.NotEqual(t, dir, up, "no go.mod above the tested package")
		dir = up
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
	EqualValue(t, want, got)
}
