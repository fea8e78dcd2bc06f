package image

// Bits of the style of blocks.
const (
	jp2Reset       = 2  // contexts start afresh in each pass
	jp2Predictable = 16 // how the data ends; of no matter here
	jp2Symbols     = 32 // four bits end each bit plane
)

// Contexts of the arithmetic decoder: of zeros, signs and refinements, of runs,
// and of bits that are as often 0 as 1.
const (
	ctxZero    = 0
	ctxSign    = 9
	ctxRefine  = 14
	ctxRun     = 17
	ctxUniform = 18
)

// mqState is a state of a context: the estimate that its less probable symbol
// comes, and the states that follow each symbol.
type mqState struct {
	qe       uint32
	mps, lps uint8
	swap     bool // the symbols exchange their roles
}

var mqStates = [47]mqState{
	{0x5601, 1, 1, true}, {0x3401, 2, 6, false}, {0x1801, 3, 9, false}, {0x0ac1, 4, 12, false}, {0x0521, 5, 29, false}, {0x0221, 38, 33, false},
	{0x5601, 7, 6, true}, {0x5401, 8, 14, false}, {0x4801, 9, 14, false}, {0x3801, 10, 14, false}, {0x3001, 11, 17, false}, {0x2401, 12, 18, false},
	{0x1c01, 13, 20, false}, {0x1601, 29, 21, false}, {0x5601, 15, 14, true}, {0x5401, 16, 14, false}, {0x5101, 17, 15, false}, {0x4801, 18, 16, false},
	{0x3801, 19, 17, false}, {0x3401, 20, 18, false}, {0x3001, 21, 19, false}, {0x2801, 22, 19, false}, {0x2401, 23, 20, false}, {0x2201, 24, 21, false},
	{0x1c01, 25, 22, false}, {0x1801, 26, 23, false}, {0x1601, 27, 24, false}, {0x1401, 28, 25, false}, {0x1201, 29, 26, false}, {0x1101, 30, 27, false},
	{0x0ac1, 31, 28, false}, {0x09c1, 32, 29, false}, {0x08a1, 33, 30, false}, {0x0521, 34, 31, false}, {0x0441, 35, 32, false}, {0x02a1, 36, 33, false},
	{0x0221, 37, 34, false}, {0x0141, 38, 35, false}, {0x0111, 39, 36, false}, {0x0085, 40, 37, false}, {0x0049, 41, 38, false}, {0x0025, 42, 39, false},
	{0x0015, 43, 40, false}, {0x0009, 44, 41, false}, {0x0005, 45, 42, false}, {0x0001, 45, 43, false}, {0x5601, 46, 46, false},
}

// mq is the arithmetic decoder (annex C).
type mq struct {
	data  []byte
	at    int
	c, a  uint32
	count int
	state [19]uint8
	mps   [19]uint8
}

func (m *mq) reset() {
	m.state, m.mps = [19]uint8{}, [19]uint8{}
	m.state[ctxZero], m.state[ctxRun], m.state[ctxUniform] = 4, 3, 46
}

func (m *mq) start(data []byte) {
	m.data, m.at = data, 0
	m.c = uint32(m.byte(0)) << 16
	m.next()
	m.c <<= 7
	m.count -= 7
	m.a = 0x8000
}

// byte returns a byte; 0xff beyond the end.
func (m *mq) byte(i int) byte {
	if i < len(m.data) {
		return m.data[i]
	}
	return 0xff
}

// next adds a byte to c; behind 0xff, 7 bits.
func (m *mq) next() {
	if m.byte(m.at) != 0xff {
		m.at++
		m.c += uint32(m.byte(m.at)) << 8
		m.count = 8
		return
	}
	if m.byte(m.at+1) > 0x8f { // a marker: the end
		m.c += 0xff00
		m.count = 8
		return
	}
	m.at++
	m.c += uint32(m.byte(m.at)) << 9
	m.count = 7
}

// bit decodes a bit in a context.
func (m *mq) bit(ctx int) uint8 {
	s := &mqStates[m.state[ctx]]
	d := m.mps[ctx]
	m.a -= s.qe
	var less bool
	if m.c>>16 < s.qe {
		less = m.a >= s.qe
		m.a = s.qe
	} else {
		m.c -= s.qe << 16
		if m.a&0x8000 != 0 {
			return d
		}
		less = m.a < s.qe
	}
	if less {
		d = 1 - d
		if s.swap {
			m.mps[ctx] = d
		}
		m.state[ctx] = s.lps
	} else {
		m.state[ctx] = s.mps
	}
	for {
		if m.count == 0 {
			m.next()
		}
		m.a <<= 1
		m.c <<= 1
		m.count--
		if m.a&0x8000 != 0 {
			return d
		}
	}
}

// jp2Decoder decodes blocks (annex D). Its arrays have a border of one.
type jp2Decoder struct {
	mq
	w, h, stride int
	band         *jp2Band
	value        []int32 // magnitudes, doubled: of what is not decoded yet, a half
	flags        []uint8
}

// Flags of a coefficient.
const (
	jp2Significant = 1 << iota
	jp2Negative
	jp2Visited // in this bit plane
	jp2Refined
)

