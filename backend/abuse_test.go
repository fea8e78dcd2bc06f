package backend_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/backend/optimize"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// No node, whatever its attributes and inputs, makes an operator panic, and what
// is inferred before sizes are known stays true.
func TestAbuse(t *testing.T) {
	n := 500
	if testing.Short() {
		n = 50
	}
	optest.Abuse(t, abused(), n)
}

// abused returns the operators that files may hold.
func abused() []op.Def {
	return slices.DeleteFunc(backend.Operators().All(), func(d op.Def) bool { return d.Domain == optimize.Domain })
}

// No model of one such node makes the compiler or a run panic.
func TestAbuseModels(t *testing.T) {
	n := 200
	if testing.Short() {
		n = 30
	}
	for _, d := range abused() {
		t.Run(fmt.Sprintf("%s-%d", d.Name, d.Since), func(t *testing.T) {
			for seed := range n {
				require.NoError(t, abuseModel(d, uint64(seed)), "seed %d", seed)
			}
		})
	}
}

func abuseModel(d op.Def, seed uint64) error {
	n, in := optest.Arbitrary(d, seed, nil)
	g, values := nodeModel(n, in, seed)
	m, err := backend.Compile(g, backend.Options{MaxMemory: 1 << 28, Threads: 1})
	if err == nil {
		_, err = m.Run(context.Background(), values)
	}
	if errors.Is(err, backend.ErrInternal) {
		return err
	}
	return nil
}

// nodeModel returns a model of a node and the values of its inputs, where every
// third input is a constant and every other dim a name.
func nodeModel(n *graph.Node, in []*op.Value, seed uint64) (*graph.Graph, map[string]tensor.Value) {
	b := graph.NewBuilder(n.Version)
	b.Import(n.Domain, n.Version)
	var ids []graph.ValueID
	values := map[string]tensor.Value{}
	for i, v := range in {
		name := fmt.Sprint("in", i)
		switch {
		case v == nil:
			ids = append(ids, graph.None)
			continue
		case v.Kind == graph.Tensor && (seed+uint64(i))%3 == 0:
			ids = append(ids, b.Const(name, v.Tensor()))
			continue
		}
		t := optest.TypeOf(v)
		for k := range t.Shape {
			if (seed+uint64(k))%2 == 0 {
				t.Shape[k] = graph.Dim{Size: -1, Name: fmt.Sprint("n", t.Shape[k].Size)}
			}
		}
		ids = append(ids, b.InputOf(name, t))
		values[name] = optest.ToValue(v)
	}
	c := b.Node(n.Op, ids...).Domain(n.Domain)
	c.Node().Attrs = n.Attrs
	for i, id := range n.Outputs {
		if id == graph.None {
			c.Skip()
			continue
		}
		b.Output(c.Out(fmt.Sprint("out", i)))
	}
	return b.Graph, values
}

// FuzzOperators does the same for ever.
func FuzzOperators(f *testing.F) {
	r, all := backend.Operators(), abused()
	f.Add(uint16(0), uint64(0))
	f.Fuzz(func(t *testing.T, which uint16, seed uint64) {
		d := all[int(which)%len(all)]
		_, err := optest.AbuseOnce(r, d, seed)
		require.NoError(t, err)
		require.NoError(t, abuseModel(d, seed))
	})
}
