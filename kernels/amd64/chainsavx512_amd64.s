#include "textflag.h"

// The sums stay in registers, twelve at a time: two multiply-adds a cycle, each
// with a latency of four, need eight of them.

#define X DI // the sums at hand
#define N CX // links left

// func ChainsAVX512(x *[192]float32, a, b float32, n int)
// Requires: AVX512F
TEXT ·ChainsAVX512(SB), NOSPLIT, $0-24
	MOVQ         x+0(FP), X
	VBROADCASTSS a+8(FP), Z0
	VBROADCASTSS b+12(FP), Z1
	MOVQ         n+16(FP), N
	VMOVUPS      (0*64)(X), Z4
	VMOVUPS      (1*64)(X), Z5
	VMOVUPS      (2*64)(X), Z6
	VMOVUPS      (3*64)(X), Z7
	VMOVUPS      (4*64)(X), Z8
	VMOVUPS      (5*64)(X), Z9
	VMOVUPS      (6*64)(X), Z10
	VMOVUPS      (7*64)(X), Z11
	VMOVUPS      (8*64)(X), Z12
	VMOVUPS      (9*64)(X), Z13
	VMOVUPS      (10*64)(X), Z14
	VMOVUPS      (11*64)(X), Z15
	TESTQ        N, N
	JZ           store

link:
	VFMADD231PS Z0, Z1, Z4
	VFMADD231PS Z0, Z1, Z5
	VFMADD231PS Z0, Z1, Z6
	VFMADD231PS Z0, Z1, Z7
	VFMADD231PS Z0, Z1, Z8
	VFMADD231PS Z0, Z1, Z9
	VFMADD231PS Z0, Z1, Z10
	VFMADD231PS Z0, Z1, Z11
	VFMADD231PS Z0, Z1, Z12
	VFMADD231PS Z0, Z1, Z13
	VFMADD231PS Z0, Z1, Z14
	VFMADD231PS Z0, Z1, Z15
	DECQ        N
	JNZ         link

store:
	VMOVUPS Z4, (0*64)(X)
	VMOVUPS Z5, (1*64)(X)
	VMOVUPS Z6, (2*64)(X)
	VMOVUPS Z7, (3*64)(X)
	VMOVUPS Z8, (4*64)(X)
	VMOVUPS Z9, (5*64)(X)
	VMOVUPS Z10, (6*64)(X)
	VMOVUPS Z11, (7*64)(X)
	VMOVUPS Z12, (8*64)(X)
	VMOVUPS Z13, (9*64)(X)
	VMOVUPS Z14, (10*64)(X)
	VMOVUPS Z15, (11*64)(X)
	VZEROUPPER
	RET
