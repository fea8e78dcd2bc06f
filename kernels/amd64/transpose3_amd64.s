#include "textflag.h"

// Eight pixels of three planes a, b, c are three vectors in pixel order:
//
//	first    a0 b0 c0 a1 b1 c1 a2 b2
//	second   c2 a3 b3 c3 a4 b4 c4 a5
//	third    b5 c5 a6 b6 c6 a7 b7 c7
//
// The elements of one plane have all places modulo 8 once, so one permutation
// of a plane and blends are enough.

// The place that each element of a, b and c has in the vectors above, as the
// index of the element at each place; those of a and c are their own inverses.
DATA planeA<>+0(SB)/8, $0x0000000300000000
DATA planeA<>+8(SB)/8, $0x0000000100000006
DATA planeA<>+16(SB)/8, $0x0000000700000004
DATA planeA<>+24(SB)/8, $0x0000000500000002
GLOBL planeA<>(SB), RODATA|NOPTR, $32

DATA planeB<>+0(SB)/8, $0x0000000000000005
DATA planeB<>+8(SB)/8, $0x0000000600000003
DATA planeB<>+16(SB)/8, $0x0000000400000001
DATA planeB<>+24(SB)/8, $0x0000000200000007
GLOBL planeB<>(SB), RODATA|NOPTR, $32

DATA placesB<>+0(SB)/8, $0x0000000400000001
DATA placesB<>+8(SB)/8, $0x0000000200000007
DATA placesB<>+16(SB)/8, $0x0000000000000005
DATA placesB<>+24(SB)/8, $0x0000000600000003
GLOBL placesB<>(SB), RODATA|NOPTR, $32

DATA planeC<>+0(SB)/8, $0x0000000500000002
DATA planeC<>+8(SB)/8, $0x0000000300000000
DATA planeC<>+16(SB)/8, $0x0000000100000006
DATA planeC<>+24(SB)/8, $0x0000000700000004
GLOBL planeC<>(SB), RODATA|NOPTR, $32

#define FIRST  $0x49 // places 0, 3, 6
#define SECOND $0x92 // places 1, 4, 7
#define THIRD  $0x24 // places 2, 5

// MERGE: r = x with places p of y and places q of z
#define MERGE(x, p, y, q, z, r) \
	VBLENDPS p, y, x, r \
	VBLENDPS q, z, r, r

// func Interleave3AVX2(dst, x []float32, plane, n int)
// Requires: AVX2
TEXT ·Interleave3AVX2(SB), NOSPLIT, $0-64
	MOVQ    dst_base+0(FP), DI
	MOVQ    x_base+24(FP), SI
	MOVQ    plane+48(FP), DX
	MOVQ    n+56(FP), CX
	VMOVUPS planeA<>(SB), Y10
	VMOVUPS planeB<>(SB), Y11
	VMOVUPS planeC<>(SB), Y12

pixels:
	VPERMPS (SI), Y10, Y0
	VPERMPS (SI)(DX*4), Y11, Y1
	VPERMPS (SI)(DX*8), Y12, Y2
	MERGE(Y0, SECOND, Y1, THIRD, Y2, Y3)
	MERGE(Y0, THIRD, Y1, FIRST, Y2, Y4)
	MERGE(Y0, FIRST, Y1, SECOND, Y2, Y5)
	VMOVUPS Y3, (DI)
	VMOVUPS Y4, 32(DI)
	VMOVUPS Y5, 64(DI)
	ADDQ    $32, SI
	ADDQ    $96, DI
	SUBQ    $8, CX
	JNZ     pixels
	VZEROUPPER
	RET

// func Deinterleave3AVX2(dst, x []float32, plane, n int)
// Requires: AVX2
TEXT ·Deinterleave3AVX2(SB), NOSPLIT, $0-64
	MOVQ    dst_base+0(FP), DI
	MOVQ    x_base+24(FP), SI
	MOVQ    plane+48(FP), DX
	MOVQ    n+56(FP), CX
	VMOVUPS planeA<>(SB), Y10
	VMOVUPS placesB<>(SB), Y11
	VMOVUPS planeC<>(SB), Y12

pixels:
	VMOVUPS (SI), Y0
	VMOVUPS 32(SI), Y1
	VMOVUPS 64(SI), Y2
	MERGE(Y0, SECOND, Y1, THIRD, Y2, Y3)
	MERGE(Y0, THIRD, Y1, FIRST, Y2, Y4)
	MERGE(Y0, FIRST, Y1, SECOND, Y2, Y5)
	VPERMPS Y3, Y10, Y3
	VPERMPS Y4, Y11, Y4
	VPERMPS Y5, Y12, Y5
	VMOVUPS Y3, (DI)
	VMOVUPS Y4, (DI)(DX*4)
	VMOVUPS Y5, (DI)(DX*8)
	ADDQ    $96, SI
	ADDQ    $32, DI
	SUBQ    $8, CX
	JNZ     pixels
	VZEROUPPER
	RET
