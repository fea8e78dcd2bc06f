package main

// See kernels/mathlog.go.

const (
	twoThirds    = 0x3f2aaaab
	exponentMask = 0xff800000
	minNormal    = 0x00800000
)

var logPoly = []float32{-0x1p-01, 0x1.5554fap-02, -0x1.ffff94p-03, 0x1.99d58cp-03, -0x1.557e26p-03, 0x1.1e828ep-03, -0x1.f6b69ap-04, 0x1.1fef4ap-03, -0x1.ff9a6cp-04}

var logarithms = []kernel{
	twice(unary("Log", "Log32", logarithm)),
	twice(unary("Softplus", "Softplus32", func(p *program, x value) value {
		u := expBounded(p, p.atLeast(p.num(-104), negAbs(p, x)))
		return p.add(log1pUnit(p, u), positive(p, x))
	})),
}

func logReduced(p *program, f, i value) value {
	return p.fma(i, p.num(ln2), p.fma(horner(p, logPoly, f), p.mul(f, f), f))
}

func logarithm(p *program, x value) value {
	m := p.ifLess(x, p.bits(minNormal), p.mul(x, p.num(0x1p23)), x)
	bias := p.ifLess(x, p.bits(minNormal), p.num(-23), p.num(0))
	e := p.and(p.subInt(m, p.bits(twoThirds)), p.bits(exponentMask))
	f := p.sub(p.subInt(m, e), p.bits(one))
	y := logReduced(p, f, p.fma(p.toFloat(e), p.num(0x1p-23), bias))
	y = p.ifLess(x, p.bits(posInf), y, x) // +Inf and NaN are their own logarithms
	y = p.ifLess(x, p.num(0), p.bits(nan), y)
	return p.ifEqual(x, p.num(0), p.bits(negInf), y)
}

// log1pUnit is log(1+u) for u in [0, 1] or NaN.
func log1pUnit(p *program, u value) value {
	e := p.and(p.subInt(p.add(u, p.bits(one)), p.bits(twoThirds)), p.bits(exponentMask))
	s := p.subInt(p.bits(one), e) // 2**-k
	f := p.fma(s, u, p.sub(s, p.bits(one)))
	return logReduced(p, f, p.mul(p.toFloat(e), p.num(0x1p-23)))
}
