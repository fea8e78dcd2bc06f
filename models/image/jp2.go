package image

import (
	"encoding/binary"
	"errors"
	"fmt"
	stdimage "image"
	"image/color"
	"io"
	"slices"
)

// The decoder of JPEG 2000 (ITU-T T.800), part 1: files and bare codestreams of
// gray and RGB pictures. A codestream is headers and tiles; a tile is packets
// (jp2packet.go) of blocks of coefficients, coded bit by bit (jp2block.go), of
// subbands of a wavelet transform (jp2wavelet.go). Rare features are refused.

// Markers of a codestream.
const (
	jpSOC = 0xff4f
	jpSIZ = 0xff51
	jpCOD = 0xff52
	jpCOC = 0xff53
	jpRGN = 0xff5e
	jpQCD = 0xff5c
	jpQCC = 0xff5d
	jpPOC = 0xff5f
	jpPPM = 0xff60
	jpPPT = 0xff61
	jpSOT = 0xff90
	jpSOP = 0xff91
	jpEPH = 0xff92
	jpSOD = 0xff93
	jpEOC = 0xffd9
)

// jp2Unsupported words a feature that this decoder leaves out.
func jp2Unsupported(what string) error { return fmt.Errorf("%s: %w", what, errors.ErrUnsupported) }

// A jp2Rect is x0 <= x < x1, y0 <= y < y1.
type jp2Rect struct{ x0, y0, x1, y1 int }

func (r jp2Rect) w() int { return max(0, r.x1-r.x0) }
func (r jp2Rect) h() int { return max(0, r.y1-r.y0) }

// down divides by a power of two, rounding up.
func (r jp2Rect) down(n int) jp2Rect {
	up := 1<<n - 1
	return jp2Rect{(r.x0 + up) >> n, (r.y0 + up) >> n, (r.x1 + up) >> n, (r.y1 + up) >> n}
}

func (r jp2Rect) intersect(s jp2Rect) jp2Rect {
	return jp2Rect{max(r.x0, s.x0), max(r.y0, s.y0), min(r.x1, s.x1), min(r.y1, s.y1)}
}

// jp2Coding is how a component of a tile is coded.
type jp2Coding struct {
	levels          int // of the wavelet
	blockW, blockH  int // of a block, as powers of two
	style           int
	reversible      bool
	precincts       [33][2]int // by resolution, as powers of two
	quantStyle      int
	guard           int
	exponent, step  [97]int // by subband
	order, layers   int     // of the whole tile
	transform       bool
	markSOP, endEPH bool
}

// jp2Stream is a codestream.
type jp2Stream struct {
	area, tile jp2Rect // tile: its first one
	comps      []int   // bits of each component
	coding     []jp2Coding
	tiles      map[int]*jp2Tile
}

// jp2Tile is the parts of a tile.
type jp2Tile struct {
	coding []jp2Coding // the stream's, unless own
	own    bool
	data   []byte
}

// jp2Codestream returns the codestream in a file.
func jp2Codestream(data []byte) ([]byte, error) {
	if len(data) >= 2 && binary.BigEndian.Uint16(data) == jpSOC {
		return data, nil
	}
	return jp2Boxes(data)
}

// jp2Boxes looks for the codestream among the boxes of a file.
func jp2Boxes(data []byte) ([]byte, error) {
	for len(data) >= 8 {
		n, head, kind := uint64(binary.BigEndian.Uint32(data)), uint64(8), string(data[4:8])
		if n == 1 && len(data) >= 16 {
			n, head = binary.BigEndian.Uint64(data[8:]), 16
		}
		if n == 0 || n > uint64(len(data)) { // to the end
			n = uint64(len(data))
		}
		if n < head {
			return nil, fmt.Errorf("a box of %d bytes", n)
		}
		body := data[head:n]
		switch kind {
		case "jp2h":
			if s, err := jp2Boxes(body); s != nil || err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
				return s, err
			}
		case "pclr":
			return nil, jp2Unsupported("a palette")
		case "colr":
			if len(body) >= 7 && body[0] == 1 {
				if space := binary.BigEndian.Uint32(body[3:]); space != 16 && space != 17 {
					return nil, jp2Unsupported(fmt.Sprintf("colour space %d", space))
				}
			}
		case "jp2c":
			return body, nil
		}
		data = data[n:]
	}
	return nil, io.ErrUnexpectedEOF
}

