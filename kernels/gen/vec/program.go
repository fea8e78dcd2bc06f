package main

import "math"

// A program is straight-line code over one vector of lanes, in single
// assignment form: a value is the index of the operation that made it.
type program struct {
	ops      []op
	scalef   bool // the target can multiply by a power of two in one step
	constant map[uint32]value
}

type value int

// An op is one operation. What kinds there are is the list of methods below.
type op struct {
	kind string
	args []value
	bits uint32 // of a constant
	n    int    // shift count, rounding mode, number of an input or parameter
}

func (p *program) op(kind string, n int, args ...value) value {
	p.ops = append(p.ops, op{kind: kind, args: args, n: n})
	return value(len(p.ops) - 1)
}

// bits is a constant given by its bits.
func (p *program) bits(b uint32) value {
	v, ok := p.constant[b]
	if !ok {
		v = p.op("const", 0)
		p.ops[v].bits = b
		p.constant[b] = v
	}
	return v
}

func (p *program) num(x float32) value { return p.bits(math.Float32bits(x)) }
func (p *program) in(i int) value      { return p.op("load", i) }  // of the i-th input slice, once
func (p *program) param(i int) value   { return p.op("param", i) } // i-th scalar argument
func (p *program) store(v value)       { p.op("store", 0, v) }

// acc accumulates v in a reduction: accAdd adds it, accSquare its square,
// fused; accMax and accMin keep the extreme; accNaN keeps whether one was NaN.
func (p *program) acc(kind string, v value) { p.op(kind, 0, v) }

func (p *program) add(a, b value) value    { return p.op("add", 0, a, b) }
func (p *program) sub(a, b value) value    { return p.op("sub", 0, a, b) }
func (p *program) mul(a, b value) value    { return p.op("mul", 0, a, b) }
func (p *program) div(a, b value) value    { return p.op("div", 0, a, b) }
func (p *program) fma(a, b, c value) value { return p.op("fma", 0, a, b, c) } // a*b + c, rounded once
func (p *program) sqrt(a value) value      { return p.op("sqrt", 0, a) }

// atLeast is c > x ? c : x, atMost c < x ? c : x: a NaN in x passes.
func (p *program) atLeast(c, x value) value { return p.op("atLeast", 0, c, x) }
func (p *program) atMost(c, x value) value  { return p.op("atMost", 0, c, x) }

// round goes to an integer: to even, down or up.
func (p *program) round(a value, mode int) value { return p.op("round", mode, a) }

const (
	toEven = iota
	down
	up
)

// Bits and integers.
func (p *program) and(a, b value) value      { return p.op("and", 0, a, b) }
func (p *program) or(a, b value) value       { return p.op("or", 0, a, b) }
func (p *program) xor(a, b value) value      { return p.op("xor", 0, a, b) }
func (p *program) addInt(a, b value) value   { return p.op("addInt", 0, a, b) }
func (p *program) subInt(a, b value) value   { return p.op("subInt", 0, a, b) }
func (p *program) left(a value, n int) value { return p.op("left", n, a) }
func (p *program) right(a value, n int) value {
	return p.op("right", n, a) // arithmetic
}
func (p *program) toFloat(a value) value { return p.op("toFloat", 0, a) }

// Selections: a < b, a == b or a is negative (also -0) ? yes : no.
func (p *program) ifLess(a, b, yes, no value) value  { return p.op("ifLess", 0, a, b, yes, no) }
func (p *program) ifEqual(a, b, yes, no value) value { return p.op("ifEqual", 0, a, b, yes, no) }
func (p *program) ifNegative(a, yes, no value) value { return p.op("ifNegative", 0, a, yes, no) }

// timesPow2 is a * 2**k for an integral k, one rounding.
func (p *program) timesPow2(a, k value) value { return p.op("timesPow2", 0, a, k) }

// lastUses returns for every value the operation that uses it last.
func (p *program) lastUses() []int {
	last := make([]int, len(p.ops))
	for i, o := range p.ops {
		for _, a := range o.args {
			last[a] = i
		}
	}
	return last
}

// uses returns how often each value is used.
func (p *program) uses() []int {
	n := make([]int, len(p.ops))
	for _, o := range p.ops {
		for _, a := range o.args {
			n[a]++
		}
	}
	return n
}

// fixed reports whether v is a constant or parameter: the same in all lanes
// and iterations.
func (p *program) fixed(v value) bool {
	k := p.ops[v].kind
	return k == "const" || k == "param"
}
