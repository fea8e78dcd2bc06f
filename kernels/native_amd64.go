//go:build !purego

package kernels

import "golang.org/x/sys/cpu"

// native lists the assembly Sets this processor can run, slowest first.
func native() []*Set {
	x := cpu.X86
	if !x.HasAVX2 || !x.HasFMA {
		return nil
	}
	avx2 := portable
	avx2.name = "avx2"
	avx2.gemm.avx2()
	avx2.vec.avx2()
	avx2.conv.avx2()
	avx2.wino.avx2()
	avx2.convert.avx2()
	if !x.HasAVX512F || !x.HasAVX512BW || !x.HasAVX512DQ || !x.HasAVX512VL {
		return []*Set{&avx2}
	}
	avx512 := avx2
	avx512.name = "avx512"
	avx512.gemm.avx512()
	avx512.vec.avx512()
	avx512.conv.avx512()
	avx512.wino.avx512()
	return []*Set{&avx2, &avx512}
}
