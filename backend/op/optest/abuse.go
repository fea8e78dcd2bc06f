package optest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Abuse evaluates every operator n times on nodes that keep to its schema now
// and then: see [AbuseOnce]. Operators of the engine's own domain, which no file
// may hold, are left out.
func Abuse(t *testing.T, defs []op.Def, n int) {
	r := op.NewRegistry(defs)
	for _, d := range defs {
		if d.Domain+"." == op.AttrPrefix {
			continue
		}
		t.Run(fmt.Sprintf("%s-%d", d.Name, d.Since), func(t *testing.T) {
			ran := 0
			for seed := range n {
				ok, err := AbuseOnce(r, d, uint64(seed))
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err) // the first is enough to see
				}
				if ok {
					ran++
				}
			}
			t.Logf("%d of %d nodes were valid", ran, n)
		})
	}
}

// AbuseOnce makes a node of an operator and inputs for it, nearly right or not at
// all, and evaluates it. An error of the operator is welcome; a panic and
// [op.ErrInternal] are returned. If the node works, it must also work when all
// that is known beforehand are symbols: what Infer says of them must be true, and
// the kernel that Prepare then returns must compute the same. It reports whether
// the node worked.
func AbuseOnce(r *op.Registry, d op.Def, seed uint64) (ran bool, err error) {
	g := newGenerator(seed)
	n, in := g.node(d)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", describe(n, in), err)
		}
	}()
	o, err := r.New(n)
	if err != nil {
		return false, nil
	}
	if _, ok := o.(op.Bodied); ok {
		return false, nil // its body must be compiled
	}
	e := op.NewEnv(n)
	e.Limit = maxBytes
	e.Exact = seed%2 == 0 // or the algorithm may depend on what is constant
	out, err := op.Evaluate(context.Background(), e, o, in)
	switch {
	case errors.Is(err, op.ErrInternal):
		return false, err
	case err != nil:
		_, _ = g.symbolic(e, o, in) // must not panic either
		return false, nil
	}
	for i, v := range out {
		if err := sound(v); v != nil && err != nil {
			return false, fmt.Errorf("output %d: %w", i, err)
		}
	}
	again, err := g.symbolic(e, o, in)
	switch {
	case errors.Is(err, op.ErrUnsupported) || errors.Is(err, op.ErrMemory):
		return true, nil
	case err != nil:
		return true, fmt.Errorf("with symbols: %w", err)
	}
	if v, ok := o.(op.Volatile); ok && v.Volatile() || !e.Exact {
		return true, nil
	}
	for i := range out {
		if out[i] != nil && !sameValue(out[i], again[i]) {
			return true, fmt.Errorf("output %d differs if shapes are not known beforehand: %v, %v", i, tensor.Format(ToValue(out[i]), 8), tensor.Format(ToValue(again[i]), 8))
		}
	}
	return true, nil
}

// sound reports a value whose storage does not hold its elements.
func sound(v *op.Value) error {
	if v == nil || v.Kind != graph.Tensor {
		return nil
	}
	need, have := v.Extent(), len(v.Strings)
	if v.Type != tensor.String {
		need, have = need*v.Type.Size(), len(v.Bytes)
	}
	if !v.Type.Valid() || have < need {
		return fmt.Errorf("%v%v needs %d, has %d", v.Type, v.Shape, need, have)
	}
	return nil
}

// sameValue reports whether two values are the same, floats nearly so.
func sameValue(a, b *op.Value) bool {
	if a.Kind != b.Kind || len(a.Items) != len(b.Items) {
		return false
	}
	for i := range a.Items {
		if !sameValue(&a.Items[i], &b.Items[i]) {
			return false
		}
	}
	if a.Kind != graph.Tensor {
		return true
	}
	if a.Type != b.Type || !slices.Equal(a.Shape, b.Shape) {
		return false
	}
	x, y := ToValue(a).(*tensor.Tensor), ToValue(b).(*tensor.Tensor)
	if a.Type == tensor.String {
		return slices.Equal(x.Strings(), y.Strings())
	}
	return slices.Equal(x.Bytes(), y.Bytes()) || near(x, y)
}

// near reports whether two tensors of floats are the same but for the bits of
// NaN, and for what sums in another order may do.
func near(x, y *tensor.Tensor) bool {
	if x.Type() != tensor.Float32 && x.Type() != tensor.Float64 && x.Type() != tensor.Float16 && x.Type() != tensor.BFloat16 {
		return false
	}
	tolerance := map[tensor.Type]float64{tensor.BFloat16: 1. / 64, tensor.Float16: 1e-3}[x.Type()]
	v, err1 := tensor.Convert(tensor.Float64, x, tensor.ConvertOptions{})
	w, err2 := tensor.Convert(tensor.Float64, y, tensor.ConvertOptions{})
	if err1 != nil || err2 != nil {
		return false
	}
	for i, a := range tensor.Data[float64](v) {
		b := tensor.Data[float64](w)[i]
		switch {
		case a == b || a != a || b != b || math.IsInf(a, 0) || math.IsInf(b, 0):
		case math.Abs(a-b) > max(tolerance, 1e-5)*(1e-3+math.Abs(a)):
			return false
		}
	}
	return true
}

// describe formats a node and its inputs.
func describe(n *graph.Node, in []*op.Value) string {
	s := fmt.Sprintf("%s-%d(", n.Op, n.Version)
	for i, v := range in {
		if i > 0 {
			s += ", "
		}
		if v == nil {
			s += "-"
			continue
		}
		x := v.Info()
		s += x.String()
		if v.Kind == graph.Tensor && v.Len() <= 4 && v.Type == tensor.Int64 {
			s += fmt.Sprint(op.Data[int64](v)[:v.Len()])
		}
	}
	s += fmt.Sprintf(") %d outputs", len(n.Outputs))
	for _, a := range n.Attrs {
		switch a.Kind {
		case graph.AttrInt:
			s += fmt.Sprintf(" %s=%d", a.Name, a.Int)
		case graph.AttrInts:
			s += fmt.Sprintf(" %s=%d", a.Name, a.Ints)
		case graph.AttrString:
			s += fmt.Sprintf(" %s=%q", a.Name, a.String)
		case graph.AttrStrings:
			s += fmt.Sprintf(" %s=%q", a.Name, a.Strings)
		case graph.AttrFloat:
			s += fmt.Sprintf(" %s=%v", a.Name, a.Float)
		case graph.AttrFloats:
			s += fmt.Sprintf(" %s=%v", a.Name, a.Floats)
		default:
			s += fmt.Sprintf(" %s=%v", a.Name, a.Tensors)
		}
	}
	return s
}
