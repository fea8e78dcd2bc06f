#include "textflag.h"

// func Interleave3NEON(dst, x []float32, plane, n int)
TEXT ·Interleave3NEON(SB), NOSPLIT, $0-64
	MOVD dst_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD plane+48(FP), R2
	MOVD n+56(FP), R3
	ADD  R2<<2, R1, R4
	ADD  R2<<3, R1, R5

pixels:
	VLD1.P 16(R1), [V0.S4]
	VLD1.P 16(R4), [V1.S4]
	VLD1.P 16(R5), [V2.S4]
	VST3.P [V0.S4, V1.S4, V2.S4], 48(R0)
	SUBS   $4, R3
	BNE    pixels
	RET

// func Deinterleave3NEON(dst, x []float32, plane, n int)
TEXT ·Deinterleave3NEON(SB), NOSPLIT, $0-64
	MOVD dst_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD plane+48(FP), R2
	MOVD n+56(FP), R3
	ADD  R2<<2, R0, R4
	ADD  R2<<3, R0, R5

pixels:
	VLD3.P 48(R1), [V0.S4, V1.S4, V2.S4]
	VST1.P [V0.S4], 16(R0)
	VST1.P [V1.S4], 16(R4)
	VST1.P [V2.S4], 16(R5)
	SUBS   $4, R3
	BNE    pixels
	RET