func configJP2(r io.Reader) (stdimage.Config, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return stdimage.Config{}, err
	}
	if data, err = jp2Codestream(data); err != nil {
		return stdimage.Config{}, err
	}
	var s jp2Stream
	if len(data) < 4 || binary.BigEndian.Uint16(data[2:]) != jpSIZ {
		return stdimage.Config{}, io.ErrUnexpectedEOF
	}
	body, _, err := jp2Segment(data[4:])
	if err == nil {
		err = s.size(body)
	}
	return stdimage.Config{ColorModel: color.RGBAModel, Width: s.area.w(), Height: s.area.h()}, err
}

func decodeJP2(data []byte) (*Picture, error) {
	data, err := jp2Codestream(data)
	if err != nil {
		return nil, err
	}
	s := &jp2Stream{tiles: map[int]*jp2Tile{}}
	if err := s.read(data); err != nil {
		return nil, err
	}
	p := New(s.area.w(), s.area.h())
	across := blocks(s.area.x1-s.tile.x0, s.tile.w())
	for i := range across * blocks(s.area.y1-s.tile.y0, s.tile.h()) {
		t := s.tiles[i]
		if t == nil {
			return nil, io.ErrUnexpectedEOF
		}
		x, y := s.tile.x0+i%across*s.tile.w(), s.tile.y0+i/across*s.tile.h()
		r := jp2Rect{x, y, x + s.tile.w(), y + s.tile.h()}.intersect(s.area)
		if err := s.decodeTile(t, r, p); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// jp2Segment returns the bytes that belong to a marker and those after.
func jp2Segment(data []byte) (body, rest []byte, err error) {
	if len(data) < 2 {
		return nil, nil, io.ErrUnexpectedEOF
	}
	n := int(binary.BigEndian.Uint16(data))
	if n < 2 || n > len(data) {
		return nil, nil, io.ErrUnexpectedEOF
	}
	return data[2:n], data[n:], nil
}

// read reads headers and collects the parts of tiles.
func (s *jp2Stream) read(data []byte) error {
	data = data[2:]
	var tile *jp2Tile // whose header this is
	var rest []byte   // after the part of the tile
	for len(data) >= 2 {
		mark := int(binary.BigEndian.Uint16(data))
		data = data[2:]
		if mark == jpEOC {
			return nil
		}
		if mark == jpSOD {
			if tile == nil {
				return errors.New("data without a tile")
			}
			if len(rest) > len(data) {
				return errors.New("a part of a tile that is shorter than its header")
			}
			tile.data = append(tile.data, data[:len(data)-len(rest)]...)
			data, tile = rest, nil
			continue
		}
		at := data
		body, next, err := jp2Segment(data)
		if err != nil {
			return err
		}
		data = next
		switch mark {
		case jpSIZ:
			err = s.size(body)
		case jpCOD, jpCOC, jpQCD, jpQCC:
			coding := s.coding
			if tile != nil {
				if !tile.own {
					tile.coding, tile.own = slices.Clone(tile.coding), true
				}
				coding = tile.coding
			}
			err = jp2Parameters(mark, body, coding)
		case jpRGN, jpPOC, jpPPM, jpPPT:
			err = jp2Unsupported(fmt.Sprintf("marker %#x", mark))
		case jpSOT:
			if len(body) < 8 || s.coding == nil {
				return io.ErrUnexpectedEOF
			}
			index, n := int(binary.BigEndian.Uint16(body)), int(binary.BigEndian.Uint32(body[2:]))
			part := len(at) + 2 // from the marker on
			if n == 0 || n > part {
				n = part
			}
			if n < 14 {
				return fmt.Errorf("a part of %d bytes", n)
			}
			rest = at[n-2:]
			if tile = s.tiles[index]; tile == nil {
				tile = &jp2Tile{coding: s.coding}
				s.tiles[index] = tile
			}
		}
		if err != nil {
			return err
		}
	}
	if len(s.tiles) == 0 {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// size reads the size of the picture, of tiles and of samples.
func (s *jp2Stream) size(b []byte) error {
	if len(b) < 36 || len(b) < 36+3*int(binary.BigEndian.Uint16(b[34:])) {
		return io.ErrUnexpectedEOF
	}
	at := func(i int) int { return int(binary.BigEndian.Uint32(b[2+4*i:]) & (1<<31 - 1)) }
	s.area = jp2Rect{at(2), at(3), at(0), at(1)}
	s.tile = jp2Rect{at(6), at(7), at(6) + at(4), at(7) + at(5)}
	n := int(binary.BigEndian.Uint16(b[34:]))
	if s.area.w() == 0 || s.area.h() == 0 || s.tile.w() == 0 || s.tile.h() == 0 || n == 0 || n > 4 ||
		s.tile.x0 > s.area.x0 || s.tile.y0 > s.area.y0 || s.area.x1 > 1<<28 || s.area.y1 > 1<<28 {
		return fmt.Errorf("%d components of %v in tiles of %v", n, s.area, s.tile)
	}
	if s.comps != nil {
		return errors.New("two sizes")
	}
	for i := range n {
		c := b[36+3*i:]
		if c[0] > 15 || c[1] != 1 || c[2] != 1 {
			return jp2Unsupported(fmt.Sprintf("samples of %d bits, %d by %d pixels", c[0]+1, c[1], c[2]))
		}
		s.comps = append(s.comps, int(c[0])+1)
	}
	s.coding = make([]jp2Coding, n)
	return nil
}

// jp2Parameters reads a segment that says how components are coded: all, or
// only one.
func jp2Parameters(mark int, b []byte, coding []jp2Coding) error {
	if coding == nil {
		return errors.New("parameters before the size")
	}
	if mark == jpCOC || mark == jpQCC {
		if len(b) < 2 || int(b[0]) >= len(coding) {
			return io.ErrUnexpectedEOF
		}
		coding, b = coding[b[0]:b[0]+1], b[1:]
	}
	for i := range coding {
		c := &coding[i]
		var err error
		switch mark {
		case jpCOD:
			if len(b) < 10 {
				return io.ErrUnexpectedEOF
			}
			c.markSOP, c.endEPH = b[0]&2 != 0, b[0]&4 != 0
			c.order, c.layers, c.transform = int(b[1]), int(binary.BigEndian.Uint16(b[2:])), b[4] == 1
			err = c.blocks(b[5:], b[0]&1 != 0)
		case jpCOC:
			err = c.blocks(b[1:], b[0]&1 != 0)
		default:
			err = c.quantisation(b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// blocks reads the wavelet and the sizes of blocks and precincts.
func (c *jp2Coding) blocks(b []byte, precincts bool) error {
	if len(b) < 5 || precincts && len(b) < 6+int(b[0]) {
		return io.ErrUnexpectedEOF
	}
	c.levels, c.blockW, c.blockH, c.style, c.reversible = int(b[0]), int(b[1])+2, int(b[2])+2, int(b[3]), b[4] == 1
	if c.levels > 30 || c.blockW > 10 || c.blockH > 10 || c.blockW+c.blockH > 12 || c.order > 4 {
		return fmt.Errorf("%d levels, blocks of 2^%d by 2^%d", c.levels, c.blockW, c.blockH)
	}
	if c.style&^(jp2Reset|jp2Predictable|jp2Symbols) != 0 {
		return jp2Unsupported(fmt.Sprintf("blocks of style %#x", c.style))
	}
	for r := range c.levels + 1 {
		c.precincts[r] = [2]int{15, 15}
		if precincts {
			c.precincts[r] = [2]int{int(b[5+r] & 15), int(b[5+r] >> 4)}
			if r > 0 && (c.precincts[r][0] == 0 || c.precincts[r][1] == 0) {
				return errors.New("a precinct of one pixel")
			}
		}
	}
	return nil
}

// quantisation reads exponents and steps of subbands.
func (c *jp2Coding) quantisation(b []byte) error {
	if len(b) < 2 {
		return io.ErrUnexpectedEOF
	}
	c.quantStyle, c.guard = int(b[0]&31), int(b[0]>>5)
	b = b[1:]
	for i := range c.exponent {
		switch c.quantStyle {
		case 0: // none: exponents only
			if i < len(b) {
				c.exponent[i] = int(b[i] >> 3)
			}
		case 1: // of the first, from which the others follow
			if len(b) < 2 {
				return io.ErrUnexpectedEOF
			}
			v := int(binary.BigEndian.Uint16(b))
			c.exponent[i], c.step[i] = v>>11-max(0, (i-1)/3), v&2047
		case 2:
			if 2*i+1 < len(b) {
				v := int(binary.BigEndian.Uint16(b[2*i:]))
				c.exponent[i], c.step[i] = v>>11, v&2047
			}
		default:
			return fmt.Errorf("quantisation of style %d", c.quantStyle)
		}
	}
	return nil
}
