package image

// The inverse DCT of libjpeg's default, "slow" integer method (jidctint.c of
// libjpeg 6b): the algorithm of Loeffler, Ligtenberg and Moschytz (1989) in 13
// bits of fixed point, columns first, which keep 2 bits more, then rows. Its
// SIMD versions give the same bits.

const (
	dctBits  = 13
	passBits = 2
)

// Constants of the algorithm times 1<<dctBits.
const (
	c0298 = 2446  // 0.298631336
	c0390 = 3196  // 0.390180644
	c0541 = 4433  // 0.541196100
	c0765 = 6270  // 0.765366865
	c0899 = 7373  // 0.899976223
	c1175 = 9633  // 1.175875602
	c1501 = 12299 // 1.501321110
	c1847 = 15137 // 1.847759065
	c1961 = 16069 // 1.961570560
	c2053 = 16819 // 2.053119869
	c2562 = 20995 // 2.562915447
	c3072 = 25172 // 3.072711026
)

// inverse writes the 8x8 samples of a block to dst, rows stride apart.
func inverse(dst []byte, stride int, coefs []int16, quant *[64]uint16) {
	var mid [64]int32
	_ = coefs[63]
	for i := range 8 {
		var x [8]int32
		rest := int32(0)
		for k := range 8 {
			x[k] = int32(coefs[8*k+i]) * int32(quant[8*k+i])
			if k > 0 {
				rest |= x[k]
			}
		}
		if rest == 0 { // what butterfly would give, at once
			for k := range 8 {
				mid[8*k+i] = x[0] << passBits
			}
			continue
		}
		butterfly(&x)
		for k := range 8 {
			mid[8*k+i] = descale(x[k], dctBits-passBits)
		}
	}
	for i := range 8 {
		x := [8]int32(mid[8*i:])
		butterfly(&x)
		row := dst[i*stride : i*stride+8]
		for k := range row {
			row[k] = clip8(descale(x[k], dctBits+passBits+3) + 128)
		}
	}
}

// descale divides by a power of two and rounds.
func descale(v int32, bits int) int32 { return (v + 1<<(bits-1)) >> bits }

// butterfly is the inverse DCT of 8 values, times 1<<dctBits.
func butterfly(x *[8]int32) {
	z := (x[2] + x[6]) * c0541
	e2, e3 := z-x[6]*c1847, z+x[2]*c0765
	e0, e1 := (x[0]+x[4])<<dctBits, (x[0]-x[4])<<dctBits
	a0, a3, a1, a2 := e0+e3, e0-e3, e1+e2, e1-e2

	z1, z2, z3, z4 := x[7]+x[1], x[5]+x[3], x[7]+x[3], x[5]+x[1]
	z5 := (z3 + z4) * c1175
	z1, z2, z3, z4 = -z1*c0899, -z2*c2562, z5-z3*c1961, z5-z4*c0390
	b0, b1 := x[7]*c0298+z1+z3, x[5]*c2053+z2+z4
	b2, b3 := x[3]*c3072+z2+z3, x[1]*c1501+z1+z4

	x[0], x[7] = a0+b3, a0-b3
	x[1], x[6] = a1+b2, a1-b2
	x[2], x[5] = a2+b1, a2-b1
	x[3], x[4] = a3+b0, a3-b0
}
