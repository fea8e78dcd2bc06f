//go:build !purego

package kernels

// native lists the assembly Sets this processor can run, slowest first.
// NEON is part of the arm64 baseline, so there is nothing to detect.
func native() []*Set {
	neon := portable
	neon.name = "neon"
	neon.gemm.neon()
	neon.vec.neon()
	neon.conv.neon()
	neon.wino.neon()
	neon.convert.neon()
	return []*Set{&neon}
}
