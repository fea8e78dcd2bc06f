package image

import (
	"errors"
	"fmt"
	stdimage "image"
	"image/color"
	"io"
)

// Netpbm's formats: bitmaps (P1, P4), gray (P2, P5) and colour (P3, P6), as
// decimal numbers or as bytes. See the manuals pbm(5), pgm(5) and ppm(5).

// pnm is a file being read.
type pnm struct {
	kind      byte // '1' to '6'
	w, h, max int
	data      []byte // what follows
}

// pnmHeader reads what stands before the pixels.
func pnmHeader(data []byte) (*pnm, error) {
	p := &pnm{kind: data[1], max: 1, data: data[2:]}
	fields := []*int{&p.w, &p.h, &p.max}
	if p.kind == '1' || p.kind == '4' {
		fields = fields[:2]
	}
	for _, f := range fields {
		var err error
		if *f, err = p.number(); err != nil {
			return nil, err
		}
	}
	if p.max < 1 || p.max > 65535 {
		return nil, fmt.Errorf("greatest value %d", p.max)
	}
	if p.kind >= '4' { // one byte of white space
		if len(p.data) == 0 {
			return nil, io.ErrUnexpectedEOF
		}
		p.data = p.data[1:]
	}
	return p, nil
}

// number reads a decimal number, white space and comments before it.
func (p *pnm) number() (int, error) {
	comment := false
	for len(p.data) > 0 {
		c := p.data[0]
		switch {
		case comment:
			comment = c != '\n' && c != '\r'
		case c == '#':
			comment = true
		case c != ' ' && (c < '\t' || c > '\r'):
			return p.digits()
		}
		p.data = p.data[1:]
	}
	return 0, io.ErrUnexpectedEOF
}

func (p *pnm) digits() (int, error) {
	v, n := 0, 0
	for n < len(p.data) && p.data[n] >= '0' && p.data[n] <= '9' {
		if v = 10*v + int(p.data[n]-'0'); v > 1<<28 {
			return 0, errors.New("a number is too large")
		}
		n++
	}
	if n == 0 {
		return 0, fmt.Errorf("%q where a number is due", p.data[0])
	}
	p.data = p.data[n:]
	return v, nil
}

func configPNM(r io.Reader) (stdimage.Config, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return stdimage.Config{}, err
	}
	p, err := pnmHeader(data)
	if err != nil {
		return stdimage.Config{}, err
	}
	return stdimage.Config{ColorModel: color.RGBAModel, Width: p.w, Height: p.h}, nil
}

func decodePNM(data []byte) (*Picture, error) {
	p, err := pnmHeader(data)
	if err != nil {
		return nil, err
	}
	out := New(p.w, p.h)
	if p.kind == '1' || p.kind == '4' {
		return out, p.bits(out)
	}
	channels := 1
	if p.kind == '3' || p.kind == '6' {
		channels = 3
	}
	for i := range p.w * p.h {
		for c := range channels {
			v, err := p.sample(channels)
			if err != nil {
				return nil, err
			}
			out.Pix[3*i+c] = v
		}
		if channels == 1 {
			out.Pix[3*i+1], out.Pix[3*i+2] = out.Pix[3*i], out.Pix[3*i]
		}
	}
	return out, nil
}

// sample reads a value and scales it to 255. Gray of more than 8 bits is clipped
// instead, as that of other formats (see [FromImage]).
func (p *pnm) sample(channels int) (byte, error) {
	v := 0
	switch {
	case p.kind < '4':
		var err error
		if v, err = p.number(); err != nil {
			return 0, err
		}
	case p.max > 255 && len(p.data) >= 2:
		v, p.data = int(p.data[0])<<8|int(p.data[1]), p.data[2:]
	case p.max <= 255 && len(p.data) >= 1:
		v, p.data = int(p.data[0]), p.data[1:]
	default:
		return 0, io.ErrUnexpectedEOF
	}
	if v > p.max {
		return 0, fmt.Errorf("value %d of at most %d", v, p.max)
	}
	if p.max > 255 && channels == 1 {
		return byte(min(255, (uint32(v)*65535+uint32(p.max/2))/uint32(p.max))), nil
	}
	return byte((v*255 + p.max/2) / p.max), nil
}

// bits reads a bitmap, of which 1 is black; rows of P4 fill whole bytes.
func (p *pnm) bits(out *Picture) error {
	stride := (p.w + 7) / 8
	if p.kind == '4' && len(p.data)/max(stride, 1) < p.h {
		return io.ErrUnexpectedEOF
	}
	for i := range p.w * p.h {
		black := false
		if p.kind == '4' {
			x, y := i%p.w, i/p.w
			black = p.data[y*stride+x/8]<<(x%8)&0x80 != 0
		} else {
			for len(p.data) > 0 && p.data[0] != '0' && p.data[0] != '1' {
				p.data = p.data[1:]
			}
			if len(p.data) == 0 {
				return io.ErrUnexpectedEOF
			}
			black, p.data = p.data[0] == '1', p.data[1:]
		}
		if !black {
			out.Pix[3*i], out.Pix[3*i+1], out.Pix[3*i+2] = 255, 255, 255
		}
	}
	return nil
}
