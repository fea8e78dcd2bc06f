package tensor

import "fmt"

// PackedLen returns the bytes that n elements take in a file: those of 2, 4
// and 6 bits follow each other without gaps, lowest bits first, and the last
// byte is filled with zeros. It is 0 for [String].
func PackedLen(t Type, n int) int {
	if bits := t.Bits(); bits < 8 {
		return (n*bits + 7) / 8
	}
	return n * t.Size()
}

// Pack writes the elements of src, as in memory, to dst as in a file; dst has
// the [PackedLen] of them. The types of 8 bits and more are copied.
func Pack(t Type, dst, src []byte) {
	checkPacked(t, dst, src)
	switch bits := t.Bits(); bits {
	case 4:
		for i := range len(src) / 2 {
			dst[i] = src[2*i]&15 | src[2*i+1]<<4
		}
		if len(src)%2 == 1 {
			dst[len(dst)-1] = src[len(src)-1] & 15
		}
	case 2, 6:
		pending, have, k := uint(0), 0, 0 // bits not yet written, the oldest lowest
		for _, v := range src {
			pending |= uint(v) & (1<<bits - 1) << have
			if have += bits; have >= 8 {
				dst[k] = byte(pending)
				pending, have, k = pending>>8, have-8, k+1
			}
		}
		if have > 0 {
			dst[k] = byte(pending)
		}
	default:
		copy(dst, src)
	}
}

// Unpack is the inverse of [Pack]: it reads elements as in a file from src and
// writes them as in memory, one a byte, signed ones with their sign, to dst.
func Unpack(t Type, dst, src []byte) {
	checkPacked(t, src, dst)
	switch bits := t.Bits(); bits {
	case 4:
		for i := range len(dst) / 2 {
			dst[2*i], dst[2*i+1] = src[i]&15, src[i]>>4
		}
		if len(dst)%2 == 1 {
			dst[len(dst)-1] = src[len(src)-1] & 15
		}
	case 2, 6:
		pending, have, k := uint(0), 0, 0 // bits not yet used, the next lowest
		for i := range dst {
			if have < bits {
				pending |= uint(src[k]) << have
				have, k = have+8, k+1
			}
			dst[i] = byte(pending) & (1<<bits - 1)
			pending, have = pending>>bits, have-bits
		}
	default:
		copy(dst, src)
	}
	switch t {
	case Int4:
		for i, v := range dst {
			dst[i] = byte(int8(v<<4) >> 4)
		}
	case Int2:
		for i, v := range dst {
			dst[i] = byte(int8(v<<6) >> 6)
		}
	}
}

func checkPacked(t Type, packed, elements []byte) {
	if t.Size() == 0 || len(elements)%t.Size() != 0 || len(packed) != PackedLen(t, len(elements)/t.Size()) {
		panic(fmt.Sprintf("tensor: %d bytes of %v do not pack to %d", len(elements), t, len(packed)))
	}
}
