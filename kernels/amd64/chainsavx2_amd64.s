#include "textflag.h"

// The sums stay in registers, twelve at a time: two multiply-adds a cycle, each
// with a latency of four, need eight of them.

#define X      DI // the sums at hand
#define N      CX // links left
#define HALVES DX // of the sums left, which 16 registers do not hold at once

// func ChainsAVX2(x *[192]float32, a, b float32, n int)
// Requires: AVX2, FMA
TEXT ·ChainsAVX2(SB), NOSPLIT, $0-24
	MOVQ         x+0(FP), X
	VBROADCASTSS a+8(FP), Y0
	VBROADCASTSS b+12(FP), Y1
	MOVQ         $2, HALVES

half:
	MOVQ    n+16(FP), N
	VMOVUPS (0*32)(X), Y4
	VMOVUPS (1*32)(X), Y5
	VMOVUPS (2*32)(X), Y6
	VMOVUPS (3*32)(X), Y7
	VMOVUPS (4*32)(X), Y8
	VMOVUPS (5*32)(X), Y9
	VMOVUPS (6*32)(X), Y10
	VMOVUPS (7*32)(X), Y11
	VMOVUPS (8*32)(X), Y12
	VMOVUPS (9*32)(X), Y13
	VMOVUPS (10*32)(X), Y14
	VMOVUPS (11*32)(X), Y15
	TESTQ   N, N
	JZ      store

link:
	VFMADD231PS Y0, Y1, Y4
	VFMADD231PS Y0, Y1, Y5
	VFMADD231PS Y0, Y1, Y6
	VFMADD231PS Y0, Y1, Y7
	VFMADD231PS Y0, Y1, Y8
	VFMADD231PS Y0, Y1, Y9
	VFMADD231PS Y0, Y1, Y10
	VFMADD231PS Y0, Y1, Y11
	VFMADD231PS Y0, Y1, Y12
	VFMADD231PS Y0, Y1, Y13
	VFMADD231PS Y0, Y1, Y14
	VFMADD231PS Y0, Y1, Y15
	DECQ        N
	JNZ         link

store:
	VMOVUPS Y4, (0*32)(X)
	VMOVUPS Y5, (1*32)(X)
	VMOVUPS Y6, (2*32)(X)
	VMOVUPS Y7, (3*32)(X)
	VMOVUPS Y8, (4*32)(X)
	VMOVUPS Y9, (5*32)(X)
	VMOVUPS Y10, (6*32)(X)
	VMOVUPS Y11, (7*32)(X)
	VMOVUPS Y12, (8*32)(X)
	VMOVUPS Y13, (9*32)(X)
	VMOVUPS Y14, (10*32)(X)
	VMOVUPS Y15, (11*32)(X)
	ADDQ    $(12*32), X
	DECQ    HALVES
	JNZ     half
	VZEROUPPER
	RET
