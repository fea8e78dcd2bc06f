package image

import "math"

// setStep computes the step of quantisation of a subband (annex E), for samples
// of some bits.
func (b *jp2Band) setStep(c *jp2Coding, bits, index int) {
	b.step = 1
	if c.quantStyle != 0 {
		gain := b.x + b.y
		b.step = math.Ldexp(1+float64(c.step[index])/2048, bits+gain-c.exponent[index])
	}
}

// decodeTile decodes a tile and writes it to the picture.
func (s *jp2Stream) decodeTile(t *jp2Tile, area jp2Rect, p *Picture) error {
	comps := make([][]jp2Resolution, len(s.comps))
	for i := range comps {
		var err error
		if comps[i], err = newJP2Component(&t.coding[i], s.comps[i], area, len(t.data)); err != nil {
			return err
		}
	}
	packets, err := jp2Packets(t.coding, comps, area, len(t.data))
	if err != nil {
		return err
	}
	data := t.data
	for _, k := range packets {
		if len(data) == 0 {
			break // the rest was left out
		}
		if data, err = comps[k.comp][k.res].precincts[k.precinct].read(data, k.layer, &t.coding[0]); err != nil {
			return err
		}
	}
	planes := make([]jp2Plane, len(comps))
	var d jp2Decoder
	for i, res := range comps {
		for r := range res {
			for k := range res[r].precincts {
				for _, part := range res[r].precincts[k].parts {
					for j := range part.blocks {
						d.decode(&part.blocks[j], part.band, t.coding[i].style)
					}
				}
			}
		}
		planes[i] = synthesise(res, t.coding[i].reversible)
	}
	if t.coding[0].transform && len(planes) >= 3 {
		mixColours(planes, t.coding[0].reversible)
	}
	s.store(planes, area, p)
	return nil
}

// jp2Plane is the samples of a component, whole numbers if reversible.
type jp2Plane []float32

// synthesise undoes the wavelet transform of a component (annex F).
func synthesise(res []jp2Resolution, reversible bool) jp2Plane {
	plane := res[0].bands[0].plane(reversible)
	for r := 1; r < len(res); r++ {
		a := res[r].area
		w, h := a.w(), a.h()
		next := make(jp2Plane, w*h)
		if len(next) == 0 {
			plane = next
			continue
		}
		spread(next, plane, a, &jp2Band{area: res[r-1].area})
		for k := range res[r].bands {
			b := &res[r].bands[k]
			spread(next, b.plane(reversible), a, b)
		}
		work := make([]float32, max(w, h)+2*margin)
		for y := range h {
			unfilter(next[y*w:], 1, work[:w+2*margin], a.x0, reversible)
		}
		for x := range w {
			unfilter(next[x:], w, work[:h+2*margin], a.y0, reversible)
		}
		plane = next
	}
	return plane
}

// spread writes the coefficients of a subband to their places among those of
// the others, in a resolution of some area.
func spread(dst, src jp2Plane, area jp2Rect, b *jp2Band) {
	w := b.area.w()
	for y := range b.area.h() {
		at := (2*(b.area.y0+y)+b.y-area.y0)*area.w() + 2*b.area.x0 + b.x - area.x0
		for x, v := range src[y*w : (y+1)*w] {
			dst[at+2*x] = v
		}
	}
}

// plane returns the dequantised coefficients.
func (b *jp2Band) plane(reversible bool) jp2Plane {
	p := make(jp2Plane, len(b.coefs))
	for i, v := range b.coefs {
		if reversible {
			p[i] = float32(v / 2)
		} else {
			p[i] = float32(float64(v) * b.step / 2)
		}
	}
	return p
}

// margin is how far lines are extended at both ends, as in a mirror.
const margin = 4

// Coefficients of the irreversible filter's steps, and of its scaling.
const (
	liftAlpha = -1.586134342059924
	liftBeta  = -0.052980118572961
	liftGamma = 0.882911075530934
	liftDelta = 0.443506852043971
	liftScale = 1.230174104914001
)

// unfilter undoes one transform of a line of len(work)-2*margin elements, step
// apart, of which the first has an index in the whole: low frequencies are at
// even ones.
func unfilter(x []float32, step int, work []float32, first int, reversible bool) {
	n := len(work) - 2*margin
	switch {
	case n == 0:
		return
	case n == 1:
		if first&1 == 1 {
			x[0] /= 2
		}
		return
	}
	for i := range work {
		work[i] = x[mirrored(i-margin, n)*step]
	}
	if reversible {
		lift(work, first, 3, func(a, b float32) float32 { return -floor((a + b + 2) / 4) })
		lift(work, first+1, 4, func(a, b float32) float32 { return floor((a + b) / 2) })
	} else {
		for i := range work {
			if (first+i)&1 == 0 {
				work[i] *= liftScale
			} else {
				work[i] /= liftScale
			}
		}
		for k, c := range [4]float32{liftDelta, liftGamma, liftBeta, liftAlpha} {
			lift(work, first+k, 1+k, func(a, b float32) float32 { return -c * (a + b) })
		}
	}
	for i := range n {
		x[i*step] = work[margin+i]
	}
}

// lift adds f of its neighbours to every other element of a line that is at
// least from away from both ends: those of even index, if the first element's
// is parity.
func lift(v []float32, parity, from int, f func(a, b float32) float32) {
	for i := from + (parity+from)&1; i < len(v)-from; i += 2 {
		v[i] += f(v[i-1], v[i+1])
	}
}

// mirrored returns the index in 0...n-1 that index i stands for.
func mirrored(i, n int) int {
	p := 2 * (n - 1)
	if i = (i%p + p) % p; i >= n {
		i = p - i
	}
	return i
}

func floor(x float32) float32 { return float32(math.Floor(float64(x))) }

// mixColours turns luma and chroma into red, green and blue (annex G).
func mixColours(c []jp2Plane, reversible bool) {
	for i, y := range c[0] {
		u, v := c[1][i], c[2][i]
		if reversible {
			g := y - floor((u+v)/4)
			c[0][i], c[1][i], c[2][i] = v+g, g, u+g
		} else {
			c[0][i], c[1][i], c[2][i] = y+1.402*v, y-0.344136*u-0.714136*v, y+1.772*u
		}
	}
}

// store writes the samples of a tile to the picture, in 8 bits.
func (s *jp2Stream) store(planes []jp2Plane, area jp2Rect, p *Picture) {
	w := area.w()
	for c := range 3 {
		k := c
		if len(planes) < 3 { // gray, perhaps with alpha
			k = 0
		}
		bits := s.comps[k]
		top := float64(int(1)<<bits - 1)
		for i, v := range planes[k] {
			x, y := area.x0-s.area.x0+i%w, area.y0-s.area.y0+i/w
			f := max(0, min(top, math.RoundToEven(float64(v))+math.Ldexp(1, bits-1)))
			switch {
			case bits > 8:
				f = math.Floor(math.Ldexp(f, 8-bits))
			case bits < 8:
				f = math.RoundToEven(f * 255 / top)
			}
			p.Pix[3*(y*p.W+x)+c] = uint8(f)
		}
	}
}
