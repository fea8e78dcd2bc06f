package optest

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// symbolic evaluates a node whose kernel is prepared for symbols in place of
// some sizes, unknown ranks and values, and checks what is inferred from these
// against the outputs.
func (g *generator) symbolic(e *op.Env, o op.Op, in []*op.Value) ([]*op.Value, error) {
	sizes, symbols := make([]op.Info, len(in)), make([]op.Info, len(in))
	for i, v := range in {
		if v == nil {
			continue
		}
		sizes[i] = v.Info()
		symbols[i] = sizes[i].Variable()
		symbols[i].Const = sizes[i].Const
		if v.Kind == graph.Tensor {
			g.forget(&symbols[i])
		}
	}
	out, known := make([]op.Info, len(e.Node.Outputs)), make([]op.Info, len(e.Node.Outputs))
	if err := o.Infer(symbols, known); err != nil {
		return nil, fmt.Errorf("infer from %v: %w", infoStrings(symbols), err)
	}
	l := g.layout(o, symbols)
	l.note(symbols, known)
	k, err := o.Prepare(e, symbols, known)
	if err != nil {
		return nil, fmt.Errorf("prepare from %v: %w", infoStrings(symbols), err)
	}
	if err := o.Infer(sizes, out); err != nil {
		return nil, err
	}
	for i := range sizes {
		sizes[i].Order = symbols[i].Order
	}
	for i := range out {
		out[i].Order = known[i].Order
	}
	got, err := run(e.Node, k, in, sizes, out)
	if err != nil {
		return nil, fmt.Errorf("run, prepared from %v: %w", infoStrings(symbols), err)
	}
	for i, v := range got {
		if v == nil {
			continue
		}
		if err := holds(&known[i], v); err != nil {
			return nil, fmt.Errorf("output %d, inferred from %v to be %v: %w", i, infoStrings(symbols), known[i].String(), err)
		}
	}
	return got, nil
}

// symbol stands for a size: equal sizes have equal symbols.
func symbol(size int) int { return op.Unknown - 1 - size }

// forget replaces some of what is known of a tensor by symbols or nothing.
func (g *generator) forget(x *op.Info) {
	if g.IntN(3) == 0 {
		x.Const = nil
	}
	if g.IntN(10) == 0 {
		x.Const = nil
		x.TensorOfRank(x.Type, -1)
	}
	for i, d := range x.Shape {
		if g.IntN(2) == 0 {
			continue
		}
		x.Const = nil
		if x.Shape[i] = symbol(d); g.IntN(3) == 0 {
			x.Shape[i] = op.Unknown
		}
	}
}

// holds reports what is false of x, said of v before v was there.
func holds(x *op.Info, v *op.Value) error {
	if x.Kind != v.Kind || v.Kind == graph.Tensor && x.Type != v.Type {
		return fmt.Errorf("it is %v", v.Type)
	}
	if v.Kind != graph.Tensor || !x.Ranked {
		return nil
	}
	if len(x.Shape) != len(v.Shape) {
		return fmt.Errorf("its shape is %v", v.Shape)
	}
	for i, d := range v.Shape {
		if s := x.Shape[i]; s != op.Unknown && s != d && s != symbol(d) {
			return fmt.Errorf("its shape is %v", v.Shape)
		}
	}
	if len(x.Ints) == 0 || v.Type != tensor.Int64 && v.Type != tensor.Int32 {
		return nil
	}
	ints := op.AppendInts(nil, ToValue(v).(*tensor.Tensor))
	if len(ints) != len(x.Ints) {
		return fmt.Errorf("it holds %d, not %d", ints, x.Ints)
	}
	for i, s := range x.Ints {
		if s != op.Unknown && s != ints[i] && s != symbol(ints[i]) {
			return fmt.Errorf("it holds %d, not %d", ints, x.Ints)
		}
	}
	return nil
}

func infoStrings(in []op.Info) []string {
	s := make([]string, len(in))
	for i := range in {
		s[i] = in[i].String()
		if in[i].Const != nil {
			s[i] += "!"
		}
	}
	return s
}
