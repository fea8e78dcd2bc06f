#include "textflag.h"

// Conversions of 16 elements at a time, in two vectors of float32. Memory is
// the limit, so there is no AVX-512 form.

#define DST DI
#define X   SI
#define N   CX // elements left

// func FromFloat16AVX2(dst []float32, x []uint16)
// Requires: AVX, F16C
TEXT ·FromFloat16AVX2(SB), NOSPLIT, $0-48
	MOVQ dst_base+0(FP), DST
	MOVQ dst_len+8(FP), N
	MOVQ x_base+24(FP), X

loop:
	VCVTPH2PS (X), Y0
	VCVTPH2PS 16(X), Y1
	VMOVUPS   Y0, (DST)
	VMOVUPS   Y1, 32(DST)
	ADDQ      $(16*2), X
	ADDQ      $(16*4), DST
	SUBQ      $16, N
	JNZ       loop
	VZEROUPPER
	RET

// func FromBFloat16AVX2(dst []float32, x []uint16)
// Requires: AVX2
TEXT ·FromBFloat16AVX2(SB), NOSPLIT, $0-48
	MOVQ dst_base+0(FP), DST
	MOVQ dst_len+8(FP), N
	MOVQ x_base+24(FP), X

loop:
	VPMOVZXWD (X), Y0
	VPMOVZXWD 16(X), Y1
	VPSLLD    $16, Y0, Y0
	VPSLLD    $16, Y1, Y1
	VMOVUPS   Y0, (DST)
	VMOVUPS   Y1, 32(DST)
	ADDQ      $(16*2), X
	ADDQ      $(16*4), DST
	SUBQ      $16, N
	JNZ       loop
	VZEROUPPER
	RET

// func ToFloat16AVX2(dst []uint16, x []float32)
// Requires: AVX, F16C
TEXT ·ToFloat16AVX2(SB), NOSPLIT, $0-48
	MOVQ dst_base+0(FP), DST
	MOVQ dst_len+8(FP), N
	MOVQ x_base+24(FP), X

loop:
	VMOVUPS   (X), Y0
	VMOVUPS   32(X), Y1
	VCVTPS2PH $0, Y0, (DST) // 0: to nearest, ties to even
	VCVTPS2PH $0, Y1, 16(DST)
	ADDQ      $(16*4), X
	ADDQ      $(16*2), DST
	SUBQ      $16, N
	JNZ       loop
	VZEROUPPER
	RET

#define ONE   Y12 // the lowest bit
#define ROUND Y13 // 0x7fff
#define QUIET Y14 // the bit that makes a NaN quiet

// TO_BFLOAT16: r = x rounded, in the upper half of each element; a, b are free
#define TO_BFLOAT16(x, r, a, b) \
	VPSRLD    $16, x, a        \
	VPAND     ONE, a, a        \
	VPADDD    ROUND, x, b      \
	VPADDD    a, b, b          \
	VPOR      QUIET, x, a      \
	VCMPPS    $3, x, x, r      \
	VBLENDVPS r, a, b, r

// func ToBFloat16AVX2(dst []uint16, x []float32)
// Requires: AVX2
TEXT ·ToBFloat16AVX2(SB), NOSPLIT, $0-48
	MOVQ     dst_base+0(FP), DST
	MOVQ     dst_len+8(FP), N
	MOVQ     x_base+24(FP), X
	VPCMPEQD Y15, Y15, Y15
	VPSRLD   $31, Y15, ONE
	VPSRLD   $17, Y15, ROUND
	VPSLLD   $22, ONE, QUIET

loop:
	VMOVUPS   (X), Y0
	VMOVUPS   32(X), Y1
	TO_BFLOAT16(Y0, Y2, Y4, Y5)
	TO_BFLOAT16(Y1, Y3, Y6, Y7)
	VPSRLD    $16, Y2, Y2
	VPSRLD    $16, Y3, Y3
	VPACKUSDW Y3, Y2, Y2       // by halves of 128 bits
	VPERMQ    $0xd8, Y2, Y2
	VMOVUPS   Y2, (DST)
	ADDQ      $(16*4), X
	ADDQ      $(16*2), DST
	SUBQ      $16, N
	JNZ       loop
	VZEROUPPER
	RET

// func ToInt32AVX2(dst []int32, x []float32)
// Requires: AVX
TEXT ·ToInt32AVX2(SB), NOSPLIT, $0-48
	MOVQ dst_base+0(FP), DST
	MOVQ dst_len+8(FP), N
	MOVQ x_base+24(FP), X

loop:
	VCVTTPS2DQ (X), Y0
	VCVTTPS2DQ 32(X), Y1
	VMOVUPS    Y0, (DST)
	VMOVUPS    Y1, 32(DST)
	ADDQ       $(16*4), X
	ADDQ       $(16*4), DST
	SUBQ       $16, N
	JNZ        loop
	VZEROUPPER
	RET

// func ToBytesAVX2(dst []byte, x []float32)
// Requires: AVX2
TEXT ·ToBytesAVX2(SB), NOSPLIT, $0-48
	MOVQ     dst_base+0(FP), DST
	MOVQ     dst_len+8(FP), N
	MOVQ     x_base+24(FP), X
	VPCMPEQD Y15, Y15, Y15
	VPSRLD   $24, Y15, Y15 // 0xff

loop:
	VCVTTPS2DQ   (X), Y0
	VCVTTPS2DQ   32(X), Y1
	VPAND        Y15, Y0, Y0
	VPAND        Y15, Y1, Y1
	VPACKUSDW    Y1, Y0, Y0    // by halves of 128 bits
	VPERMQ       $0xd8, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKUSWB    X1, X0, X0
	VMOVDQU      X0, (DST)
	ADDQ         $(16*4), X
	ADDQ         $16, DST
	SUBQ         $16, N
	JNZ          loop
	VZEROUPPER
	RET
