package main

const (
	signBit = 0x80000000
	one     = 0x3f800000
	nan     = 0x7fc00000
	posInf  = 0x7f800000
	negInf  = 0xff800000
)

func unary(name, def string, f func(p *program, x value) value) kernel {
	return kernel{name: name, def: def, out: true, in: []string{"x"}, unroll: 4,
		body: func(p *program) { p.store(f(p, p.in(0))) }}
}

func unary1(name, def string, f func(p *program, x, a value) value) kernel {
	return kernel{name: name, def: def, out: true, in: []string{"x"}, params: []string{"a"}, unroll: 4,
		body: func(p *program) { p.store(f(p, p.in(0), p.param(0))) }}
}

func unary2(name, def string, f func(p *program, x, a, b value) value) kernel {
	return kernel{name: name, def: def, out: true, in: []string{"x"}, params: []string{"a", "b"}, unroll: 4,
		body: func(p *program) { p.store(f(p, p.in(0), p.param(0), p.param(1))) }}
}

func binary(name, def string, f func(p *program, x, y value) value) kernel {
	return kernel{name: name, def: def, out: true, in: []string{"x", "y"}, unroll: 4,
		body: func(p *program) { p.store(f(p, p.in(0), p.in(1))) }}
}

// elementary lists kernels of a few operations.
var elementary = []kernel{
	binary("Add", "add", func(p *program, x, y value) value { return p.add(x, y) }),
	binary("Sub", "sub", func(p *program, x, y value) value { return p.sub(x, y) }),
	binary("Mul", "mul", func(p *program, x, y value) value { return p.mul(x, y) }),
	binary("Div", "div", func(p *program, x, y value) value { return p.div(x, y) }),
	binary("Max", "maximum", func(p *program, x, y value) value { return p.ifEqual(x, x, p.atLeast(x, y), x) }),
	binary("Min", "minimum", func(p *program, x, y value) value { return p.ifEqual(x, x, p.atMost(x, y), x) }),
	binary("PRelu", "prelu", leakyRelu),

	unary1("AddScalar", "addScalar", func(p *program, x, a value) value { return p.add(x, a) }),
	unary1("SubScalar", "subScalar", func(p *program, x, a value) value { return p.sub(x, a) }),
	unary1("RSubScalar", "rsubScalar", func(p *program, x, a value) value { return p.sub(a, x) }),
	unary1("MulScalar", "mulScalar", func(p *program, x, a value) value { return p.mul(x, a) }),
	unary1("DivScalar", "divScalar", func(p *program, x, a value) value { return p.div(x, a) }),
	unary1("RDivScalar", "rdivScalar", func(p *program, x, a value) value { return p.div(a, x) }),
	unary1("LeakyRelu", "leakyRelu", leakyRelu),

	unary2("Clip", "clip", func(p *program, x, a, b value) value { return p.atMost(b, p.atLeast(a, x)) }),
	unary2("HardSigmoid", "hardSigmoid", hardSigmoid),
	unary2("SubTwo", "subTwo", func(p *program, x, a, b value) value { return p.sub(p.sub(x, a), b) }),

	unary("Sqrt", "Sqrt32", func(p *program, x value) value { return p.sqrt(x) }),
	unary("Reciprocal", "reciprocal", func(p *program, x value) value { return p.div(p.bits(one), x) }),
	unary("Neg", "neg", func(p *program, x value) value { return p.xor(x, p.bits(signBit)) }),
	unary("Abs", "abs32", abs),
	unary("Relu", "relu", func(p *program, x value) value { return p.add(p.atLeast(p.num(0), x), p.num(0)) }),
	unary("Floor", "floor", func(p *program, x value) value { return p.round(x, down) }),
	unary("Ceil", "ceil", func(p *program, x value) value { return p.round(x, up) }),
	unary("Round", "round", func(p *program, x value) value { return p.round(x, toEven) }),
	unary("HardSwish", "hardSwish", func(p *program, x value) value {
		return p.mul(hardSigmoid(p, x, p.num(1./6), p.num(0.5)), x)
	}),

	{name: "Affine", def: "affine", out: true, in: []string{"x", "y", "z"}, unroll: 4,
		body: func(p *program) { p.store(p.fma(p.in(0), p.in(1), p.in(2))) }},
	{name: "Normalize", def: "normalize", out: true, in: []string{"x", "scale", "bias"}, params: []string{"mean", "inv"}, unroll: 4,
		body: func(p *program) { p.store(p.fma(normalized(p), p.in(1), p.in(2))) }},
	{name: "NormalizeScale", def: "normalizeScale", out: true, in: []string{"x", "scale"}, params: []string{"mean", "inv"}, unroll: 4,
		body: func(p *program) { p.store(p.mul(normalized(p), p.in(1))) }},

	{name: "Sum", def: "sum", in: []string{"x"}, reduce: "accAdd",
		body: func(p *program) { p.acc("accAdd", p.in(0)) }},
	{name: "SumSquares", def: "sumSquares", in: []string{"x"}, params: []string{"mean"}, reduce: "accAdd",
		body: func(p *program) {
			p.acc("accSquare", p.sub(p.in(0), p.param(0)))
		}},
	{name: "MaxOf", def: "maxOf", in: []string{"x"}, reduce: "accMax",
		body: func(p *program) { p.acc("accMax", p.in(0)) }},
	{name: "MinOf", def: "minOf", in: []string{"x"}, reduce: "accMin",
		body: func(p *program) { p.acc("accMin", p.in(0)) }},
	{name: "AnyNaN", def: "anyNaN", in: []string{"x"}, reduce: "accNaN",
		body: func(p *program) { p.acc("accNaN", p.in(0)) }},
}

func normalized(p *program) value { return p.mul(p.sub(p.in(0), p.param(0)), p.param(1)) }

func leakyRelu(p *program, x, a value) value { return p.ifLess(x, p.num(0), p.mul(x, a), x) }

func hardSigmoid(p *program, x, a, b value) value {
	return p.atLeast(p.num(0), p.atMost(p.bits(one), p.fma(x, a, b)))
}

func abs(p *program, x value) value    { return p.and(x, p.bits(^uint32(signBit))) }
func negAbs(p *program, x value) value { return p.or(x, p.bits(signBit)) }

// withSign is y with the sign bit of x, where y has none.
func withSign(p *program, y, x value) value { return p.or(y, p.and(x, p.bits(signBit))) }

// positive is x > 0 ? x : +0.
func positive(p *program, x value) value { return p.atLeast(x, p.num(0)) }

// horner evaluates a polynomial, lowest coefficient first.
func horner(p *program, c []float32, x value) value {
	y := p.num(c[len(c)-1])
	for i := len(c) - 2; i >= 0; i-- {
		y = p.fma(y, x, p.num(c[i]))
	}
	return y
}
