package main

// See kernels/matherf.go.

var (
	erfNear = []float32{0x1.06eba8p-03, -0x1.812734p-02, 0x1.ce2aa6p-04, -0x1.b7cdep-06, 0x1.52ac24p-08, -0x1.9a3dep-11, 0x1.2f80b4p-14}
	erfFar  = []float32{0x1.00258ep+00, -0x1.2673a2p-03, -0x1.065dbap-04, -0x1.159faep-07, 0x1.6a51fcp-07, -0x1.cf4488p-10, 0x1.dd57e8p-18, 0x1.95cbfep-17}
	geluQ   = []float32{0x1p+00, -0x1.98844ep-04, -0x1.1d3532p-05, -0x1.82d11ep-11, 0x1.af812p-10, 0x1.1d02fcp-15, -0x1.0ea6c4p-14, 0x1.0a8dd6p-17, -0x1.49ed8p-22}
)

var errorFunctions = []kernel{
	twice(unary("Erf", "Erf32", func(p *program, x value) value {
		t := abs(p, x)
		near := p.fma(horner(p, erfNear, p.mul(x, x)), t, t)
		q := horner(p, erfFar, p.atMost(p.num(3.95), t))
		q = p.mul(q, q)
		q = p.mul(q, q)
		far := p.fma(q, p.sub(p.num(0), q), p.bits(one))
		return withSign(p, p.ifLess(t, p.num(1.1), near, far), x)
	})),
	twice(unary("Gelu", "Gelu32", func(p *program, x value) value {
		t := p.atMost(p.num(9.4), abs(p, x))
		q := p.atLeast(p.num(0), horner(p, geluQ, t))
		q = p.mul(q, q)
		q = p.mul(q, q)
		q = p.mul(q, q)
		return p.fma(p.mul(t, p.num(-0.5)), q, positive(p, x))
	})),
}
