package image

import (
	"bytes"
	"errors"
	stdimage "image"
	"image/jpeg"

	"golang.org/x/image/webp"
)

// Luma is stored for each pixel, chroma mostly for 2 or 4 pixels together. The
// "fancy" upsampling of libjpeg and libwebp is a triangle filter: the centres
// of chroma samples lie between pixels, and a pixel takes 3/4 of the nearest
// sample and 1/4 of the next one, in each subsampled direction; beyond the edge
// the last sample is repeated. See jdsample.c of libjpeg 6b and upsampling.c of
// libwebp.

// A colourSpace tells how a file format turns YCbCr into RGB.
type colourSpace struct {
	// oddBias is what rounding adds at odd columns of 4:2:0, out of 16; at
	// even ones it is 8. libjpeg alternates, as ordered dithering.
	oddBias int32
	// minWidth is the least number of chroma columns that are interpolated.
	minWidth int
	convert  func(dst, y, cb, cr []byte)
}

var (
	jfif  = &colourSpace{oddBias: 7, minWidth: 3, convert: convertJFIF}
	video = &colourSpace{oddBias: 8, minWidth: 0, convert: convertVideo}
)

func decodeJPEG(data []byte) (*Picture, error) {
	m, err := readJPEG(data)
	if errors.Is(err, errOtherJPEG) {
		m, err = jpeg.Decode(bytes.NewReader(data))
	}
	if err != nil {
		return nil, err
	}
	return FromImage(m), nil
}

func decodeWebP(data []byte) (*Picture, error) {
	m, err := webp.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	switch m := m.(type) {
	case *stdimage.YCbCr:
		return fromYCbCr(m, video), nil
	case *stdimage.NYCbCrA:
		return fromYCbCr(&m.YCbCr, video), nil
	}
	return FromImage(m), nil
}

// fromYCbCr interpolates the chroma of 4:2:0, 4:2:2 and 4:4:0, repeats that of
// other ratios, and converts row by row.
func fromYCbCr(m *stdimage.YCbCr, space *colourSpace) *Picture {
	p := New(m.Rect.Dx(), m.Rect.Dy())
	if p.W == 0 || p.H == 0 {
		return p
	}
	sx, sy := 1, 1 // pixels for one chroma sample
	switch m.SubsampleRatio {
	case stdimage.YCbCrSubsampleRatio422:
		sx = 2
	case stdimage.YCbCrSubsampleRatio420:
		sx, sy = 2, 2
	case stdimage.YCbCrSubsampleRatio440:
		sy = 2
	case stdimage.YCbCrSubsampleRatio411:
		sx = 4
	case stdimage.YCbCrSubsampleRatio410:
		sx, sy = 4, 2
	}
	if m.Rect.Min.X%sx != 0 || m.Rect.Min.Y%sy != 0 {
		return fromAny(m) // a view that starts between two chroma samples
	}
	cw, ch := (p.W+sx-1)/sx, (p.H+sy-1)/sy
	fancy := sx == 1 || sx == 2 && cw >= space.minWidth

	var sum []int32
	if sx == 2 && sy == 2 {
		sum = make([]int32, cw)
	}
	cb, cr := make([]byte, sx*cw), make([]byte, sx*cw)
	first := m.COffset(m.Rect.Min.X, m.Rect.Min.Y)
	for y := range p.H {
		near := y / sy
		next := near // the other row a pixel takes chroma from
		if sy == 2 && y%2 == 0 {
			next = max(near-1, 0)
		} else if sy == 2 {
			next = min(near+1, ch-1)
		}
		for _, c := range [2]struct{ dst, plane []byte }{{cb, m.Cb}, {cr, m.Cr}} {
			a := c.plane[first+near*m.CStride:][:cw]
			b := c.plane[first+next*m.CStride:][:cw]
			switch {
			case sx == 1 && sy == 1:
				copy(c.dst, a)
			case sx == 1:
				upsampleV(c.dst, a, b, 1+uint(y%2))
			case !fancy:
				repeat(c.dst, a, sx)
			case sy == 1:
				upsampleH(c.dst, a)
			default:
				upsampleHV(c.dst, sum, a, b, space.oddBias)
			}
		}
		luma := m.Y[m.YOffset(m.Rect.Min.X, m.Rect.Min.Y+y):][:p.W]
		space.convert(p.row(y), luma, cb[:p.W], cr[:p.W])
	}
	return p
}

