package kernels

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// beforePage returns n elements that end at a page which must not be touched:
// a kernel that reads one element too many ends the test program, where a fence
// of NaN notices only what reaches the result.
func beforePage(t *testing.T, x []float32) []float32 {
	t.Helper()
	page := syscall.Getpagesize()
	size := (4*len(x) + page - 1) / page * page
	mem, err := syscall.Mmap(-1, 0, size+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, syscall.Munmap(mem)) })
	require.NoError(t, syscall.Mprotect(mem[size:], syscall.PROT_NONE))
	if len(x) == 0 {
		return nil
	}
	data := unsafe.Slice((*float32)(unsafe.Pointer(&mem[size-4*len(x)])), len(x))
	copy(data, x)
	return data
}

// TestGemmReadsNoMore puts every operand before a forbidden page.
func TestGemmReadsNoMore(t *testing.T) {
	for _, s := range All() {
		r := rand.New(rand.NewPCG(17, 18))
		for _, size := range [][3]int{{1, 5, 3}, {1, 70, 9}, {3, 33, 17}, {6, 23, 5}, {7, 12, 4}, {8, 8, 6}, {8, 39, 7}, {9, 48, 1}, {5, 15, 1030}} {
			for kind := range 16 {
				g := newGemmCase(r, size[0], size[1], size[2], kind)
				g.lda, g.ldc = g.k, g.n
				want := g.want()
				g.a, g.b, g.e.Bias = beforePage(t, g.a[:g.m*g.k]), beforePage(t, g.b), beforePage(t, g.e.Bias)
				if g.e.Residual != nil {
					g.e.Residual = beforePage(t, g.e.Residual)
				}
				c := beforePage(t, g.c[:g.m*g.n])
				s.Gemm(g.m, g.n, g.k, g.a, g.lda, g.b, c, g.ldc, &g.e)
				guard(c).equal(t, want[:len(c)], "%s %v kind=%d", s.name, size, kind)

				offs := make([]int32, g.m)
				for i := range offs {
					offs[i] = int32(i * g.k)
				}
				copy(c, g.c)
				s.GemmIndirect(g.m, g.n, g.a, nil, offs, g.m, 1, g.k, g.b, c, g.ldc, nil, &g.e)
				guard(c).equal(t, want[:len(c)], "%s %v kind=%d, indirect", s.name, size, kind)
			}
		}
	}
}
