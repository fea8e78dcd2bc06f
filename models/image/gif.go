package image

import (
	"bytes"
	stdimage "image"
	"image/gif"
	"slices"
)

// decodeGIF returns the first frame on the whole canvas, as Pillow does: the
// transparent colour is shown, because alpha is dropped, and pixels outside the
// frame have the transparent colour, or the first of the palette.
//
// The standard decoder replaces the transparent colour by black, so the flag
// that declares it is cleared in a copy of the file.
func decodeGIF(data []byte) (*Picture, error) {
	data = slices.Clone(data)
	background := clearTransparency(data)
	c, err := gif.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	m, err := gif.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	frame := m.(*stdimage.Paletted)
	if frame.Rect == stdimage.Rect(0, 0, c.Width, c.Height) {
		return fromPaletted(frame), nil
	}
	canvas := stdimage.NewPaletted(stdimage.Rect(0, 0, c.Width, c.Height), frame.Palette)
	for i := range canvas.Pix {
		canvas.Pix[i] = background
	}
	for y := frame.Rect.Min.Y; y < frame.Rect.Max.Y; y++ {
		n := frame.Rect.Dx()
		copy(canvas.Pix[canvas.PixOffset(frame.Rect.Min.X, y):][:n], frame.Pix[frame.PixOffset(frame.Rect.Min.X, y):])
	}
	return fromPaletted(canvas), nil
}

// clearTransparency walks the extension blocks before the first frame, clears
// the transparency flag and returns the index of the transparent colour, or 0.
// See the GIF89a specification, sections 23 and 24.
func clearTransparency(data []byte) (index byte) {
	const header = 13
	if len(data) < header {
		return 0
	}
	pos := header
	if flags := data[10]; flags&0x80 != 0 {
		pos += 3 << (flags&7 + 1) // the global palette
	}
	for pos+8 <= len(data) && data[pos] == 0x21 {
		if data[pos+1] == 0xf9 && data[pos+3]&1 != 0 {
			data[pos+3] &^= 1
			index = data[pos+6]
		}
		for pos += 2; pos < len(data) && data[pos] != 0; { // sub-blocks
			pos += 1 + int(data[pos])
		}
		pos++
	}
	return index
}
