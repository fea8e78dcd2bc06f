package signal

// step makes transforms of length p of elements m·stride apart, of sequences of
// length p·m that are interleaved stride-fold.
func (t *transform) step(dst, src []complex128, p, stride int) {
	m := t.n / stride / p
	for q := range m {
		for r := range stride {
			in, out := src[r+stride*q:], dst[r+stride*p*q:]
			for k := range p {
				sum := in[0]
				for j := 1; j < p; j++ {
					sum += mul(in[stride*m*j], t.roots[t.n/p*(j*k%p)])
				}
				out[stride*k] = mul(sum, t.roots[q*k*stride])
			}
		}
	}
}

func (t *transform) step2(dst, src []complex128, stride int) {
	m := t.n / stride / 2
	for q := range m {
		w := t.roots[q*stride]
		a, b := src[stride*q:][:stride], src[stride*(q+m):][:stride]
		y, z := dst[stride*2*q:][:stride], dst[stride*(2*q+1):][:stride]
		for r := range a {
			y[r], z[r] = a[r]+b[r], mul(a[r]-b[r], w)
		}
	}
}

func (t *transform) step4(dst, src []complex128, stride int) {
	m := t.n / stride / 4
	for q := range m {
		w1, w2, w3 := t.roots[q*stride], t.roots[2*q*stride], t.roots[3*q*stride]
		a, b := src[stride*q:][:stride], src[stride*(q+m):][:stride]
		c, d := src[stride*(q+2*m):][:stride], src[stride*(q+3*m):][:stride]
		y0, y1 := dst[stride*4*q:][:stride], dst[stride*(4*q+1):][:stride]
		y2, y3 := dst[stride*(4*q+2):][:stride], dst[stride*(4*q+3):][:stride]
		for r := range a {
			s, e := a[r]+c[r], a[r]-c[r]
			u, v := b[r]+d[r], b[r]-d[r]
			i := turned(v)
			y0[r], y1[r], y2[r], y3[r] = s+u, mul(e+i, w1), mul(s-u, w2), mul(e-i, w3)
		}
	}
}

func (t *transform) step3(dst, src []complex128, stride int) {
	m := t.n / stride / 3
	for q := range m {
		w1, w2 := t.roots[q*stride], t.roots[2*q*stride]
		a, b, c := src[stride*q:][:stride], src[stride*(q+m):][:stride], src[stride*(q+2*m):][:stride]
		y0, y1, y2 := dst[stride*3*q:][:stride], dst[stride*(3*q+1):][:stride], dst[stride*(3*q+2):][:stride]
		for r := range a {
			s, d := b[r]+c[r], b[r]-c[r]
			u, v := a[r]-times(s, 0.5), turned(times(d, sin60))
			y0[r], y1[r], y2[r] = a[r]+s, mul(u+v, w1), mul(u-v, w2)
		}
	}
}

func (t *transform) step5(dst, src []complex128, stride int) {
	m := t.n / stride / 5
	for q := range m {
		w1, w2, w3, w4 := t.roots[q*stride], t.roots[2*q*stride], t.roots[3*q*stride], t.roots[4*q*stride]
		a, b, c := src[stride*q:][:stride], src[stride*(q+m):][:stride], src[stride*(q+2*m):][:stride]
		d, e := src[stride*(q+3*m):][:stride], src[stride*(q+4*m):][:stride]
		y0, y1, y2 := dst[stride*5*q:][:stride], dst[stride*(5*q+1):][:stride], dst[stride*(5*q+2):][:stride]
		y3, y4 := dst[stride*(5*q+3):][:stride], dst[stride*(5*q+4):][:stride]
		for r := range a {
			s1, d1, s2, d2 := b[r]+e[r], b[r]-e[r], c[r]+d[r], c[r]-d[r]
			u1 := a[r] + times(s1, cos72) + times(s2, cos144)
			u2 := a[r] + times(s1, cos144) + times(s2, cos72)
			v1 := turned(times(d1, sin72) + times(d2, sin144))
			v2 := turned(times(d1, sin144) - times(d2, sin72))
			y0[r] = a[r] + s1 + s2
			y1[r], y2[r], y3[r], y4[r] = mul(u1+v1, w1), mul(u2+v2, w2), mul(u2-v2, w3), mul(u1-v1, w4)
		}
	}
}

// Sines and cosines of fractions of a turn.
const (
	sin60  = 0.86602540378443864676372317075293618347140262690519
	sin72  = 0.95105651629515357211643933337938214340569863412575
	sin144 = 0.58778525229247312916870595463907276859765243764315
	cos72  = 0.30901699437494742410229341718281905886015458990288
	cos144 = -0.80901699437494742410229341718281905886015458990288
)

// times returns x·v, rounded.
func times(x complex128, v float64) complex128 {
	return complex(float64(real(x)*v), float64(imag(x)*v))
}

// turned returns -i·x.
func turned(x complex128) complex128 { return complex(imag(x), -real(x)) }

// mul returns a·b, each product rounded, so that bits are the same on every
// machine.
func mul(a, b complex128) complex128 {
	return complex(
		float64(real(a)*real(b))-float64(imag(a)*imag(b)),
		float64(real(a)*imag(b))+float64(imag(a)*real(b)))
}
