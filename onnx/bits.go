package onnx

import "github.com/sardonyx-go/sardonyx/tensor"

// unpackBits spreads numbers of 2, 4 or 6 bits, packed from the lowest bit of
// the first byte on, to one byte each. src holds at least as many as dst.
func unpackBits(dst, src []byte, bits int) {
	mask := uint16(1)<<bits - 1
	for i := range dst {
		at := i * bits
		x := uint16(src[at/8])
		if at%8+bits > 8 { // reaches into the next byte
			x |= uint16(src[at/8+1]) << 8
		}
		dst[i] = byte(x >> (at % 8) & mask)
	}
}

// signExtend makes two's complement numbers of fewer than 8 bits int8s.
func signExtend(t *tensor.Tensor) {
	if t.Type() != tensor.Int4 && t.Type() != tensor.Int2 {
		return
	}
	unused := 8 - t.Type().Bits()
	for i, x := range t.Bytes() {
		t.Bytes()[i] = byte(int8(x<<unused) >> unused)
	}
}
