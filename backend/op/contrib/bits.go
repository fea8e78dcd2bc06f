package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Weights of few bits are blocks of a power of two of elements with a scale and
// a zero point each:
//
//	w = (q - zero) · scale
//
// In the file, elements of less than 8 bits follow each other without gaps in
// uint8, lowest bits first, and so do the zero points of a row.

// checkBits returns an error for other numbers of bits or sizes of blocks than
// there are.
func checkBits(bits, block int) error {
	if bits != 2 && bits != 4 && bits != 8 {
		return fmt.Errorf("%w: bits is %d, want 2, 4 or 8", op.ErrUnsupported, bits)
	}
	if block < 16 || block > 1<<20 || block&(block-1) != 0 {
		return fmt.Errorf("%w: block_size is %d, want a power of two from 16 on", op.ErrAttr, block)
	}
	return nil
}

// zeroPoints are those of the blocks of rows.
type zeroPoints struct {
	v    *op.Value // uint8, packed, or float32, or nil
	bits int
	row  int // blocks of a row
}

// at returns the zero point of a block.
func (z *zeroPoints) at(row, block int) float32 {
	switch {
	case z.v == nil:
		return float32(int(1) << (z.bits - 1))
	case z.v.Type == tensor.Float32:
		return op.Data[float32](z.v)[row*z.row+block]
	}
	perByte := 8 / z.bits
	b := z.v.Bytes[row*((z.row+perByte-1)/perByte)+block/perByte]
	return float32(b >> (block % perByte * z.bits) & byte(1<<z.bits-1))
}

// check returns an error unless there is a zero point for each block of rows.
func (z *zeroPoints) check(rows int) error {
	if z.v == nil {
		return nil
	}
	want := rows * z.row
	if z.v.Type != tensor.Float32 {
		perByte := 8 / z.bits
		want = rows * ((z.row + perByte - 1) / perByte)
	}
	if z.v.Len() != want {
		return fmt.Errorf("%w: zero_points is %v, want %d elements for %d rows of %d blocks", op.ErrShape, z.v.Shape, want, rows, z.row)
	}
	return nil
}

// unblock writes n elements of a block to dst, the first of them first: those of
// src less zero, times scale.
func unblock(dst []float32, src []byte, bits, first int, zero, scale float32) {
	perByte, mask := 8/bits, byte(1<<bits-1)
	for i := range dst {
		e := first + i
		q := src[e/perByte] >> (e % perByte * bits) & mask
		dst[i] = (float32(q) - zero) * scale
	}
}

// pairs4 and pairs2 hold two elements of 4 bits for each byte, and of 2 bits for
// each half of one, the lower element first.
var pairs4, pairs2 = pairs(4), pairs(2)

func pairs(bits int) (p [256][2]float32) {
	for q := range 1 << (2 * bits) {
		p[q] = [2]float32{float32(q & (1<<bits - 1)), float32(q >> bits)}
	}
	return p
}

// unpack writes all elements of src to dst as they are.
func unpack(dst []float32, src []byte, bits int) {
	switch bits {
	case 8:
		convert(tensor.Float32, tensor.Storage(dst), tensor.Uint8, src)
	case 4:
		dst = dst[:2*len(src)]
		for i, q := range src {
			p := &pairs4[q]
			dst[2*i], dst[2*i+1] = p[0], p[1]
		}
	default:
		dst = dst[:4*len(src)]
		for i, q := range src {
			p, r := &pairs2[q&15], &pairs2[q>>4]
			dst[4*i], dst[4*i+1], dst[4*i+2], dst[4*i+3] = p[0], p[1], r[0], r[1]
		}
	}
}
