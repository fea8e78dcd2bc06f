#include "textflag.h"

// Four vectors of dst stay in registers while all rows are added; what is left
// of a row goes one vector at a time, with a mask.

#define DST  DI // next lanes of dst
#define X    SI // the same lanes of the first row
#define LD   R8 // bytes between rows
#define LEFT CX // lanes left
#define ROW  BX // the lanes of the next row
#define ROWS DX // rows left

// ENTRY loads the arguments.
#define ENTRY \
	MOVQ dst_base+0(FP), DST \
	MOVQ x_base+24(FP), X    \
	MOVQ ld+48(FP), LD       \
	SHLQ $2, LD              \
	MOVQ c+64(FP), LEFT

// FIRST goes to the first row.
#define FIRST \
	MOVQ X, ROW         \
	MOVQ n+56(FP), ROWS

// 8 words of ones, then 8 of zeros: the mask of n lanes begins n words before the zeros.
DATA lanes<>+0(SB)/8, $0xffffffffffffffff
DATA lanes<>+8(SB)/8, $0xffffffffffffffff
DATA lanes<>+16(SB)/8, $0xffffffffffffffff
DATA lanes<>+24(SB)/8, $0xffffffffffffffff
DATA lanes<>+32(SB)/8, $0
DATA lanes<>+40(SB)/8, $0
DATA lanes<>+48(SB)/8, $0
DATA lanes<>+56(SB)/8, $0
GLOBL lanes<>(SB), RODATA|NOPTR, $64

// func AccumulateRowsAVX2(dst, x []float32, ld, n, c int)
// Requires: AVX
TEXT ·AccumulateRowsAVX2(SB), NOSPLIT, $0-72
	ENTRY
	SUBQ $32, LEFT
	JLT  rest

group:
	VMOVUPS (DST), Y0
	VMOVUPS 32(DST), Y1
	VMOVUPS 64(DST), Y2
	VMOVUPS 96(DST), Y3
	FIRST

row:
	VADDPS (ROW), Y0, Y0
	VADDPS 32(ROW), Y1, Y1
	VADDPS 64(ROW), Y2, Y2
	VADDPS 96(ROW), Y3, Y3
	ADDQ   LD, ROW
	DECQ   ROWS
	JNZ    row

	VMOVUPS Y0, (DST)
	VMOVUPS Y1, 32(DST)
	VMOVUPS Y2, 64(DST)
	VMOVUPS Y3, 96(DST)
	ADDQ    $128, DST
	ADDQ    $128, X
	SUBQ    $32, LEFT
	JGE     group

rest:
	ADDQ $32, LEFT
	JLE  done

tail:
	MOVQ       $8, AX
	CMPQ       LEFT, AX
	CMOVQLT    LEFT, AX
	NEGQ       AX
	LEAQ       lanes<>+32(SB), R9
	VMOVUPS    (R9)(AX*4), Y15
	VMASKMOVPS (DST), Y15, Y0
	FIRST

tailrow:
	VMASKMOVPS (ROW), Y15, Y1
	VADDPS     Y1, Y0, Y0
	ADDQ       LD, ROW
	DECQ       ROWS
	JNZ        tailrow

	VMASKMOVPS Y0, Y15, (DST)
	ADDQ       $32, DST
	ADDQ       $32, X
	SUBQ       $8, LEFT
	JGT        tail

done:
	VZEROUPPER
	RET

// func AccumulateRowsAVX512(dst, x []float32, ld, n, c int)
// Requires: AVX512F, BMI2
TEXT ·AccumulateRowsAVX512(SB), NOSPLIT, $0-72
	ENTRY
	SUBQ $64, LEFT
	JLT  rest

group:
	VMOVUPS (DST), Z0
	VMOVUPS 64(DST), Z1
	VMOVUPS 128(DST), Z2
	VMOVUPS 192(DST), Z3
	FIRST

row:
	VADDPS (ROW), Z0, Z0
	VADDPS 64(ROW), Z1, Z1
	VADDPS 128(ROW), Z2, Z2
	VADDPS 192(ROW), Z3, Z3
	ADDQ   LD, ROW
	DECQ   ROWS
	JNZ    row

	VMOVUPS Z0, (DST)
	VMOVUPS Z1, 64(DST)
	VMOVUPS Z2, 128(DST)
	VMOVUPS Z3, 192(DST)
	ADDQ    $256, DST
	ADDQ    $256, X
	SUBQ    $64, LEFT
	JGE     group

rest:
	ADDQ $64, LEFT
	JLE  done

tail:
	MOVQ      $-1, AX
	BZHIQ     LEFT, AX, AX  // at most 63 are left
	KMOVW     AX, K1
	VMOVUPS.Z (DST), K1, Z0
	FIRST

tailrow:
	VMOVUPS.Z (ROW), K1, Z1
	VADDPS    Z1, Z0, Z0
	ADDQ      LD, ROW
	DECQ      ROWS
	JNZ       tailrow

	VMOVUPS Z0, K1, (DST)
	ADDQ    $64, DST
	ADDQ    $64, X
	SUBQ    $16, LEFT
	JGT     tail

done:
	VZEROUPPER
	RET
