package image

import (
	stdimage "image"
	"image/color"
)

// FromImage converts any standard image as Pillow's convert("RGB") would: gray
// is repeated, colours of palettes are looked up, alpha is dropped and not
// blended, 16-bit colour keeps the high byte, 16-bit gray is *clipped* at 255
// (Pillow takes its values for plain integers), CMYK is multiplied out. The
// chroma of YCbCr is interpolated as libjpeg does.
func FromImage(m stdimage.Image) *Picture {
	switch m := m.(type) {
	case *Picture:
		return m
	case *stdimage.YCbCr:
		return fromYCbCr(m, jfif)
	case *stdimage.NYCbCrA:
		return fromYCbCr(&m.YCbCr, jfif)
	case *stdimage.Gray:
		return fromRows(m.Rect, m.Pix, m.Stride, 1, func(d, s []byte) { d[0], d[1], d[2] = s[0], s[0], s[0] })
	case *stdimage.Gray16:
		return fromRows(m.Rect, m.Pix, m.Stride, 2, func(d, s []byte) {
			v := s[1]
			if s[0] != 0 {
				v = 255
			}
			d[0], d[1], d[2] = v, v, v
		})
	case *stdimage.NRGBA:
		return fromRows(m.Rect, m.Pix, m.Stride, 4, func(d, s []byte) { d[0], d[1], d[2] = s[0], s[1], s[2] })
	case *stdimage.NRGBA64:
		return fromRows(m.Rect, m.Pix, m.Stride, 8, func(d, s []byte) { d[0], d[1], d[2] = s[0], s[2], s[4] })
	case *stdimage.RGBA:
		if m.Opaque() {
			return fromRows(m.Rect, m.Pix, m.Stride, 4, func(d, s []byte) { d[0], d[1], d[2] = s[0], s[1], s[2] })
		}
	case *stdimage.RGBA64:
		if m.Opaque() {
			return fromRows(m.Rect, m.Pix, m.Stride, 8, func(d, s []byte) { d[0], d[1], d[2] = s[0], s[2], s[4] })
		}
	case *stdimage.CMYK:
		return fromRows(m.Rect, m.Pix, m.Stride, 4, func(d, s []byte) {
			for i := range 3 {
				d[i] = uint8(max(0, 255-int(s[3])-mul255(s[i], 255-s[3])))
			}
		})
	case *stdimage.Paletted:
		return fromPaletted(m)
	}
	return fromAny(m)
}

// mul255 is a*b/255, rounded.
func mul255(a, b uint8) int {
	t := int(a)*int(b) + 128
	return (t + t>>8) >> 8
}

// fromRows converts pixels of size bytes each, one at a time.
func fromRows(r stdimage.Rectangle, pix []byte, stride, size int, pixel func(dst, src []byte)) *Picture {
	p := New(r.Dx(), r.Dy())
	for y := range p.H {
		src, dst := pix[y*stride:], p.row(y)
		for x := range p.W {
			pixel(dst[3*x:3*x+3], src[size*x:size*x+size])
		}
	}
	return p
}

// fromPaletted looks colours up; an index beyond the palette is black.
func fromPaletted(m *stdimage.Paletted) *Picture {
	var table [256][3]byte
	for i, c := range m.Palette[:min(len(m.Palette), 256)] {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		table[i] = [3]byte{n.R, n.G, n.B}
	}
	return fromRows(m.Rect, m.Pix, m.Stride, 1, func(d, s []byte) { copy(d, table[s[0]][:]) })
}

// fromAny asks for one colour after the other.
func fromAny(m stdimage.Image) *Picture {
	b := m.Bounds()
	p := New(b.Dx(), b.Dy())
	for y := range p.H {
		row := p.row(y)
		for x := range p.W {
			c := color.NRGBAModel.Convert(m.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
			row[3*x], row[3*x+1], row[3*x+2] = c.R, c.G, c.B
		}
	}
	return p
}
