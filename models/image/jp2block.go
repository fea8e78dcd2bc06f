package image

// Bits of the style of blocks.
const (
	jp2Reset       = 2  // contexts start afresh in each pass
	jp2Predictable = 16 // how the data ends; of no matter here
	jp2Symbols     = 32 // four bits end each bit plane
)

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
