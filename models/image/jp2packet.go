package image

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
)

// jp2Band is a subband of a resolution: the low or high frequencies of either
// direction.
type jp2Band struct {
	area    jp2Rect // in coordinates of its own
	x, y    int     // 1: high frequencies along x, along y
	bitsMax int     // of a coefficient
	step    float64 // of quantisation
	coefs   []int32 // doubled: the last bit is one half
}

// jp2Precinct is the blocks of one region of a resolution.
type jp2Precinct struct {
	parts [3]jp2Part // by subband
}

// jp2Part is the blocks of a precinct in one subband.
type jp2Part struct {
	band             *jp2Band
	cols, rows       int
	blocks           []jp2Block
	inclusion, zeros jp2Tree
}

// jp2Block is a block of coefficients.
type jp2Block struct {
	area     jp2Rect // in the subband
	included bool
	zeros    int // bit planes of zeros
	passes   int
	lengths  int // bits that lengths have, beside those for the passes
	data     []byte
}

// jp2Resolution is one size of a component.
type jp2Resolution struct {
	area      jp2Rect
	bands     []jp2Band
	cols      int
	precincts []jp2Precinct
}

// maxJP2Blocks bounds the blocks of a component of a tile, which a header may
// promise in any number.
const maxJP2Blocks = 1 << 22

// most returns how many packets are believed of a tile of n bytes; each takes
// one at least, but those at the end may be left out.
func most(n int) int { return 1024 + 16*n }

// newJP2Component lays out the resolutions of a component of a tile, of which
// there are n bytes.
func newJP2Component(c *jp2Coding, bits int, area jp2Rect, n int) ([]jp2Resolution, error) {
	res := make([]jp2Resolution, c.levels+1)
	total := 0
	for r := range res {
		level := c.levels - r
		res[r].area = area.down(level)
		kinds := [][2]int{{1, 0}, {0, 1}, {1, 1}}
		if r == 0 {
			kinds = [][2]int{{0, 0}}
		} else {
			level++
		}
		for k, kind := range kinds {
			b := jp2Band{area: area, x: kind[0], y: kind[1]}
			if level > 0 {
				half := 1 << (level - 1)
				b.area = jp2Rect{area.x0 - half*b.x, area.y0 - half*b.y, area.x1 - half*b.x, area.y1 - half*b.y}.down(level)
			}
			index := 0
			if r > 0 {
				index = 3*(r-1) + 1 + k
			}
			b.bitsMax = c.guard + c.exponent[index] - 1
			if b.bitsMax < 0 || b.bitsMax > 29 {
				return nil, jp2Unsupported(fmt.Sprintf("coefficients of %d bits", b.bitsMax))
			}
			b.setStep(c, bits, index)
			b.coefs = make([]int32, b.area.w()*b.area.h())
			res[r].bands = append(res[r].bands, b)
		}
		count, err := res[r].split(c, r, n)
		if err != nil {
			return nil, err
		}
		if total += count; total > maxJP2Blocks {
			return nil, fmt.Errorf("%w: %d blocks in a tile", ErrLimit, total)
		}
	}
	return res, nil
}

// split divides a resolution into precincts, and those into blocks.
func (res *jp2Resolution) split(c *jp2Coding, r, n int) (total int, err error) {
	if res.area.w() == 0 || res.area.h() == 0 {
		return 0, nil
	}
	px, py := c.precincts[r][0], c.precincts[r][1]
	x0, y0 := res.area.x0>>px, res.area.y0>>py
	res.cols = (res.area.x1+1<<px-1)>>px - x0
	rows := (res.area.y1+1<<py-1)>>py - y0
	if res.cols > most(n)/rows {
		return 0, fmt.Errorf("%d by %d precincts in %d bytes", res.cols, rows, n)
	}
	if r > 0 {
		px, py = px-1, py-1
	}
	bw, bh := min(c.blockW, px), min(c.blockH, py)
	res.precincts = make([]jp2Precinct, res.cols*rows)
	for i := range res.precincts {
		x, y := x0+i%res.cols, y0+i/res.cols
		for k := range res.bands {
			b, p := &res.bands[k], &res.precincts[i].parts[k]
			p.band = b
			a := jp2Rect{x << px, y << py, (x + 1) << px, (y + 1) << py}.intersect(b.area)
			if a.w() == 0 || a.h() == 0 {
				continue
			}
			cx, cy := a.x0>>bw, a.y0>>bh
			p.cols, p.rows = (a.x1+1<<bw-1)>>bw-cx, (a.y1+1<<bh-1)>>bh-cy
			if total += p.cols * p.rows; total > maxJP2Blocks {
				return 0, fmt.Errorf("%w: %d blocks in a tile", ErrLimit, total)
			}
			p.blocks = make([]jp2Block, p.cols*p.rows)
			for j := range p.blocks {
				bx, by := cx+j%p.cols, cy+j/p.cols
				p.blocks[j] = jp2Block{area: jp2Rect{bx << bw, by << bh, (bx + 1) << bw, (by + 1) << bh}.intersect(a), lengths: 3}
			}
			p.inclusion, p.zeros = newJP2Tree(p.cols, p.rows), newJP2Tree(p.cols, p.rows)
		}
	}
	return total, nil
}

