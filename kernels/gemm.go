package kernels

import "fmt"

//go:generate go run ./gen

// Matrix multiplication, and the convolutions that are one.
//
// B is packed once (see Pack) and A is read where it lies. Each element of C
// is one chain of fused multiply-adds over ascending k that starts with the
// bias:
//
//	sum := bias[j]
//	for p := range k { sum = Fma32(A(i,p), B(p,j), sum) }
//	C(i,j) = clamp(sum + residual(i,j))
//
// Every Set computes exactly this, so an element has the same bits on all of
// them, whatever m and n and whichever part of C a call is asked for.

// An Epilogue says how a sum of products begins and what is done to it before
// it is stored. The zero value starts at 0 and stores the sum.
type Epilogue struct {
	// Bias, at least n long, is the first term of each sum. Nil is 0.
	Bias []float32

	// Load starts each sum at C(i,j) instead, so that a product may be
	// computed in several parts of k with the bits of one: the first with
	// Bias, the others with Load.
	Load bool

	// Residual, if not nil, is added to the sum: element (i,j) is
	// Residual[i*Ldr+j]. With an output table (see GemmIndirect) it is laid
	// out like c and Ldr is ignored. It may be c itself.
	Residual []float32
	Ldr      int

	// Clamp limits the result to Lo...Hi. NaN stays NaN, and a zero equal to
	// a limit keeps its sign.
	Clamp  bool
	Lo, Hi float32
}

// Gemm sets C = A·B for an m×k matrix A, a packed k×n matrix B and an m×n
// matrix C, all of any size from 0:
//
//	c[i*ldc+j] = epilogue(sum over p of a[i*lda+p] * B(p,j))
//
// To compute a range of columns that starts at a multiple of Strip, pass b from
// the first strip of the range; strips are k*Strip elements apart. Exactly n
// elements of each row of c are written and k of each row of a read. C must not
// overlap A or B. A nil epilogue is the zero Epilogue.
func (s *Set) Gemm(m, n, k int, a []float32, lda int, b []float32, c []float32, ldc int, e *Epilogue) {
	if m == 0 || n == 0 {
		return
	}
	p := product{m: m, n: n, x: a, lda: lda, taps: 1, run: k, depth: k, b: b, c: c, ldc: ldc}
	if e != nil {
		p.Epilogue = *e
	}
	if k > 0 {
		_ = a[(m-1)*lda+k-1]
	}
	_ = c[(m-1)*ldc+n-1]
	if p.Residual != nil {
		_ = p.Residual[(m-1)*p.Ldr+n-1]
	}
	s.multiply(&p)
}

// GemmIndirect is Gemm with a matrix A that is nowhere stored. Its row i is
// taps runs, one after the other, each of run adjacent elements:
//
//	A(i, t*run+r) = x[offs[t*ldo+i]+r], or zero[r] where that offset is -1
//
// For a convolution, rows are output pixels, taps are the positions of the
// kernel, a run is the channels of one input pixel, and zero is the padding; it
// may be nil if no offset is -1.
// B is packed with k = taps*run.
//
// If outs is not nil, row i of C starts at c[outs[i]], and ldc is ignored.
//
// The tables are trusted: whoever builds them proves them with CheckOffsets.
func (s *Set) GemmIndirect(m, n int, x, zero []float32, offs []int32, ldo, taps, run int, b, c []float32, ldc int, outs []int32, e *Epilogue) {
	if m == 0 || n == 0 {
		return
	}
	p := product{m: m, n: n, x: x, zero: zero, offs: offs, ldo: ldo, taps: taps, run: run, depth: taps * run, b: b, c: c, ldc: ldc, outs: outs}
	if e != nil {
		p.Epilogue = *e
	}
	if taps == 0 || run == 0 {
		p.offs, p.taps, p.run, p.depth = nil, 1, 0, 0
	} else {
		_ = offs[(taps-1)*ldo+m-1]
		if zero != nil {
			_ = zero[run-1]
		}
	}
	if outs != nil {
		p.outs = outs[:m]
	} else {
		_ = c[(m-1)*ldc+n-1]
		if p.Residual != nil {
			_ = p.Residual[(m-1)*p.Ldr+n-1]
		}
	}
	s.multiply(&p)
}

// CheckOffsets returns an error unless every offset is -1 or the start of run
// elements within n. It proves a table of GemmIndirect: offs against
// len(x), or outs, which may not hold -1 either, against len(c).
func CheckOffsets(offs []int32, run, n int) error {
	for i, o := range offs {
		if o != -1 && (o < 0 || int(o) > n-run) {
			return fmt.Errorf("offset %d is %d: a run of %d elements must lie within %d", i, o, run, n)
		}
	}
	return nil
}
