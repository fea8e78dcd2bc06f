// Instructions that the Go assembler does not know, by their Arm names, on four
// lanes (.4S). Operands are register numbers, destination first as in the Arm
// manual (DDI 0487, C7.2).

// d = n + m, n - m, n * m, n / m
#define FADD(d, n, m) WORD $(0x4E20D400 | m<<16 | n<<5 | d)
#define FSUB(d, n, m) WORD $(0x4EA0D400 | m<<16 | n<<5 | d)
#define FMUL(d, n, m) WORD $(0x6E20DC00 | m<<16 | n<<5 | d)
#define FDIV(d, n, m) WORD $(0x6E20FC00 | m<<16 | n<<5 | d)

// d = the greater or less of n and m; a NaN if one is
#define FMAX(d, n, m) WORD $(0x4E20F400 | m<<16 | n<<5 | d)
#define FMIN(d, n, m) WORD $(0x4EA0F400 | m<<16 | n<<5 | d)

// d = n > m, n == m, n < 0 as an integer: all ones or zeros
#define FCMGT(d, n, m) WORD $(0x6EA0E400 | m<<16 | n<<5 | d)
#define FCMEQ(d, n, m) WORD $(0x4E20E400 | m<<16 | n<<5 | d)
#define CMLT0(d, n) WORD $(0x4EA0A800 | n<<5 | d)

// d = n rounded to an integer: to even, down, up
#define FRINTN(d, n) WORD $(0x4E218800 | n<<5 | d)
#define FRINTM(d, n) WORD $(0x4E219800 | n<<5 | d)
#define FRINTP(d, n) WORD $(0x4EA18800 | n<<5 | d)

// d = square root of n
#define FSQRT(d, n) WORD $(0x6EA1F800 | n<<5 | d)

// d = the float of integer n
#define SCVTF(d, n) WORD $(0x4E21D800 | n<<5 | d)

// d = n >> shift, arithmetic
#define SSHR(d, n, shift) WORD $(0x4F000400 | (64-shift)<<16 | n<<5 | d)
