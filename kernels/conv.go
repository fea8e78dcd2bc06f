package kernels

// convSet holds the kernels of a Set that slide a window over an image, and
// those that change its layout.
type convSet struct {
	depthwise                  depthwiseSpan
	depthwise3x1, depthwise3x2 depthwiseSpan // kernel width and stride; n is a multiple of 4
	depthwise5x1, depthwise5x2 depthwiseSpan
	depthwise7x1               depthwiseSpan
	maxPool                    maxPoolSpan
	averagePool                averagePoolSpan
	// transpose takes rows and cols that are multiples of 8.
	transpose func(dst []float32, ldd int, src []float32, lds, rows, cols int)
	// interleave3 and deinterleave3 take n that is a multiple of 8.
	interleave3, deinterleave3 func(dst, x []float32, plane, n int)

	accumulateRows func(dst, x []float32, ld, n, c int)
}

var portableConv = convSet{
	depthwise:    depthwise,
	depthwise3x1: depthwise, depthwise3x2: depthwise,
	depthwise5x1: depthwise, depthwise5x2: depthwise,
	depthwise7x1: depthwise,
	maxPool:      maxPool, averagePool: averagePool,
	transpose: transpose, interleave3: interleave3, deinterleave3: deinterleave3,
	accumulateRows: accumulateRows,
}

// A Window is how a kernel row slides over the rows of a channels-last image:
// output pixel o covers input pixels o*Stride-Pad + k*Dilation, k < KernelWidth,
// of which those outside 0...Width-1 are left out.
//
// Pixels are InStride and OutStride elements apart, at least C. C is the number
// of lanes computed; a caller that owns whole pixels rounds the number of
// channels up to a multiple of 8, which is faster, and what the additional
// lanes hold changes nothing in the others.
type Window struct {
	C                     int
	Width, OutWidth       int
	KernelWidth           int
	Stride, Dilation, Pad int
	InStride, OutStride   int
}

// taps returns which taps k0...k1-1 of output pixel o lie in the image. It is
// called for every span of every row, so it divides only at the edges.
func (w *Window) taps(o int) (k0, k1 int) {
	x := o*w.Stride - w.Pad
	if x < 0 {
		k0 = min((-x+w.Dilation-1)/w.Dilation, w.KernelWidth)
	}
	switch {
	case x+(w.KernelWidth-1)*w.Dilation < w.Width:
		k1 = w.KernelWidth
	case x < w.Width:
		k1 = (w.Width-1-x)/w.Dilation + 1
	}
	return k0, max(k0, k1)
}

// A span is a run of output pixels that have the same taps in the image. It has
// four fields so that the compiler keeps it in registers.
type span struct {
	out, n int // first output pixel, number
	k0, k1 int // taps k0...k1-1
}

// next returns the span that begins at output pixel o, at most limit pixels.
func (w *Window) next(o, limit int) span {
	k0, k1 := w.taps(o)
	n := 1
	if k0 == 0 && k1 == w.KernelWidth {
		// the last pixel whose last tap is inside
		last := (w.Width - 1 - (k1-1)*w.Dilation + w.Pad) / w.Stride
		n = max(1, min(last+1, w.OutWidth)-o)
	}
	return span{o, min(n, limit), k0, k1}
}

// from returns the last pixels of the span, from its i-th on.
func (p span) from(i int) span { return span{p.out + i, p.n - i, p.k0, p.k1} }

// input returns the offset in a row of the first tap of the span.
func (w *Window) input(p span) int {
	if p.k0 == p.k1 {
		return 0
	}
	return (p.out*w.Stride - w.Pad + p.k0*w.Dilation) * w.InStride
}

// limit returns how many pixels one call of assembly may compute.
func (w *Window) limit(rows int) int {
	const products = 1 << 20 // about 40 us
	pixel := rows * w.KernelWidth * w.C
	if w.OutWidth*pixel <= products {
		return w.OutWidth
	}
	n := products / pixel
	if n < 4 {
		return max(1, n)
	}
	return n &^ 3
}

// check panics unless the slices hold the window's rows.
func (w *Window) check(dst, x []float32, rows []int32) {
	_ = dst[:max(0, (w.OutWidth-1)*w.OutStride+w.C)]
	size := (w.Width-1)*w.InStride + w.C
	for _, r := range rows {
		if r >= 0 {
			_ = x[r:][:size]
		}
	}
}
