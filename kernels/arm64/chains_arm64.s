#include "textflag.h"

// The sums stay in registers, 24 at a time: four multiply-adds a cycle, as the
// widest cores have them, each with a latency of four, need 16 of them.

#define X      R0 // the sums at hand
#define N      R1 // links left
#define HALVES R2 // of the sums left, which 32 registers do not hold at once

// func ChainsNEON(x *[192]float32, a, b float32, n int)
TEXT ·ChainsNEON(SB), NOSPLIT, $0-24
	MOVD  x+0(FP), X
	MOVWU a+8(FP), R3
	VDUP  R3, V0.S4
	MOVWU b+12(FP), R3
	VDUP  R3, V1.S4
	MOVD  $2, HALVES

half:
	MOVD   n+16(FP), N
	MOVD   X, R3
	VLD1.P 64(R3), [V8.S4, V9.S4, V10.S4, V11.S4]
	VLD1.P 64(R3), [V12.S4, V13.S4, V14.S4, V15.S4]
	VLD1.P 64(R3), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1.P 64(R3), [V20.S4, V21.S4, V22.S4, V23.S4]
	VLD1.P 64(R3), [V24.S4, V25.S4, V26.S4, V27.S4]
	VLD1.P 64(R3), [V28.S4, V29.S4, V30.S4, V31.S4]
	CBZ    N, store

link:
	VFMLA V0.S4, V1.S4, V8.S4
	VFMLA V0.S4, V1.S4, V9.S4
	VFMLA V0.S4, V1.S4, V10.S4
	VFMLA V0.S4, V1.S4, V11.S4
	VFMLA V0.S4, V1.S4, V12.S4
	VFMLA V0.S4, V1.S4, V13.S4
	VFMLA V0.S4, V1.S4, V14.S4
	VFMLA V0.S4, V1.S4, V15.S4
	VFMLA V0.S4, V1.S4, V16.S4
	VFMLA V0.S4, V1.S4, V17.S4
	VFMLA V0.S4, V1.S4, V18.S4
	VFMLA V0.S4, V1.S4, V19.S4
	VFMLA V0.S4, V1.S4, V20.S4
	VFMLA V0.S4, V1.S4, V21.S4
	VFMLA V0.S4, V1.S4, V22.S4
	VFMLA V0.S4, V1.S4, V23.S4
	VFMLA V0.S4, V1.S4, V24.S4
	VFMLA V0.S4, V1.S4, V25.S4
	VFMLA V0.S4, V1.S4, V26.S4
	VFMLA V0.S4, V1.S4, V27.S4
	VFMLA V0.S4, V1.S4, V28.S4
	VFMLA V0.S4, V1.S4, V29.S4
	VFMLA V0.S4, V1.S4, V30.S4
	VFMLA V0.S4, V1.S4, V31.S4
	SUB   $1, N
	CBNZ  N, link

store:
	VST1.P [V8.S4, V9.S4, V10.S4, V11.S4], 64(X)
	VST1.P [V12.S4, V13.S4, V14.S4, V15.S4], 64(X)
	VST1.P [V16.S4, V17.S4, V18.S4, V19.S4], 64(X)
	VST1.P [V20.S4, V21.S4, V22.S4, V23.S4], 64(X)
	VST1.P [V24.S4, V25.S4, V26.S4, V27.S4], 64(X)
	VST1.P [V28.S4, V29.S4, V30.S4, V31.S4], 64(X)
	SUB    $1, HALVES
	CBNZ   HALVES, half
	RET
