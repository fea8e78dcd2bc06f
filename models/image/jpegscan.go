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

// jpegScan is the parameters of a scan: coefficients from...to, from the bit
// high (0 for all) down to low.
type jpegScan struct {
	*jpegFile
	bits      jpegBits
	from, to  int
	high, low int
	blank     int // blocks that follow without coefficients
	block     [64]int16
}

// scan reads one scan.
func (d *jpegFile) scan(s []byte) error {
	if d.comps == nil {
		return errors.New("a scan before the frame")
	}
	if len(s) < 1 || len(s) < 4+2*int(s[0]) {
		return io.ErrUnexpectedEOF
	}
	n := int(s[0])
	if n < 1 || n > len(d.comps) {
		return fmt.Errorf("a scan of %d components", n)
	}
	var parts []*jpegComponent
	for i := range n {
		k := 0
		for k < len(d.comps) && d.comps[k].id != int(s[1+2*i]) {
			k++
		}
		if k == len(d.comps) {
			return fmt.Errorf("a scan of component %d", s[1+2*i])
		}
		c := &d.comps[k]
		c.dc, c.ac, c.scanned = int(s[2+2*i]>>4), int(s[2+2*i]&15), true
		if c.dc > 3 || c.ac > 3 {
			return fmt.Errorf("huffman tables %d and %d", c.dc, c.ac)
		}
		parts = append(parts, c)
	}
	s = s[1+2*n:]
	sc := &jpegScan{jpegFile: d, from: 0, to: 63, bits: jpegBits{data: d.data}}
	if d.progressive {
		sc.from, sc.to, sc.high, sc.low = int(s[0]), int(s[1]), int(s[2]>>4), int(s[2]&15)
		if sc.from > sc.to || sc.to > 63 || sc.from == 0 && sc.to != 0 || sc.from > 0 && n > 1 || sc.low > 13 || sc.high > 13 {
			return fmt.Errorf("a scan of coefficients %d to %d, bits %d to %d", sc.from, sc.to, sc.high, sc.low)
		}
	}
	err := sc.run(parts)
	d.data = sc.bits.data
	return err
}

// run reads the blocks of the scan.
func (s *jpegScan) run(parts []*jpegComponent) error {
	cols, rows := blocks(s.w, 8*s.hMax), blocks(s.h, 8*s.vMax)
	if len(parts) == 1 {
		cols, rows = parts[0].cols, parts[0].rows
	}
	for i := range cols * rows {
		if i == 0 || s.restart > 0 && i%s.restart == 0 {
			if err := s.begin(parts, i > 0); err != nil {
				return err
			}
		}
		x, y := i%cols, i/cols
		for _, c := range parts {
			if len(parts) == 1 {
				if err := s.one(c, x, y); err != nil {
					return err
				}
				continue
			}
			for k := range c.h * c.v {
				if err := s.one(c, x*c.h+k%c.h, y*c.v+k/c.h); err != nil {
					return err
				}
			}
		}
		if s.bits.short() {
			return io.ErrUnexpectedEOF
		}
	}
	return nil
}

// begin starts afresh, at the beginning of the scan or behind a restart marker.
func (s *jpegScan) begin(parts []*jpegComponent, marker bool) error {
	if marker {
		data := s.bits.data
		for len(data) >= 2 && !(data[0] == 0xff && data[1] >= markRST0 && data[1] < markRST0+8) {
			data = data[1:]
		}
		if len(data) < 2 {
			return io.ErrUnexpectedEOF
		}
		s.bits = jpegBits{data: data[2:]}
	}
	s.blank = 0
	for _, c := range parts {
		c.last = 0
	}
	return nil
}

// one reads the block at column x and row y of a component.
func (s *jpegScan) one(c *jpegComponent, x, y int) error {
	b := y*c.stride + x
	if !s.progressive {
		s.block = [64]int16{}
		if err := s.sequential(c, s.block[:]); err != nil {
			return err
		}
		inverse(c.pix[y*64*c.stride+8*x:], 8*c.stride, s.block[:], &s.quant[c.table])
		return nil
	}
	coefs := c.coefs[64*b : 64*b+64]
	switch {
	case s.from == 0 && s.high == 0:
		n, err := s.bits.symbol(&s.huffman[0][c.dc])
		if err != nil {
			return err
		}
		c.last += s.bits.signed(n & 15)
		coefs[0] = int16(c.last << s.low)
		return nil
	case s.from == 0:
		if s.bits.bits(1) == 1 {
			coefs[0] |= 1 << s.low
		}
		return nil
	case s.high == 0:
		return s.first(c, coefs)
	}
	return s.refine(c, coefs)
}

// sequential reads all coefficients of a block.
func (s *jpegScan) sequential(c *jpegComponent, coefs []int16) error {
	n, err := s.bits.symbol(&s.huffman[0][c.dc])
	if err != nil {
		return err
	}
	c.last += s.bits.signed(n & 15)
	coefs[0] = int16(c.last)
	for k := 1; k < 64; k++ {
		v, err := s.bits.symbol(&s.huffman[1][c.ac])
		if err != nil {
			return err
		}
		run, n := v>>4, v&15
		if n == 0 {
			if run != 15 {
				return nil
			}
			k += 15
			continue
		}
		if k += run; k > 63 {
			return errors.New("too many coefficients")
		}
		coefs[zigzag[k]] = int16(s.bits.signed(n))
	}
	return nil
}

// first reads the highest bits of some coefficients.
func (s *jpegScan) first(c *jpegComponent, coefs []int16) error {
	if s.blank > 0 {
		s.blank--
		return nil
	}
	for k := s.from; k <= s.to; k++ {
		v, err := s.bits.symbol(&s.huffman[1][c.ac])
		if err != nil {
			return err
		}
		run, n := v>>4, v&15
		if n == 0 {
			if run != 15 {
				s.blank = 1<<run + s.bits.bits(run) - 1
				return nil
			}
			k += 15
			continue
		}
		if k += run; k > s.to {
			return errors.New("too many coefficients")
		}
		coefs[zigzag[k]] = int16(s.bits.signed(n) << s.low)
	}
	return nil
}

// refine reads one more bit of some coefficients.
func (s *jpegScan) refine(c *jpegComponent, coefs []int16) error {
	k, bit := s.from, int16(1)<<s.low
	if s.blank == 0 {
		for ; k <= s.to; k++ {
			v, err := s.bits.symbol(&s.huffman[1][c.ac])
			if err != nil {
				return err
			}
			run, n := v>>4, v&15
			value := int16(0)
			switch {
			case n == 0 && run != 15:
				s.blank = 1<<run + s.bits.bits(run)
			case n != 0:
				if value = bit; s.bits.bits(1) == 0 {
					value = -bit
				}
			}
			if s.blank > 0 {
				break
			}
			if k = s.correct(coefs, k, run, bit); k <= s.to && value != 0 {
				coefs[zigzag[k]] = value
			}
		}
	}
	if s.blank > 0 {
		s.correct(coefs, k, 64, bit)
		s.blank--
	}
	return nil
}

// correct reads the bits of coefficients that are not 0, from k on, until it has
// passed run that are; it returns where it stops.
func (s *jpegScan) correct(coefs []int16, k, run int, bit int16) int {
	for ; k <= s.to; k++ {
		v := &coefs[zigzag[k]]
		if *v == 0 {
			if run == 0 {
				return k
			}
			run--
			continue
		}
		if s.bits.bits(1) == 1 && *v&bit == 0 {
			if *v > 0 {
				*v += bit
			} else {
				*v -= bit
			}
		}
	}
	return k
}
