package kernels

// A product is one call of Gemm or GemmIndirect, or a part of one. Function
// fields get it by value: a pointer would be one to the heap.
type product struct {
	m, n int

	// A(i, t*run+r) is x[offs[t*ldo+i]+r] or zero[r]; without offs there is
	// one tap, and it is x[i*lda+r].
	x, zero        []float32
	lda            int
	offs           []int32
	ldo, taps, run int

	// b is the first strip, from the first k of this part. Strips are
	// depth*Strip elements apart.
	b     []float32
	depth int

	// Row i of C begins at c[outs[i]], or c[i*ldc] without outs.
	c    []float32
	ldc  int
	outs []int32

	Epilogue
}

// gemmSet is the part of a Set that multiplies.
type gemmSet struct {
	// panel computes columns [j, j+cols) of all rows of p, j a multiple of
	// Strip.
	panel func(p product, j, cols int)

	chains func(x *[ChainLanes]float32, a, b float32, n int)
}

var portableGemm = gemmSet{panel: portablePanel, chains: chains}

// Sizes of blocks. A panel of B is read once for every block of rows, so it
// should stay in a private L2 cache beside the rows; k is cut only when a panel
// of 32 columns alone would be too much of one.
const (
	panelLen = 256 << 10 / 4 // elements of B in a panel
	maxDepth = 8192          // longest k that is not cut
	cutDepth = maxDepth / 2  // longest part of one that is
)

// multiply computes p in parts of k, and each of these in panels of columns.
func (s *Set) multiply(p *product) {
	_ = p.b[:PackedLen(p.depth, p.n)]
	if p.Bias != nil && !p.Load {
		p.Bias = p.Bias[:p.n]
	} else {
		p.Bias = nil
	}
	if p.depth <= maxDepth || p.Residual != nil { // which may be c, and is needed last
		s.panels(p)
		return
	}
	// Cut between taps if there are several, else within the only one.
	whole, step := p.taps, max(1, cutDepth/p.run)
	if p.taps == 1 {
		whole, step = p.run, cutDepth
	}
	parts := (whole + step - 1) / step
	for i := range parts {
		part := p.part(i, parts, i*whole/parts, (i+1)*whole/parts)
		s.panels(&part)
	}
}

// part returns the i-th of n parts of p: taps [from, to), or if there is only
// one tap, that range of its run.
func (p product) part(i, n, from, to int) product {
	if p.taps == 1 {
		p.b = p.b[from*Strip:]
		p.x, p.run = p.x[from:], to-from
		if p.zero != nil {
			p.zero = p.zero[from:]
		}
	} else {
		p.b = p.b[from*p.run*Strip:]
		p.offs, p.taps = p.offs[from*p.ldo:], to-from
	}
	if i > 0 {
		p.Bias, p.Load = nil, true
	}
	if i < n-1 {
		p.Clamp = false
	}
	return p
}

// panels computes p panel by panel, all of about the same width.
func (s *Set) panels(p *product) {
	width := min(max(32, panelLen/max(1, p.taps*p.run)), 128)
	count := (p.n + width - 1) / width
	pairs := (p.n + 2*Strip - 1) / (2 * Strip)
	for i := range count {
		from, to := i*pairs/count*2*Strip, min(p.n, (i+1)*pairs/count*2*Strip)
		s.gemm.panel(*p, from, to-from)
	}
}