// decode writes the coefficients of a block to its subband.
func (d *jp2Decoder) decode(b *jp2Block, band *jp2Band, style int) {
	d.w, d.h, d.stride, d.band = b.area.w(), b.area.h(), b.area.w()+2, band
	n := d.stride * (d.h + 2)
	if cap(d.value) < n {
		d.value, d.flags = make([]int32, n), make([]uint8, n)
	}
	d.value, d.flags = d.value[:n], d.flags[:n]
	clear(d.value)
	clear(d.flags)
	plane := band.bitsMax - 1 - b.zeros
	if plane < 0 || b.passes == 0 {
		return
	}
	d.reset()
	d.start(b.data)
	for i, kind := 0, 2; i < b.passes && plane >= 0; i++ {
		switch kind {
		case 0:
			d.significance(plane)
		case 1:
			d.refinement(plane)
		default:
			d.cleanup(plane)
			if style&jp2Symbols != 0 {
				for range 4 {
					d.bit(ctxUniform)
				}
			}
		}
		if style&jp2Reset != 0 {
			d.reset()
		}
		if kind++; kind == 3 {
			kind = 0
			plane--
		}
	}
	at := (b.area.y0-band.area.y0)*band.area.w() + b.area.x0 - band.area.x0
	for y := range d.h {
		row := band.coefs[at+y*band.area.w():][:d.w]
		for x := range row {
			i := (y+1)*d.stride + x + 1
			row[x] = d.value[i]
			if d.flags[i]&jp2Negative != 0 {
				row[x] = -row[x]
			}
		}
	}
}

// near counts the significant neighbours: horizontal, vertical and diagonal.
func (d *jp2Decoder) near(i int) (h, v, x uint8) {
	f, s := d.flags, d.stride
	h = f[i-1]&1 + f[i+1]&1
	v = f[i-s]&1 + f[i+s]&1
	x = f[i-s-1]&1 + f[i-s+1]&1 + f[i+s-1]&1 + f[i+s+1]&1
	return h, v, x
}

// zeroContext returns the context of whether a coefficient becomes significant.
func (d *jp2Decoder) zeroContext(i int) int {
	h, v, x := d.near(i)
	if d.band.x == 1 && d.band.y == 1 {
		n := h + v
		switch {
		case x >= 3:
			return 8
		case x == 2:
			return 6 + int(min(n, 1))
		case x == 1:
			return 3 + int(min(n, 2))
		}
		return int(min(n, 2))
	}
	if d.band.x == 1 {
		h, v = v, h
	}
	switch {
	case h == 2:
		return 8
	case h == 1 && v > 0:
		return 7
	case h == 1:
		return 5 + int(min(x, 1))
	case v > 0:
		return 2 + int(v)
	}
	return int(min(x, 2))
}

// become decodes the sign of a coefficient that is significant now.
func (d *jp2Decoder) become(i, plane int) {
	side := func(a, b int) int {
		n := 0
		for _, f := range [2]uint8{d.flags[a], d.flags[b]} {
			if f&jp2Significant != 0 {
				n += 1 - int(f&jp2Negative)
			}
		}
		return max(-1, min(1, n))
	}
	h, v := side(i-1, i+1), side(i-d.stride, i+d.stride)
	ctx, flip := ctxSign, uint8(0)
	if h < 0 || h == 0 && v < 0 {
		h, v, flip = -h, -v, 1
	}
	switch {
	case h == 1:
		ctx += 3 + v
	case v == 1:
		ctx++
	}
	d.flags[i] |= jp2Significant
	if d.bit(ctx)^flip == 1 {
		d.flags[i] |= jp2Negative
	}
	d.value[i] = 3 << plane
}

// each calls f for the coefficients in the order of coding: stripes of four
// rows, column by column.
func (d *jp2Decoder) each(f func(i int)) {
	for y := 0; y < d.h; y += 4 {
		for x := range d.w {
			for k := y; k < min(y+4, d.h); k++ {
				f((k+1)*d.stride + x + 1)
			}
		}
	}
}

// significance decodes what is likely to become significant.
func (d *jp2Decoder) significance(plane int) {
	d.each(func(i int) {
		if d.flags[i]&jp2Significant != 0 {
			return
		}
		ctx := d.zeroContext(i)
		if ctx == 0 {
			return
		}
		if d.bit(ctxZero+ctx) == 1 {
			d.become(i, plane)
		}
		d.flags[i] |= jp2Visited
	})
}

// refinement decodes one more bit of what was significant before.
func (d *jp2Decoder) refinement(plane int) {
	d.each(func(i int) {
		if d.flags[i]&(jp2Significant|jp2Visited) != jp2Significant {
			return
		}
		ctx := ctxRefine + 2
		if d.flags[i]&jp2Refined == 0 {
			ctx = ctxRefine
			if h, v, x := d.near(i); h+v+x > 0 {
				ctx++
			}
		}
		d.value[i] += (2*int32(d.bit(ctx)) - 1) << plane
		d.flags[i] |= jp2Refined
	})
}

// cleanup decodes the rest; four zeros in a column mostly take one bit.
func (d *jp2Decoder) cleanup(plane int) {
	for y := 0; y < d.h; y += 4 {
		for x := range d.w {
			top, k := (y+1)*d.stride+x+1, 0
			if y+4 <= d.h && d.quiet(top) {
				if d.bit(ctxRun) == 0 {
					continue
				}
				k = int(d.bit(ctxUniform))<<1 | int(d.bit(ctxUniform))
				d.become(top+k*d.stride, plane)
				k++
			}
			for ; k < 4 && y+k < d.h; k++ {
				i := top + k*d.stride
				if d.flags[i]&(jp2Significant|jp2Visited) == 0 && d.bit(ctxZero+d.zeroContext(i)) == 1 {
					d.become(i, plane)
				}
			}
		}
	}
	for i := range d.flags {
		d.flags[i] &^= jp2Visited
	}
}

// quiet reports whether nothing is known of four coefficients of a column and
// their neighbours.
func (d *jp2Decoder) quiet(top int) bool {
	for k := range 4 {
		i := top + k*d.stride
		if d.flags[i]&(jp2Significant|jp2Visited) != 0 || d.zeroContext(i) != 0 {
			return false
		}
	}
	return true
}
