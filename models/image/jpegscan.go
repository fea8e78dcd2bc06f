package image

import (
	"errors"
	"fmt"
	"io"
)

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