// A jp2Packet is one layer of one precinct.
type jp2Packet struct{ layer, res, comp, y, x, precinct int }

// jp2Packets lists the packets of a tile of n bytes in their order.
func jp2Packets(coding []jp2Coding, comps [][]jp2Resolution, area jp2Rect, n int) ([]jp2Packet, error) {
	var all []jp2Packet
	for c, res := range comps {
		for r := range res {
			level := coding[c].levels - r
			px, py := coding[c].precincts[r][0], coding[c].precincts[r][1]
			for p := range res[r].precincts {
				x, y := res[r].area.x0>>px+p%res[r].cols, res[r].area.y0>>py+p/res[r].cols
				k := jp2Packet{res: r, comp: c, precinct: p, x: max(area.x0, x<<(px+level)), y: max(area.y0, y<<(py+level))}
				if len(all)+coding[0].layers > most(n) {
					return nil, fmt.Errorf("more than %d packets in %d bytes", most(n), n)
				}
				for k.layer = range coding[0].layers {
					all = append(all, k)
				}
			}
		}
	}
	key := func(p *jp2Packet) [6]int {
		switch coding[0].order {
		case 0:
			return [6]int{p.layer, p.res, p.comp, p.precinct}
		case 1:
			return [6]int{p.res, p.layer, p.comp, p.precinct}
		case 2:
			return [6]int{p.res, p.y, p.x, p.comp, p.precinct, p.layer}
		case 3:
			return [6]int{p.y, p.x, p.comp, p.res, p.precinct, p.layer}
		}
		return [6]int{p.comp, p.y, p.x, p.res, p.precinct, p.layer}
	}
	slices.SortFunc(all, func(a, b jp2Packet) int {
		ka, kb := key(&a), key(&b)
		return slices.Compare(ka[:], kb[:])
	})
	return all, nil
}

// read reads a packet and returns what follows.
func (p *jp2Precinct) read(data []byte, layer int, c *jp2Coding) ([]byte, error) {
	if c.markSOP && len(data) >= 6 && binary.BigEndian.Uint16(data) == jpSOP {
		data = data[6:]
	}
	b := jp2Bits{data: data}
	type piece struct {
		block *jp2Block
		n     int
	}
	var pieces []piece
	if b.bit() == 1 {
		for k := range p.parts {
			part := &p.parts[k]
			for i := range part.blocks {
				block := &part.blocks[i]
				if block.included {
					if b.bit() == 0 {
						continue
					}
				} else if !part.inclusion.below(&b, i, layer+1) {
					continue
				}
				if !block.included {
					block.included = true
					for !part.zeros.below(&b, i, block.zeros+1) {
						if block.zeros++; block.zeros > 64 || b.end {
							return nil, errors.New("a block of too many bit planes")
						}
					}
				}
				n := b.passes()
				block.passes += n
				for b.bit() == 1 {
					if block.lengths++; block.lengths > 32 || b.end {
						return nil, errors.New("a length of too many bits")
					}
				}
				pieces = append(pieces, piece{block, b.bits(block.lengths + bits.Len(uint(n)) - 1)})
			}
		}
	}
	if b.end {
		return nil, io.ErrUnexpectedEOF
	}
	b.align()
	data = b.data
	if c.endEPH && len(data) >= 2 && binary.BigEndian.Uint16(data) == jpEPH {
		data = data[2:]
	}
	for _, s := range pieces {
		if s.n < 0 || s.n > len(data) {
			return nil, io.ErrUnexpectedEOF
		}
		s.block.data = append(s.block.data, data[:s.n]...)
		data = data[s.n:]
	}
	return data, nil
}
