package kernels

// convSet holds the kernels of a Set that slide a window over an image, and
// those that change its layout.
type convSet struct {
	depthwise                  depthwiseSpan
	depthwise3x1, depthwise3x2 depthwiseSpan // kernel width and stride; n is a multiple of 4
	depthwise5x1, depthwise5x2 depthwiseSpan
	maxPool                    maxPoolSpan
	averagePool                averagePoolSpan
	// transpose takes rows and cols that are multiples of 8.
	transpose      func(dst []float32, ldd int, src []float32, lds, rows, cols int)
	accumulateRows func(dst, x []float32, ld, n, c int)
}

var portableConv = convSet{
	depthwise:    depthwise,
	depthwise3x1: depthwise, depthwise3x2: depthwise,
	depthwise5x1: depthwise, depthwise5x2: depthwise,
	maxPool: maxPool, averagePool: averagePool,
	transpose: transpose, accumulateRows: accumulateRows,
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

// taps returns which taps k0...k1-1 of output pixel o lie in the image.
func (w *Window) taps(o int) (k0, k1 int) {
	x := o*w.Stride - w.Pad
	if x < 0 {
		k0 = min((-x+w.Dilation-1)/w.Dilation, w.KernelWidth)
	}
	if x < w.Width {
		k1 = min((w.Width-1-x)/w.Dilation+1, w.KernelWidth)
	}
	return k0, max(k0, k1)
}

// A span is a run of output pixels that have the same taps in the image.
type span struct {
	out, n int // first output pixel, number
	k, k1  int // taps k...k1-1
	in     int // input pixel of the first tap of the first output pixel
}

// next returns the span that begins at output pixel o, at most limit pixels.
func (w *Window) next(o, limit int) span {
	k0, k1 := w.taps(o)
	s := span{out: o, n: 1, k: k0, k1: k1}
	if k1 > k0 {
		s.in = o*w.Stride - w.Pad + k0*w.Dilation
	}
	if k0 == 0 && k1 == w.KernelWidth {
		// the last pixel whose last tap is inside
		last := (w.Width - 1 - (k1-1)*w.Dilation + w.Pad) / w.Stride
		s.n = max(1, min(last+1, w.OutWidth)-o)
	}
	s.n = min(s.n, limit)
	return s
}

// from returns the last pixels of the span, from its i-th on.
func (s span) from(i int, w *Window) span {
	s.out, s.n, s.in = s.out+i, s.n-i, s.in+i*w.Stride
	return s
}

// limit returns how many pixels one call of assembly may compute.
func (w *Window) limit(rows int) int {
	const products = 1 << 20 // about 40 us
	n := products / max(1, rows*w.KernelWidth*w.C)
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
