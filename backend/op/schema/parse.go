package schema

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// The text has one line for each version of an operator, after lines that name
// its domain and the operator, with four fields between tabs: inputs, outputs,
// attributes, and the set of types that each type variable stands for.
//
//	set 0 float16 float32 float64
//	domain ai.onnx
//	op Conv
//	11	X:T' W:T' B:T?'	Y:T'	group:int pads:ints	T=0
//
// The marks after a parameter's type variable: ? for optional, *N for variadic
// with at least N values, ~ for mixed types, ' for differentiable. A version with
// a dash is deprecated; an attribute with ! is required. In a set, the words seq,
// opt and optseq begin the element types of sequences, optionals and optional
// sequences; map is any map.
type parser struct {
	index
	sets   map[string]Types
	types  map[string]tensor.Type
	domain string
	name   string
}

// parse reads the text. It is part of the program, so what is wrong with it is
// our bug, and panics.
func parse(text string) index {
	p := parser{index: index{of: map[operator][]*Schema{}}, sets: map[string]Types{}, types: map[string]tensor.Type{}}
	for t := tensor.Type(1); t.Valid(); t++ {
		p.types[t.String()] = t
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "#":
		case "set":
			p.set(rest)
		case "domain":
			if p.domain = rest; rest == "ai.onnx" {
				p.domain = ""
			}
		case "op":
			p.name = rest
		default:
			p.version(line)
		}
	}
	for _, versions := range p.of {
		unite(versions)
	}
	return p.index
}

// set reads the number of a set and its types.
func (p *parser) set(line string) {
	var t Types
	into := &t.Tensor
	words := strings.Fields(line)
	for _, w := range words[1:] {
		switch w {
		case "seq":
			into = &t.Sequence
		case "opt":
			into = &t.Optional
		case "optseq":
			into = &t.OptionalSequence
		case "map":
			t.Map = true
		default:
			e, ok := p.types[w]
			if !ok {
				panic(fmt.Sprintf("schema: %q is no element type", w))
			}
			*into |= 1 << e
		}
	}
	p.sets[words[0]] = t
}

// version reads one version of the operator at hand.
func (p *parser) version(line string) {
	f := strings.Split(line, "\t")
	since, deprecated := strings.CutSuffix(f[0], "-")
	variables := map[string]Types{}
	for _, v := range strings.Fields(f[4]) {
		name, set, _ := strings.Cut(v, "=")
		variables[name] = p.sets[set]
	}
	s := &Schema{Domain: p.domain, Name: p.name, Since: number(since), Deprecated: deprecated,
		Inputs: params(f[1], variables), Outputs: params(f[2], variables)}
	for _, a := range strings.Fields(f[3]) {
		a, required := strings.CutSuffix(a, "!")
		name, kind, _ := strings.Cut(a, ":")
		s.Attrs = append(s.Attrs, Attr{name, kinds[kind], required})
	}
	key := operator{p.domain, p.name}
	p.list, p.of[key] = append(p.list, s), append(p.of[key], s)
}

// params reads a list of parameters.
func params(list string, variables map[string]Types) []Param {
	words := strings.Fields(list)
	params := make([]Param, len(words))
	for i, w := range words {
		x := &params[i]
		w, x.Differentiable = strings.CutSuffix(w, "'")
		w, x.Mixed = strings.CutSuffix(w, "~")
		w, optional := strings.CutSuffix(w, "?")
		w, least, variadic := strings.Cut(w, "*")
		switch {
		case optional:
			x.Count = Optional
		case variadic:
			x.Count, x.Least = Variadic, number(least)
		}
		x.Name, x.Variable, _ = strings.Cut(w, ":")
		x.Types = variables[x.Variable]
	}
	return params
}

// unite gives each input what the one in its place takes in any version.
func unite(versions []*Schema) {
	for _, s := range versions {
		for i := range s.Inputs {
			for _, v := range versions {
				if x := v.Input(i); x != nil {
					s.Inputs[i].Ever = s.Inputs[i].Ever.or(x.Types)
				}
			}
		}
	}
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("schema: " + err.Error())
	}
	return n
}

var kinds = map[string]graph.AttrKind{
	"float": graph.AttrFloat, "int": graph.AttrInt, "string": graph.AttrString, "tensor": graph.AttrTensor, "graph": graph.AttrGraph,
	"floats": graph.AttrFloats, "ints": graph.AttrInts, "strings": graph.AttrStrings, "sparse_tensor": graph.AttrSparseTensor,
	"type": graph.AttrType,
}

// KindName returns what ONNX calls a kind of attribute.
func KindName(k graph.AttrKind) string {
	for name, of := range kinds {
		if of == k {
			return name
		}
	}
	return fmt.Sprintf("kind %d", k)
}