// repeat writes each sample n times.
func repeat(dst, src []byte, n int) {
	for i := range dst {
		dst[i] = src[i/n]
	}
}

// upsampleV takes 3/4 of row a and 1/4 of row b.
func upsampleV(dst, a, b []byte, bias uint) {
	for i := range dst {
		dst[i] = uint8((3*uint(a[i]) + uint(b[i]) + bias) >> 2)
	}
}

// upsampleH doubles a row.
func upsampleH(dst, src []byte) {
	prev := uint(src[0])
	for i, v := range src {
		here, next := uint(v), uint(src[min(i+1, len(src)-1)])
		dst[2*i] = uint8((3*here + prev + 1) >> 2)
		dst[2*i+1] = uint8((3*here + next + 2) >> 2)
		prev = here
	}
}

// upsampleHV doubles a row that lies between the chroma rows a, near, and b.
// The vertical sums go to sum first; rounding happens once, at the end.
func upsampleHV(dst []byte, sum []int32, a, b []byte, oddBias int32) {
	b = b[:len(a)]
	sum = sum[:len(a)]
	for i := range a {
		sum[i] = 3*int32(a[i]) + int32(b[i])
	}
	dst = dst[:2*len(sum)]
	prev, last := sum[0], len(sum)-1
	for i, here := range sum[:last] {
		dst[2*i] = uint8((3*here + prev + 8) >> 4)
		dst[2*i+1] = uint8((3*here + sum[i+1] + oddBias) >> 4)
		prev = here
	}
	here := sum[last]
	dst[2*last] = uint8((3*here + prev + 8) >> 4)
	dst[2*last+1] = uint8((4*here + oddBias) >> 4)
}

// Contributions of chroma to red, green and blue in libjpeg's 16-bit fixed
// point: 1.402, 0.34414, 0.71414 and 1.772, of chroma less 128.
var crRed, cbGreen, crGreen, cbBlue = func() (r, gb, gr, b [256]int32) {
	const half = 1 << 15
	for i := range int32(256) {
		x := i - 128
		r[i] = (91881*x + half) >> 16
		gb[i] = -22554*x + half
		gr[i] = -46802 * x
		b[i] = (116130*x + half) >> 16
	}
	return
}()

// convertJFIF is the full-range BT.601 conversion of JPEG files (jdcolor.c).
func convertJFIF(dst, y, cb, cr []byte) {
	cb, cr = cb[:len(y)], cr[:len(y)]
	for i, v := range y {
		l, b, r := int32(v), cb[i], cr[i]
		d := dst[3*i : 3*i+3 : 3*i+3]
		d[0] = clip8(l + crRed[r])
		d[1] = clip8(l + (cbGreen[b]+crGreen[r])>>16)
		d[2] = clip8(l + cbBlue[b])
	}
}

// convertVideo is the conversion of WebP: BT.601 with luma in 16...235, in
// libwebp's 14-bit fixed point (src/dsp/yuv.h).
func convertVideo(dst, y, cb, cr []byte) {
	cb, cr = cb[:len(y)], cr[:len(y)]
	for i, v := range y {
		l, b, r := int32(v)*19077>>8, int32(cb[i]), int32(cr[i])
		d := dst[3*i : 3*i+3 : 3*i+3]
		d[0] = clip8((l + r*26149>>8 - 14234) >> 6)
		d[1] = clip8((l - b*6419>>8 - r*13320>>8 + 8708) >> 6)
		d[2] = clip8((l + b*33050>>8 - 17685) >> 6)
	}
}

// clip8 limits v to 0...255.
func clip8(v int32) uint8 {
	if uint32(v) <= 255 {
		return uint8(v)
	}
	return uint8(^(v >> 31)) // 0 below, 255 above
}
