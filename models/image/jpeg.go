package image

import (
	"encoding/binary"
	"errors"
	"fmt"
	stdimage "image"
	"io"
)

// The decoder of JPEG files (ITU-T T.81), sequential and progressive, of 8-bit
// gray and YCbCr. It exists beside image/jpeg because networks are trained on
// what libjpeg decodes, and the two round differently in the inverse DCT (see
// jpegidct.go). Files of other kinds are left to image/jpeg.

// errOtherJPEG says that a file is a kind of JPEG that this decoder leaves out.
var errOtherJPEG = errors.New("another kind of JPEG")

// Markers of a JPEG file, each after a byte 0xff.
const (
	markSOF0 = 0xc0 // sequential frame
	markSOF1 = 0xc1 // the same, of more tables
	markSOF2 = 0xc2 // progressive frame
	markDHT  = 0xc4 // Huffman tables
	markRST0 = 0xd0 // restart, to 0xd7
	markEOI  = 0xd9
	markSOS  = 0xda // scan
	markDQT  = 0xdb // quantisation tables
	markDRI  = 0xdd // restart interval
	markAPP  = 0xee // Adobe's
)

// zigzag is the order of coefficients in a file.
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// jpegFile is a file being decoded.
type jpegFile struct {
	data        []byte // what follows
	w, h        int
	progressive bool
	adobe       int // its colour transform; -1 for none
	restart     int // MCUs between restarts; 0 for none
	quant       [4][64]uint16
	huffman     [2][4]huffman // DC, AC
	comps       []jpegComponent
	hMax, vMax  int
}

// jpegComponent is one channel.
type jpegComponent struct {
	id, h, v, table int
	cols, rows      int // blocks that the picture covers
	stride, height  int // blocks that MCUs cover
	coefs           []int16
	pix             []byte
	dc, ac          int // Huffman tables of the scan
	last            int // DC coefficient before
	scanned         bool
}

