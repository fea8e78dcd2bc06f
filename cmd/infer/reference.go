package main

import "time"

// A reference is a loop that every machine can run and no engine changes: the
// product of two matrices in portable Go, without assembly. A time divided by
// the reference's says how much better than such a loop an engine uses the
// machine it is on.
type reference struct{ a, b, c []float32 }

// referenceSize is that of the matrices, which fit in a first-level cache or
// nearly so.
const referenceSize = 96

func newReference() *reference {
	const n = referenceSize * referenceSize
	r := &reference{make([]float32, n), make([]float32, n), make([]float32, n)}
	for i := range n {
		r.a[i], r.b[i] = float32(i%7)-3, float32(i%5)-2
	}
	return r
}

// time runs the loop once and returns its milliseconds.
func (r *reference) time() float64 {
	start := time.Now()
	clear(r.c)
	for i := range referenceSize {
		c := r.c[i*referenceSize:][:referenceSize]
		for k := range referenceSize {
			a, b := r.a[i*referenceSize+k], r.b[k*referenceSize:][:referenceSize]
			for j := range c {
				c[j] += a * b[j]
			}
		}
	}
	return since(start)
}
