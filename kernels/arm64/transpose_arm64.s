#include "textflag.h"

// A block is 4 rows by 4 columns.

#define ROWS R4 // rows left
#define COLS R5 // columns left
#define LDS  R2 // bytes between rows of src
#define LDD  R3 // bytes between rows of dst
#define SRC  R6 // next row of src
#define DST  R7 // first row of the transposed block
#define ROW  R8 // row of dst

// func TransposeNEON(dst []float32, ldd int, src []float32, lds, rows, cols int)
TEXT ·TransposeNEON(SB), NOSPLIT, $0-80
	MOVD dst_base+0(FP), R0
	MOVD src_base+32(FP), R1
	MOVD ldd+24(FP), LDD
	LSL  $2, LDD
	MOVD lds+56(FP), LDS
	LSL  $2, LDS
	MOVD cols+72(FP), COLS

column:
	MOVD R1, SRC
	MOVD R0, DST
	MOVD rows+64(FP), ROWS

block:
	VLD1.P (SRC)(LDS), [V0.S4]
	VLD1.P (SRC)(LDS), [V1.S4]
	VLD1.P (SRC)(LDS), [V2.S4]
	VLD1.P (SRC)(LDS), [V3.S4]

	// pairs of rows, then pairs of pairs
	VTRN1 V1.S4, V0.S4, V4.S4
	VTRN2 V1.S4, V0.S4, V5.S4
	VTRN1 V3.S4, V2.S4, V6.S4
	VTRN2 V3.S4, V2.S4, V7.S4
	VTRN1 V6.D2, V4.D2, V0.D2
	VTRN1 V7.D2, V5.D2, V1.D2
	VTRN2 V6.D2, V4.D2, V2.D2
	VTRN2 V7.D2, V5.D2, V3.D2

	MOVD   DST, ROW
	VST1.P [V0.S4], (ROW)(LDD)
	VST1.P [V1.S4], (ROW)(LDD)
	VST1.P [V2.S4], (ROW)(LDD)
	VST1.P [V3.S4], (ROW)(LDD)
	ADD    $(4*4), DST
	SUBS   $4, ROWS
	BNE    block

	ADD  $(4*4), R1
	ADD  LDD<<2, R0
	SUBS $4, COLS
	BNE  column
	RET