// readJPEG decodes a file.
func readJPEG(data []byte) (stdimage.Image, error) {
	d := &jpegFile{data: data[2:], adobe: -1}
	for {
		mark, err := d.marker()
		if err != nil {
			if d.complete() {
				return d.image()
			}
			return nil, err
		}
		if mark == markEOI {
			break
		}
		if mark == 0x01 || mark >= markRST0 && mark < markRST0+8 {
			continue
		}
		s, err := d.segment()
		if err != nil {
			return nil, err
		}
		switch mark {
		case markSOF0, markSOF1, markSOF2:
			d.progressive = mark == markSOF2
			err = d.frame(s)
		case markDHT:
			err = d.huffmanTables(s)
		case markDQT:
			err = d.quantTables(s)
		case markDRI:
			if len(s) < 2 {
				err = io.ErrUnexpectedEOF
			} else {
				d.restart = int(binary.BigEndian.Uint16(s))
			}
		case markAPP:
			if len(s) >= 12 && string(s[:5]) == "Adobe" {
				d.adobe = int(s[11])
			}
		case markSOS:
			err = d.scan(s)
		default:
			if mark >= 0xc3 && mark <= 0xcf && mark != 0xc8 && mark != 0xcc {
				err = errOtherJPEG
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return d.image()
}

// marker skips to the next marker.
func (d *jpegFile) marker() (byte, error) {
	for i := 0; i+1 < len(d.data); i++ {
		if d.data[i] == 0xff && d.data[i+1] != 0xff && d.data[i+1] != 0 {
			m := d.data[i+1]
			d.data = d.data[i+2:]
			return m, nil
		}
	}
	return 0, io.ErrUnexpectedEOF
}

// segment returns the bytes that belong to a marker.
func (d *jpegFile) segment() ([]byte, error) {
	if len(d.data) < 2 {
		return nil, io.ErrUnexpectedEOF
	}
	n := int(binary.BigEndian.Uint16(d.data))
	if n < 2 {
		return nil, fmt.Errorf("a segment of %d bytes", n)
	}
	if n > len(d.data) {
		return nil, io.ErrUnexpectedEOF
	}
	s := d.data[2:n]
	d.data = d.data[n:]
	return s, nil
}

func (d *jpegFile) quantTables(s []byte) error {
	for len(s) > 0 {
		wide, t := int(s[0]>>4), s[0]&15
		n := 64 * (1 + wide)
		if wide > 1 || t > 3 {
			return fmt.Errorf("quantisation table %d of kind %d", t, wide)
		}
		if len(s) < 1+n {
			return io.ErrUnexpectedEOF
		}
		for i, z := range zigzag {
			if wide == 0 {
				d.quant[t][z] = uint16(s[1+i])
			} else {
				d.quant[t][z] = binary.BigEndian.Uint16(s[1+2*i:])
			}
		}
		s = s[1+n:]
	}
	return nil
}

// frame reads the size and the components.
func (d *jpegFile) frame(s []byte) error {
	if d.comps != nil {
		return errors.New("two frames")
	}
	if len(s) < 6 || len(s) < 6+3*int(s[5]) {
		return io.ErrUnexpectedEOF
	}
	d.h, d.w = int(binary.BigEndian.Uint16(s[1:])), int(binary.BigEndian.Uint16(s[3:]))
	n := int(s[5])
	if s[0] != 8 || n != 1 && n != 3 || d.h == 0 || d.w == 0 {
		return errOtherJPEG
	}
	for i := range n {
		c := jpegComponent{id: int(s[6+3*i]), h: int(s[7+3*i] >> 4), v: int(s[7+3*i] & 15), table: int(s[8+3*i])}
		if c.h < 1 || c.h > 4 || c.v < 1 || c.v > 4 || c.table > 3 {
			return fmt.Errorf("component %d has sampling factors %d and %d, table %d", c.id, c.h, c.v, c.table)
		}
		if n == 1 { // a block at a time, whatever the factors say
			c.h, c.v = 1, 1
		}
		d.hMax, d.vMax = max(d.hMax, c.h), max(d.vMax, c.v)
		d.comps = append(d.comps, c)
	}
	if _, ok := d.ratio(); !ok {
		return errOtherJPEG
	}
	for i := range d.comps {
		c := &d.comps[i]
		c.cols, c.rows = blocks(d.w*c.h, 8*d.hMax), blocks(d.h*c.v, 8*d.vMax)
		c.stride, c.height = blocks(d.w, 8*d.hMax)*c.h, blocks(d.h, 8*d.vMax)*c.v
		c.pix = make([]byte, 64*c.stride*c.height)
		if d.progressive {
			c.coefs = make([]int16, 64*c.stride*c.height)
		}
	}
	return nil
}

// blocks returns n/size, rounded up.
func blocks(n, size int) int { return (n + size - 1) / size }

// ratio returns how chroma is sampled; false if in a way that [stdimage.YCbCr]
// cannot be, or if the components are no YCbCr.
func (d *jpegFile) ratio() (stdimage.YCbCrSubsampleRatio, bool) {
	if len(d.comps) == 1 {
		return 0, true
	}
	y, b, r := &d.comps[0], &d.comps[1], &d.comps[2]
	if d.adobe == 0 || y.id == 'R' && b.id == 'G' && r.id == 'B' || b.h != r.h || b.v != r.v || y.h%b.h != 0 || y.v%b.v != 0 {
		return 0, false
	}
	switch [2]int{y.h / b.h, y.v / b.v} {
	case [2]int{1, 1}:
		return stdimage.YCbCrSubsampleRatio444, true
	case [2]int{2, 1}:
		return stdimage.YCbCrSubsampleRatio422, true
	case [2]int{1, 2}:
		return stdimage.YCbCrSubsampleRatio440, true
	case [2]int{2, 2}:
		return stdimage.YCbCrSubsampleRatio420, true
	case [2]int{4, 1}:
		return stdimage.YCbCrSubsampleRatio411, true
	case [2]int{4, 2}:
		return stdimage.YCbCrSubsampleRatio410, true
	}
	return 0, false
}

// complete reports whether a file that has no end is there as a whole.
func (d *jpegFile) complete() bool {
	for i := range d.comps {
		if d.progressive || !d.comps[i].scanned {
			return false
		}
	}
	return d.comps != nil
}

// image returns the picture.
func (d *jpegFile) image() (stdimage.Image, error) {
	if d.comps == nil {
		return nil, io.ErrUnexpectedEOF
	}
	if d.progressive {
		for i := range d.comps {
			c := &d.comps[i]
			for b := range c.stride * c.height {
				inverse(c.pix[b/c.stride*64*c.stride+b%c.stride*8:], 8*c.stride, c.coefs[64*b:64*b+64], &d.quant[c.table])
			}
		}
	}
	r, all := stdimage.Rect(0, 0, d.w, d.h), d.comps
	if len(all) == 1 {
		return &stdimage.Gray{Pix: all[0].pix, Stride: 8 * all[0].stride, Rect: r}, nil
	}
	ratio, ok := d.ratio()
	if !ok { // Adobe's marker came late
		return nil, errOtherJPEG
	}
	return &stdimage.YCbCr{
		Y: all[0].pix, Cb: all[1].pix, Cr: all[2].pix, YStride: 8 * all[0].stride, CStride: 8 * all[1].stride, SubsampleRatio: ratio, Rect: r,
	}, nil
}
