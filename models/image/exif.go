package image

import (
	"bytes"
	"encoding/binary"
)

// exifOrientation returns the EXIF orientation, 1...8, of a JPEG; 1, upright,
// for anything else. It reads the APP1 segment, a TIFF file in small; see CIPA
// DC-008 (EXIF 2.32), sections 4.5 and 4.6.4.
func exifOrientation(data []byte) int {
	if !matches(data, "\xff\xd8") {
		return 1
	}
	for pos := 2; pos+4 <= len(data) && data[pos] == 0xff; {
		marker, size := data[pos+1], int(binary.BigEndian.Uint16(data[pos+2:]))
		end := pos + 2 + size
		if marker == 0xda || size < 2 || end > len(data) { // pixels follow
			break
		}
		if tiff, ok := bytes.CutPrefix(data[pos+4:end], []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return tiffOrientation(tiff)
		}
		pos = end
	}
	return 1
}

// tiffOrientation looks tag 0x0112 up in the first directory of a TIFF file.
func tiffOrientation(tiff []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case matches(tiff, "II*\x00????"):
	case matches(tiff, "MM\x00*????"):
		order = binary.BigEndian
	default:
		return 1
	}
	dir := uint64(order.Uint32(tiff[4:]))
	if dir+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[dir+2:]
	for range order.Uint16(tiff[dir:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 {
			if v := int(order.Uint16(entries[8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// orient turns and mirrors a picture stored with an EXIF orientation of o, so
// that its first row is at the top.
func orient(p *Picture, o int) *Picture {
	if o <= 1 || o > 8 {
		return p
	}
	w, h := p.W, p.H
	if o >= 5 { // stored rows are columns
		w, h = h, w
	}
	out := New(w, h)
	for y := range h {
		for x := range w {
			sx, sy := x, y
			if o >= 5 {
				sx, sy = y, x
			}
			if o == 2 || o == 3 || o == 7 || o == 8 {
				sx = p.W - 1 - sx
			}
			if o == 3 || o == 4 || o == 6 || o == 7 {
				sy = p.H - 1 - sy
			}
			copy(out.Pix[3*(y*w+x):][:3], p.Pix[3*(sy*p.W+sx):])
		}
	}
	return out
}
