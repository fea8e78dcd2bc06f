package optest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Abuse evaluates every operator on inputs of random number, types and shapes,
// with random attributes, n times each, and infers shapes from symbols and
// unknown ranks. Errors are welcome; a panic or [op.ErrInternal] is not.
func Abuse(t *testing.T, defs []op.Def, n int) {
	r := op.NewRegistry(defs)
	for _, d := range defs {
		t.Run(d.Name, func(t *testing.T) {
			for seed := range n {
				abuse(t, r, d, rand.New(rand.NewPCG(uint64(seed), 7)))
				if t.Failed() {
					return // the first is enough to see
				}
			}
		})
	}
}

func abuse(t *testing.T, r *op.Registry, d op.Def, g *rand.Rand) {
	in := abusiveInputs(g)
	version := d.Since + g.IntN(28)
	if d.Until > 0 {
		version = min(version, d.Until)
	}
	n := Node(d.Name, version, len(in), abusiveAttrs(g)...)
	n.Domain = d.Domain
	for i, x := range in {
		if x == nil {
			n.Inputs[i] = graph.None
		}
	}
	what := fmt.Sprintf("%s-%d%v %v", n.Op, n.Version, in, n.Attrs)
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s: panic: %v", what, p)
		}
	}()
	o, err := r.New(n)
	if err != nil {
		return
	}
	if _, err := Eval(r, n, in...); errors.Is(err, op.ErrInternal) {
		t.Errorf("%s: %v", what, err)
	}
	infos, out := make([]op.Info, len(in)), make([]op.Info, 1)
	for i, x := range in {
		if x == nil {
			continue
		}
		infos[i].Tensor(x.Type(), x.Shape()...)
		if g.IntN(4) == 0 {
			infos[i].TensorOfRank(x.Type(), -1)
		}
		for j := range infos[i].Shape {
			if g.IntN(2) == 0 {
				infos[i].Shape[j] = op.Unknown - g.IntN(3)
			}
		}
	}
	_ = o.Infer(infos, out)
}

// abusiveInputs returns up to four tensors that have little or much in common.
func abusiveInputs(g *rand.Rand) []*tensor.Tensor {
	types := []tensor.Type{tensor.Float32, tensor.Float32, tensor.Int64, tensor.Float16, tensor.Float64, tensor.Int32, tensor.Bool,
		tensor.Uint8, tensor.String, tensor.Complex64, tensor.Int4, tensor.BFloat16}
	in := make([]*tensor.Tensor, g.IntN(5))
	base, typ := abusiveShape(g), types[g.IntN(len(types))]
	for i := range in {
		if g.IntN(10) == 0 {
			continue
		}
		shape := base
		if g.IntN(2) == 0 {
			shape = abusiveShape(g)
		}
		if g.IntN(4) == 0 {
			typ = types[g.IntN(len(types))]
		}
		in[i] = tensor.New(typ, shape...)
		for j := range in[i].Bytes() {
			switch {
			case typ == tensor.Bool:
				in[i].Bytes()[j] = byte(g.IntN(2))
			case typ == tensor.Int64 && j%8 == 0:
				in[i].Bytes()[j] = byte(g.IntN(4))
			case typ != tensor.Int64:
				in[i].Bytes()[j] = byte(g.IntN(256))
			}
		}
	}
	return in
}

func abusiveShape(g *rand.Rand) []int {
	shape := make([]int, g.IntN(5))
	for i := range shape {
		shape[i] = g.IntN(4)
	}
	return shape
}

// abusiveAttrs returns a few attributes under names that operators know.
func abusiveAttrs(g *rand.Rand) []graph.Attr {
	var attrs []graph.Attr
	for _, name := range []string{"axis", "axes", "keepdims", "to", "transA", "transB", "alpha", "beta", "broadcast", "fmod", "equation",
		"direction", "bias", "exclusive", "noop_with_empty_axes", "epsilon"} {
		if g.IntN(2) == 0 {
			continue
		}
		a := graph.Attr{Name: name, Int: int64(g.IntN(7) - 3), Float: g.Float32() * 3, Floats: []float32{1, 2}}
		a.Ints = []int64{int64(g.IntN(6) - 3), int64(g.IntN(6) - 3)}[:g.IntN(3)]
		a.String = []string{"ij,jk->ik", "...i", "ii", "bij,bjk", "LEFT", "RIGHT", "INT64"}[g.IntN(7)]
		attrs = append(attrs, a)
	}
	return slices.Clip(attrs)
}
