package main

// The programs repeat the definitions of kernels/mathexp.go step by step; the
// tests hold them to the same bits.

const (
	magic = 0x1.8p23
	log2e = 0x1.715476p+0
	ln2Hi = 0x1.62e400p-1
	ln2Lo = 0x1.7f7d1cp-20
	ln2   = 0x1.62e430p-1
)

var (
	expPoly   = []float32{1, 1, 0x1.fffffcp-02, 0x1.555494p-03, 0x1.555886p-05, 0x1.12384ep-07, 0x1.6a7aa6p-10}
	expm1Poly = []float32{0x1.fffffep-01, 0x1.555494p-01, 0x1.55574ep-02, 0x1.123e44p-03, 0x1.6b398ap-05}
)

var exponentials = []kernel{
	twice(unary("Exp", "Exp32", func(p *program, x value) value {
		return expBounded(p, p.atLeast(p.num(-104), p.atMost(p.num(89), x)))
	})),
	twice(unary("Sigmoid", "Sigmoid32", func(p *program, x value) value {
		n, d := sigmoidParts(p, x)
		return p.fma(n, d, n)
	})),
	twice(unary("Silu", "Silu32", func(p *program, x value) value {
		n, d := sigmoidParts(p, x)
		return p.mul(p.fma(n, d, n), x)
	})),
	twice(unary("GeluTanh", "GeluTanh32", func(p *program, x value) value {
		n, d := sigmoidParts(p, p.mul(p.fma(p.mul(x, x), p.num(0x1.2444f2p-4), p.num(0x1.988454p+0)), x))
		return p.mul(p.fma(n, d, n), x)
	})),
	twice(unary("Tanh", "Tanh32", func(p *program, x value) value {
		h := halfExpm1(p, p.atLeast(p.num(-9.02), negAbs(p, x)), -1)
		return withSign(p, p.fma(h, p.div(h, p.sub(p.bits(one), h)), h), x)
	})),
	twice(unary1("Elu", "Elu32", func(p *program, x, a value) value {
		h := halfExpm1(p, p.atLeast(p.num(-9.02), p.mul(x, p.num(0.5))), 1)
		return p.ifLess(p.num(0), x, x, p.mul(p.add(h, h), a))
	})),
	{name: "ExpSum", def: "expSum", out: true, in: []string{"x"}, params: []string{"max"}, reduce: "accAdd", unroll: 2,
		body: func(p *program) {
			e := expBounded(p, p.atLeast(p.num(-104), p.sub(p.in(0), p.param(0))))
			p.acc("accAdd", e)
			p.store(e)
		}},
	{name: "ExpSumOnly", def: "expSumOnly", in: []string{"x"}, params: []string{"max"}, reduce: "accAdd", unroll: 2,
		body: func(p *program) {
			p.acc("accAdd", expBounded(p, p.atLeast(p.num(-104), p.sub(p.in(0), p.param(0)))))
		}},
}

// twice limits the vectors per iteration of a long program: constants need
// the registers more.
func twice(k kernel) kernel {
	k.unroll = 2
	return k
}

// expBounded is e**x for x in [-104, 89] or NaN.
func expBounded(p *program, x value) value {
	t := p.fma(x, p.num(log2e), p.num(magic))
	k := p.sub(t, p.num(magic))
	r := p.fma(k, p.num(-ln2Hi), x)
	r = p.fma(k, p.num(-ln2Lo), r)
	y := horner(p, expPoly, r)
	if p.scalef {
		return p.timesPow2(y, k)
	}
	h := p.right(t, 1) // the bits of magic vanish in the shifts below
	y = p.mul(y, p.addInt(p.left(h, 23), p.bits(one)))
	return p.mul(y, p.addInt(p.left(p.subInt(t, h), 23), p.bits(one)))
}

func sigmoidParts(p *program, x value) (n, d value) {
	e := expBounded(p, p.atLeast(p.num(-104), negAbs(p, x)))
	n = p.ifNegative(x, e, p.bits(one))
	return n, p.div(e, p.sub(p.num(-1), e))
}

// halfExpm1 is s*(e**2a - 1)/2 for a in [-9.02, 0] or NaN.
func halfExpm1(p *program, a value, s float32) value {
	t := p.fma(a, p.num(2*log2e), p.num(magic))
	k := p.sub(t, p.num(magic))
	r := p.fma(k, p.num(-ln2Hi/2), a)
	r = p.fma(k, p.num(-ln2Lo/2), r)
	q := p.fma(p.mul(r, r), horner(p, expm1Poly, r), r)
	m := p.addInt(p.left(t, 23), p.num(s)) // s * 2**k
	return p.fma(m, q, p.fma(m, p.num(0.5), p.num(-0.5*s)))
}
