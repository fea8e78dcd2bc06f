package signal

import "math"

// A transform computes discrete Fourier transforms of one length. It is immutable.
//
// Lengths whose prime factors are small are divided by them one after the other,
// each step reading one array and writing another in the order that the next one
// wants (Stockham's form, see Van Loan, "Computational Frameworks for the Fast
// Fourier Transform", §1.7). Others are written as a convolution, which is made of
// transforms of a power of two (Bluestein, 1970).
type transform struct {
	n       int
	factors []int        // their product is n; nil for a convolution
	roots   []complex128 // exp(-2πik/n) for k < n

	inner  *transform
	chirp  []complex128 // exp(-πik²/n)
	kernel []complex128 // transform of its conjugates, wrapped around, over inner.n
}

// largestFactor is the greatest prime factor a length is divided by: a step takes
// time in proportion to it.
const largestFactor = 31

// newTransform returns the transform of length n ≥ 1.
func newTransform(n int) *transform {
	t := &transform{n: n}
	rest := n
	for _, p := range [...]int{4, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, largestFactor} {
		for ; rest%p == 0; rest /= p {
			t.factors = append(t.factors, p)
		}
	}
	if rest > 1 {
		t.factors = nil
		t.convolve()
		return t
	}
	t.roots = make([]complex128, n)
	for k := range t.roots {
		t.roots[k] = root(k, n)
	}
	return t
}

// root returns exp(-2πik/n), from an angle of at most π/4 so that the values on
// the axes are exact.
func root(k, n int) complex128 {
	quarter := (8*k/n + 1) / 2 // nearest quarter of a turn
	s, c := math.Sincos((float64(k) - float64(quarter)*float64(n)/4) * 2 * math.Pi / float64(n))
	switch quarter {
	case 0:
		return complex(c, -s)
	case 1:
		return complex(-s, -c)
	case 2:
		return complex(-c, s)
	case 3:
		return complex(s, c)
	}
	return complex(c, -s)
}

// convolve prepares the transform as a convolution.
func (t *transform) convolve() {
	m := 1
	for m < 2*t.n-1 {
		m *= 2
	}
	t.inner = newTransform(m)
	t.chirp = make([]complex128, t.n)
	t.kernel = make([]complex128, m)
	for k := range t.chirp {
		c := root(int(int64(k)*int64(k)%int64(2*t.n)), 2*t.n)
		t.chirp[k] = c
		t.kernel[k] = complex(real(c), -imag(c))
		t.kernel[(m-k)%m] = t.kernel[k]
	}
	t.inner.run(t.kernel, make([]complex128, t.inner.work()))
}

// work returns how much memory run needs.
func (t *transform) work() int {
	if t.inner != nil {
		return t.inner.n + t.inner.work()
	}
	return t.n
}

// cost is an estimate in nanoseconds.
func (t *transform) cost() float64 {
	if t.inner != nil {
		return 2*t.inner.cost() + 10*float64(t.inner.n)
	}
	c := 0.
	for _, p := range t.factors {
		c += 2 * float64(t.n)
		if p > 5 {
			c += 4 * float64(p*t.n)
		}
	}
	return c + 10
}

// run transforms x in place.
func (t *transform) run(x, work []complex128) {
	if t.inner != nil {
		t.bluestein(x, work)
		return
	}
	from, to := x[:t.n], work[:t.n]
	stride := 1
	for _, p := range t.factors {
		switch p {
		case 2:
			t.step2(to, from, stride)
		case 3:
			t.step3(to, from, stride)
		case 5:
			t.step5(to, from, stride)
		case 4:
			t.step4(to, from, stride)
		default:
			t.step(to, from, p, stride)
		}
		stride *= p
		from, to = to, from
	}
	if len(t.factors)%2 == 1 {
		copy(x, work[:t.n])
	}
}

// bluestein computes X[k] = c[k] · Σ (x[j]·c[j]) · conj(c[k-j]) for c = exp(-πik²/n).
func (t *transform) bluestein(x, work []complex128) {
	m := t.inner.n
	a, work := work[:m], work[m:]
	for i, c := range t.chirp {
		a[i] = mul(x[i], c)
	}
	clear(a[t.n:])
	t.inner.run(a, work)
	for i, k := range t.kernel { // conjugates, so that the next transform is the inverse one
		v := mul(a[i], k)
		a[i] = complex(real(v), -imag(v))
	}
	t.inner.run(a, work)
	scale := 1 / float64(m)
	for i, c := range t.chirp {
		x[i] = mul(complex(real(a[i])*scale, -imag(a[i])*scale), c)
	}
}
