#include "textflag.h"

// A block is 8 rows by 8 columns. Rows i and i+4 share a register, which costs
// no shuffle, as the upper half comes from memory:
//
//	         Y0-Y3: columns 0-3     Y4-Y7: columns 4-7
//	lower    rows 0-3               rows 0-3
//	upper    rows 4-7               rows 4-7
//
// What is left is a 4x4 transposition within each half.

#define SRC  SI // first row of the block
#define SRC4 R8 // its row 4
#define LDS  R9 // bytes between rows of src
#define LDS3 R10 // three times that
#define DST  DI // first row of the transposed block
#define DST4 R11 // its row 4
#define LDD  R12 // bytes between rows of dst
#define LDD3 R13 // three times that
#define ROWS CX // rows left
#define COLS DX // columns left

// LOAD: r (lower half x) = 4 columns of two rows
#define LOAD(row, row4, r, x) \
	VMOVUPS     row, x         \
	VINSERTF128 $1, row4, r, r

// TRANSPOSE4: a, b, c, d = the columns of the four rows a, b, c, d
#define TRANSPOSE4(a, b, c, d) \
	VUNPCKLPS b, a, Y8   \
	VUNPCKHPS b, a, Y9   \
	VUNPCKLPS d, c, Y10  \
	VUNPCKHPS d, c, Y11  \
	VUNPCKLPD Y10, Y8, a \
	VUNPCKHPD Y10, Y8, b \
	VUNPCKLPD Y11, Y9, c \
	VUNPCKHPD Y11, Y9, d

// func TransposeAVX2(dst []float32, ldd int, src []float32, lds, rows, cols int)
// Requires: AVX
TEXT ·TransposeAVX2(SB), NOSPLIT, $0-80
	MOVQ ldd+24(FP), LDD
	SHLQ $2, LDD
	LEAQ (LDD)(LDD*2), LDD3
	MOVQ lds+56(FP), LDS
	SHLQ $2, LDS
	LEAQ (LDS)(LDS*2), LDS3
	MOVQ dst_base+0(FP), R14
	MOVQ src_base+32(FP), R15
	MOVQ cols+72(FP), COLS

column:
	MOVQ R15, SRC
	MOVQ R14, DST
	MOVQ rows+64(FP), ROWS

block:
	LEAQ    (SRC)(LDS*4), SRC4
	LOAD((SRC), (SRC4), Y0, X0)
	LOAD((SRC)(LDS*1), (SRC4)(LDS*1), Y1, X1)
	LOAD((SRC)(LDS*2), (SRC4)(LDS*2), Y2, X2)
	LOAD((SRC)(LDS3*1), (SRC4)(LDS3*1), Y3, X3)
	LOAD(16(SRC), 16(SRC4), Y4, X4)
	LOAD(16(SRC)(LDS*1), 16(SRC4)(LDS*1), Y5, X5)
	LOAD(16(SRC)(LDS*2), 16(SRC4)(LDS*2), Y6, X6)
	LOAD(16(SRC)(LDS3*1), 16(SRC4)(LDS3*1), Y7, X7)
	TRANSPOSE4(Y0, Y1, Y2, Y3)
	TRANSPOSE4(Y4, Y5, Y6, Y7)
	LEAQ    (DST)(LDD*4), DST4
	VMOVUPS Y0, (DST)
	VMOVUPS Y1, (DST)(LDD*1)
	VMOVUPS Y2, (DST)(LDD*2)
	VMOVUPS Y3, (DST)(LDD3*1)
	VMOVUPS Y4, (DST4)
	VMOVUPS Y5, (DST4)(LDD*1)
	VMOVUPS Y6, (DST4)(LDD*2)
	VMOVUPS Y7, (DST4)(LDD3*1)
	LEAQ    (SRC)(LDS*8), SRC
	ADDQ    $(8*4), DST
	SUBQ    $8, ROWS
	JNZ     block

	ADDQ $(8*4), R15
	LEAQ (R14)(LDD*8), R14
	SUBQ $8, COLS
	JNZ  column
	VZEROUPPER
	RET
