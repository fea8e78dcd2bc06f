package optest

import (
	"math/rand/v2"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/schema"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A generator makes nodes and inputs that are mostly what an operator's schema
// allows, since nobody gets far with those that are not.
type generator struct {
	*rand.Rand
	data  *rand.Rand             // of the contents of tensors, so that shapes do not depend on types
	fixed map[string]tensor.Type // by type variable
}

func newGenerator(seed uint64) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, 7)), data: rand.New(rand.NewPCG(seed, 8))}
}

// Arbitrary returns the node and the inputs, nil where omitted, that [AbuseOnce]
// makes for a seed. Element types are chosen but for those that are fixed, by
// the name of the type variable.
func Arbitrary(d op.Def, seed uint64, fixed map[string]tensor.Type) (*graph.Node, []*op.Value) {
	g := newGenerator(seed)
	g.fixed = fixed
	return g.node(d)
}

// lastOpset is the newest version of the default operator set.
const lastOpset = 28

// node returns a node of an operator with inputs for it, nil where omitted.
func (g *generator) node(d op.Def) (*graph.Node, []*op.Value) {
	last := lastOpset
	if d.Until > 0 {
		last = d.Until
	}
	n := &graph.Node{Name: "test", Domain: d.Domain, Op: d.Name, Version: d.Since + g.IntN(max(1, last+1-d.Since))}
	s := schema.Find(n.Domain, n.Op, n.Version)
	if s == nil {
		s = unknownSchema
	}
	in := g.inputs(s)
	rank := 0
	if len(in) > 0 && in[0] != nil {
		rank = len(in[0].Shape)
	}
	next := graph.ValueID(0)
	for _, v := range in {
		n.Inputs = append(n.Inputs, graph.None)
		if v != nil {
			n.Inputs[len(n.Inputs)-1] = next
			next++
		}
	}
	for range g.count(s.Outputs) {
		n.Outputs = append(n.Outputs, next)
		next++
		if g.IntN(20) == 0 {
			n.Outputs[len(n.Outputs)-1] = graph.None
		}
	}
	for _, a := range s.Attrs {
		if g.IntN(2) == 0 || a.Required && g.IntN(20) > 0 {
			n.Attrs = append(n.Attrs, g.attr(a, rank))
		}
	}
	return n, in
}

// unknownSchema is taken for operators without one.
var unknownSchema = &schema.Schema{
	Inputs: []schema.Param{{Count: schema.Variadic, Least: 1, Mixed: true,
		Types: schema.Types{Tensor: 1<<tensor.Float32 | 1<<tensor.Int32 | 1<<tensor.Int64 | 1<<tensor.Uint8 | 1<<tensor.Int8}}},
	Outputs: []schema.Param{{}},
	Attrs: []schema.Attr{{Name: "axis", Kind: graph.AttrInt}, {Name: "order", Kind: graph.AttrInt}, {Name: "alpha", Kind: graph.AttrFloat},
		{Name: "beta", Kind: graph.AttrFloat}, {Name: "bias", Kind: graph.AttrFloats}},
}

// count returns how many values a node lists for some parameters.
func (g *generator) count(params []schema.Param) int {
	least, most := schema.Arity(params)
	if most < 0 {
		most = least + 3
	}
	n := least + g.IntN(most-least+1)
	if g.IntN(30) == 0 {
		n += g.IntN(3) - 1
	}
	return max(n, 0)
}

// inputs returns values for a node of the schema.
func (g *generator) inputs(s *schema.Schema) []*op.Value {
	in := make([]*op.Value, g.count(s.Inputs))
	types := map[string]tensor.Type{}
	base := g.shape()
	for i := range in {
		p := s.Input(i)
		if p == nil {
			p = &schema.Param{Types: schema.Types{Tensor: 1 << tensor.Float32}}
		}
		if p.Count == schema.Optional && g.IntN(3) == 0 || g.IntN(50) == 0 {
			continue
		}
		t, ok := types[p.Variable]
		if x := g.pick(p.Types); !ok || g.IntN(30) == 0 {
			t = x
			types[p.Variable] = t
		}
		if x, ok := g.fixed[p.Variable]; ok {
			t = x
		}
		if p.Mixed {
			delete(types, p.Variable)
		}
		in[i] = g.value(p, t, base)
	}
	return in
}

// pick returns an element type, float32 more often than others.
func (g *generator) pick(t schema.Types) tensor.Type {
	e := t.Tensor | t.Sequence | t.Optional | t.OptionalSequence
	if e.Has(tensor.Float32) && g.IntN(3) == 0 || e == 0 {
		return tensor.Float32
	}
	var all []tensor.Type
	for x := range e.All() {
		all = append(all, x)
	}
	return all[g.IntN(len(all))]
}

// value returns a value for a parameter.
func (g *generator) value(p *schema.Param, t tensor.Type, base []int) *op.Value {
	switch {
	case p.Types.Map:
		kinds := []tensor.Type{tensor.Int64, tensor.String, tensor.Float32, tensor.Float64}
		n := g.IntN(4)
		keys, values := g.tensor(kinds[g.IntN(2)], []int{n}), g.tensor(kinds[g.IntN(4)], []int{n})
		return &op.Value{Kind: graph.Map, Items: []op.Value{*op.FromTensor(keys), *op.FromTensor(values)}}
	case p.Types.Tensor == 0 && p.Types.Sequence != 0:
		s := &op.Value{Kind: graph.Sequence}
		for range g.IntN(4) {
			s.Items = append(s.Items, *g.tensorLike(t, base))
		}
		return s
	case p.Types.Tensor == 0 && p.Types.Optional != 0:
		o := &op.Value{Kind: graph.Optional}
		if g.IntN(3) > 0 {
			o.Items = []op.Value{*g.tensorLike(t, base)}
		}
		return o
	}
	indices := schema.Elements(1<<tensor.Int32 | 1<<tensor.Int64)
	if p.Types.Tensor&^indices == 0 && g.IntN(3) > 0 { // a shape, axes, a number
		v := g.ints(g.IntN(5))
		if g.IntN(3) == 0 {
			return g.integers(t, g.ints(1))
		}
		return g.integers(t, v, len(v))
	}
	return g.tensorLike(t, base)
}

func (g *generator) integers(t tensor.Type, v []int64, shape ...int) *op.Value {
	x := tensor.New(t, shape...)
	for i, k := range v {
		if t == tensor.Int64 {
			tensor.Data[int64](x)[i] = k
		} else {
			tensor.Data[int32](x)[i] = int32(k)
		}
	}
	return op.FromTensor(x)
}

// tensorLike returns a tensor of a shape that is base, part of it, or another.
func (g *generator) tensorLike(t tensor.Type, base []int) *op.Value {
	shape := base
	switch g.IntN(6) {
	case 0:
		shape = g.shape()
	case 1:
		shape = base[g.IntN(len(base)+1):]
	case 2:
		if len(base) > 1 {
			shape = base[1:2]
		}
	}
	return op.FromTensor(g.tensor(t, shape))
}

// shape returns up to five small dims, rarely more.
func (g *generator) shape() []int {
	n := g.IntN(6)
	if g.IntN(40) == 0 {
		shape := make([]int, 6+g.IntN(6))
		for i := range shape {
			shape[i] = 1 + g.IntN(6)/5
		}
		return shape
	}
	shape := make([]int, n)
	for i := range shape {
		shape[i] = 1 + g.IntN(4)
		if g.IntN(15) == 0 {
			shape[i] = 0
		}
	}
	return shape
}
