// Instructions the Go assembler does not know, by their Arm names. Operands are
// register numbers, destination first as in the Arm manual (A64, C7.2); all
// work on four float32 lanes.

// FMLA Vd.4S, Vn.4S, Vm.S[lane]: d += n * m[lane], with one rounding
#define FMLA_LANE(d, n, m, lane) \
	WORD $(0x4F801000 | ((lane)&1)<<21 | ((lane)>>1)<<11 | (m)<<16 | (n)<<5 | (d))

// FADD Vd.4S, Vn.4S, Vm.4S: d = n + m
#define FADD(d, n, m) \
	WORD $(0x4E20D400 | (m)<<16 | (n)<<5 | (d))

// FCMGT Vd.4S, Vn.4S, Vm.4S: d = all ones where n > m, else 0
#define FCMGT(d, n, m) \
	WORD $(0x6EA0E400 | (m)<<16 | (n)<<5 | (d))
