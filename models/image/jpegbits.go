package image

import (
	"errors"
	"fmt"
	"io"
)

// huffman is a table of codes of at most 16 bits.
type huffman struct {
	values []byte
	quick  [256]uint16 // by the next 8 bits: length<<8 | value; 0 for longer codes
	// For each length: the first code, less than that of the next; and the index
	// of its value.
	first, index, count [17]int
}

func (d *jpegFile) huffmanTables(s []byte) error {
	for len(s) > 0 {
		if len(s) < 17 {
			return io.ErrUnexpectedEOF
		}
		class, t := s[0]>>4, s[0]&15
		if class > 1 || t > 3 {
			return fmt.Errorf("huffman table %d of class %d", t, class)
		}
		var h huffman
		code, n := 0, 0
		for l := 1; l <= 16; l++ {
			h.first[l], h.index[l], h.count[l] = code, n, int(s[l])
			code, n = code+h.count[l], n+h.count[l]
			if code > 1<<l {
				return errors.New("huffman codes are too many")
			}
			code <<= 1
		}
		if len(s) < 17+n {
			return io.ErrUnexpectedEOF
		}
		h.values = s[17 : 17+n]
		for l := 1; l <= 8; l++ {
			for i := range h.count[l] {
				at := (h.first[l] + i) << (8 - l)
				for k := range 1 << (8 - l) {
					h.quick[at+k] = uint16(l)<<8 | uint16(h.values[h.index[l]+i])
				}
			}
		}
		d.huffman[class][t] = h
		s = s[17+n:]
	}
	return nil
}

// jpegBits reads the bits of a scan.
type jpegBits struct {
	data []byte
	acc  uint32
	n    int  // bits in acc
	end  bool // a marker or the end of the file follows
	over int  // bits read beyond that
}

// fill makes at least 16 bits available; zeros beyond the end.
func (b *jpegBits) fill() {
	for b.n <= 24 {
		v := uint32(0)
		switch {
		case b.end || len(b.data) == 0 || b.data[0] == 0xff && (len(b.data) == 1 || b.data[1] != 0):
			b.end = true
			b.over += 8
		case b.data[0] == 0xff:
			v, b.data = 0xff, b.data[2:]
		default:
			v, b.data = uint32(b.data[0]), b.data[1:]
		}
		b.acc |= v << (24 - b.n)
		b.n += 8
	}
}

func (b *jpegBits) skip(n int) {
	b.acc <<= n
	b.n -= n
}

// bits returns the next n bits, at most 16.
func (b *jpegBits) bits(n int) int {
	if n == 0 {
		return 0
	}
	b.fill()
	v := b.acc >> (32 - n)
	b.skip(n)
	return int(v)
}

// short reports whether bits were used that the file does not have.
func (b *jpegBits) short() bool { return b.over > b.n }

// symbol returns the value of the next code.
func (b *jpegBits) symbol(h *huffman) (int, error) {
	b.fill()
	if q := h.quick[b.acc>>24]; q != 0 {
		b.skip(int(q >> 8))
		return int(q & 255), nil
	}
	for l := 1; l <= 16; l++ {
		i := int(b.acc>>(32-l)) - h.first[l]
		if i >= 0 && i < h.count[l] {
			b.skip(l)
			return int(h.values[h.index[l]+i]), nil
		}
	}
	if b.end {
		return 0, io.ErrUnexpectedEOF
	}
	return 0, errors.New("a code that the huffman table has not")
}

// signed returns a number of n bits, of which the first says its sign.
func (b *jpegBits) signed(n int) int {
	v := b.bits(n)
	if n > 0 && v < 1<<(n-1) {
		v -= 1<<n - 1
	}
	return v
}
