package image

import (
	"fmt"
	stdimage "image"
	"image/color"
)

// A Picture is W x H pixels of 8-bit RGB, row by row without padding: the red
// of (x, y) is Pix[3*(y*W+x)], followed by green and blue. It implements the
// standard library's image.Image, so that it can be encoded or drawn.
type Picture struct {
	Pix  []byte
	W, H int
}

// New returns a black picture. It panics on a negative size.
func New(w, h int) *Picture {
	if w < 0 || h < 0 {
		panic(fmt.Sprintf("image: negative size %d x %d", w, h))
	}
	return &Picture{Pix: make([]byte, 3*w*h), W: w, H: h}
}

// row returns the samples of row y.
func (p *Picture) row(y int) []byte { return p.Pix[3*p.W*y : 3*p.W*(y+1)] }

// ColorModel implements image.Image.
func (p *Picture) ColorModel() color.Model { return color.RGBAModel }

// Bounds implements image.Image.
func (p *Picture) Bounds() stdimage.Rectangle { return stdimage.Rect(0, 0, p.W, p.H) }

// At implements image.Image; it is black and transparent outside the picture.
func (p *Picture) At(x, y int) color.Color {
	if x < 0 || y < 0 || x >= p.W || y >= p.H {
		return color.RGBA{}
	}
	s := p.Pix[3*(y*p.W+x):]
	return color.RGBA{R: s[0], G: s[1], B: s[2], A: 255}
}

// Crop returns the pixels of p in r; what lies outside p is black.
func Crop(p *Picture, r stdimage.Rectangle) *Picture {
	if r == p.Bounds() {
		return p
	}
	out := New(r.Dx(), r.Dy())
	paste(out, p, -r.Min.X, -r.Min.Y)
	return out
}

// paste copies src into dst, its upper left corner to (x, y), leaving out what
// does not fit.
func paste(dst, src *Picture, x, y int) {
	x0, x1 := max(x, 0), min(x+src.W, dst.W)
	if x0 >= x1 {
		return
	}
	for r := max(y, 0); r < min(y+src.H, dst.H); r++ {
		copy(dst.row(r)[3*x0:3*x1], src.row(r - y)[3*(x0-x):])
	}
}
