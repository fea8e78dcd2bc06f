#include "textflag.h"

// Conversions of 16 elements at a time, in four vectors of float32. Three
// instructions that the Go assembler does not know, by their Arm names; those
// that end in 2 are about the upper half of the 16-bit vector.

// d = the float32 of the four float16 of n
#define FCVTL(d, n) WORD $(0x0E217800 | n<<5 | d)
#define FCVTL2(d, n) WORD $(0x4E217800 | n<<5 | d)

// d = the four float32 of n, rounded to float16
#define FCVTN(d, n) WORD $(0x0E216800 | n<<5 | d)
#define FCVTN2(d, n) WORD $(0x4E216800 | n<<5 | d)

// d = n == m as an integer: all ones or zeros
#define FCMEQ(d, n, m) WORD $(0x4E20E400 | m<<16 | n<<5 | d)

#define DST R0
#define N   R1 // elements left
#define X   R2

// func FromFloat16NEON(dst []float32, x []uint16)
TEXT ·FromFloat16NEON(SB), NOSPLIT, $0-48
	MOVD dst_base+0(FP), DST
	MOVD dst_len+8(FP), N
	MOVD x_base+24(FP), X

loop:
	VLD1.P 32(X), [V0.H8, V1.H8]
	FCVTL(2, 0)
	FCVTL2(3, 0)
	FCVTL(4, 1)
	FCVTL2(5, 1)
	VST1.P [V2.S4, V3.S4, V4.S4, V5.S4], 64(DST)
	SUBS   $16, N
	BNE    loop
	RET

// func FromBFloat16NEON(dst []float32, x []uint16)
TEXT ·FromBFloat16NEON(SB), NOSPLIT, $0-48
	MOVD dst_base+0(FP), DST
	MOVD dst_len+8(FP), N
	MOVD x_base+24(FP), X
	VEOR V31.B16, V31.B16, V31.B16

loop:
	VLD1.P 32(X), [V0.H8, V1.H8]
	VZIP1  V0.H8, V31.H8, V2.H8
	VZIP2  V0.H8, V31.H8, V3.H8
	VZIP1  V1.H8, V31.H8, V4.H8
	VZIP2  V1.H8, V31.H8, V5.H8
	VST1.P [V2.S4, V3.S4, V4.S4, V5.S4], 64(DST)
	SUBS   $16, N
	BNE    loop
	RET

// func ToFloat16NEON(dst []uint16, x []float32)
TEXT ·ToFloat16NEON(SB), NOSPLIT, $0-48
	MOVD dst_base+0(FP), DST
	MOVD dst_len+8(FP), N
	MOVD x_base+24(FP), X

loop:
	VLD1.P 64(X), [V0.S4, V1.S4, V2.S4, V3.S4]
	FCVTN(4, 0)
	FCVTN2(4, 1)
	FCVTN(5, 2)
	FCVTN2(5, 3)
	VST1.P [V4.H8, V5.H8], 32(DST)
	SUBS   $16, N
	BNE    loop
	RET

#define ONE   V28 // the lowest bit
#define ROUND V29 // 0x7fff
#define QUIET V30 // the bit that makes a NaN quiet

// TO_BFLOAT16: V(m) = V(x) rounded, in the upper half of each element; V7 is free
#define TO_BFLOAT16(x, m, vx, vm) \
	VUSHR $16, vx.S4, V7.S4         \
	VAND  ONE.B16, V7.B16, V7.B16   \
	VADD  ROUND.S4, V7.S4, V7.S4    \
	VADD  vx.S4, V7.S4, V7.S4       \
	FCMEQ(m, x, x)                  \
	VORR  QUIET.B16, vx.B16, vx.B16 \
	VBSL  vx.B16, V7.B16, vm.B16

// func ToBFloat16NEON(dst []uint16, x []float32)
TEXT ·ToBFloat16NEON(SB), NOSPLIT, $0-48
	MOVD dst_base+0(FP), DST
	MOVD dst_len+8(FP), N
	MOVD x_base+24(FP), X
	MOVD $1, R3
	VDUP R3, ONE.S4
	MOVD $0x7fff, R3
	VDUP R3, ROUND.S4
	MOVD $0x400000, R3
	VDUP R3, QUIET.S4

loop:
	VLD1.P 64(X), [V0.S4, V1.S4, V2.S4, V3.S4]
	TO_BFLOAT16(0, 16, V0, V16)
	TO_BFLOAT16(1, 17, V1, V17)
	TO_BFLOAT16(2, 18, V2, V18)
	TO_BFLOAT16(3, 19, V3, V19)
	VUZP2  V17.H8, V16.H8, V4.H8
	VUZP2  V19.H8, V18.H8, V5.H8
	VST1.P [V4.H8, V5.H8], 32(DST)
	SUBS   $16, N
	BNE    loop
	RET
