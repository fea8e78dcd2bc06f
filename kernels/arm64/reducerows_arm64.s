#include "textflag.h"
#include "vec_arm64.h"

// Four vectors of dst stay in registers while all rows are added; what is left
// of a row goes lane by lane.

#define DST  R0 // next lanes of dst
#define X    R1 // the same lanes of the first row
#define LD   R2 // bytes between rows
#define N    R3 // rows
#define LEFT R4 // lanes left
#define ROW  R5 // the lanes of the next row
#define ROWS R6 // rows left

// func AccumulateRowsNEON(dst, x []float32, ld, n, c int)
TEXT ·AccumulateRowsNEON(SB), NOSPLIT, $0-72
	MOVD dst_base+0(FP), DST
	MOVD x_base+24(FP), X
	MOVD ld+48(FP), LD
	LSL  $2, LD
	MOVD n+56(FP), N
	MOVD c+64(FP), LEFT
	SUBS $16, LEFT
	BLT  rest

group:
	VLD1 (DST), [V0.S4, V1.S4, V2.S4, V3.S4]
	MOVD X, ROW
	MOVD N, ROWS

row:
	VLD1 (ROW), [V4.S4, V5.S4, V6.S4, V7.S4]
	FADD(0, 0, 4)
	FADD(1, 1, 5)
	FADD(2, 2, 6)
	FADD(3, 3, 7)
	ADD  LD, ROW
	SUBS $1, ROWS
	BNE  row

	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(DST)
	ADD    $64, X
	SUBS   $16, LEFT
	BGE    group

rest:
	ADDS $16, LEFT
	BEQ  done

lane:
	FMOVS (DST), F0
	MOVD  X, ROW
	MOVD  N, ROWS

lanerow:
	FMOVS (ROW), F1
	FADDS F1, F0, F0
	ADD   LD, ROW
	SUBS  $1, ROWS
	BNE   lanerow

	FMOVS.P F0, 4(DST)
	ADD     $4, X
	SUBS    $1, LEFT
	BNE     lane

done:
	RET
