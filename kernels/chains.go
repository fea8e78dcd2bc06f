package kernels

// ChainLanes is how many independent sums [Set.Chains] computes: enough for
// every instruction set to keep its multipliers busy.
const ChainLanes = 192

// Chains adds a·b to each x[i], n times, by fused multiply-adds:
//
//	for range n { x[i] = Fma32(a, b, x[i]) }
//
// Nothing is read or written in between, so its speed, 2·ChainLanes·n
// operations a call, is the most that this Set's arithmetic can reach on a
// processor: what other kernels are measured by. A call of n = 1<<14 takes tens
// of microseconds in assembly, milliseconds in Go; assembly cannot be
// preempted, so n is at most that.
func (s *Set) Chains(x *[ChainLanes]float32, a, b float32, n int) {
	if n > 1<<14 {
		panic("kernels: more than 1<<14 links in a chain")
	}
	s.gemm.chains(x, a, b, n)
}

// chains is the definition of Set.Chains. It computes four sums at a time, so
// that one does not wait for itself.
func chains(x *[ChainLanes]float32, a, b float32, n int) {
	for i := 0; i < len(x); i += 4 {
		x0, x1, x2, x3 := x[i], x[i+1], x[i+2], x[i+3]
		for range n {
			x0, x1, x2, x3 = Fma32(a, b, x0), Fma32(a, b, x1), Fma32(a, b, x2), Fma32(a, b, x3)
		}
		x[i], x[i+1], x[i+2], x[i+3] = x0, x1, x2, x3
	}
}
