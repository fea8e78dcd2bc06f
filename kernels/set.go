package kernels

import (
	"os"
	"slices"
)

// A Set is one complete implementation of every kernel. It is immutable and
// safe for concurrent use.
//
// Its methods are the kernels, the same on every machine: they hold the
// documentation and check lengths, in Go, once. Its fields are what differs,
// grouped by the file that defines them. No function in it is nil.
type Set struct {
	name string // "portable", "avx2", "avx512", "neon"

	gemm    gemmSet
	vec     vecSet
	conv    convSet
	wino    winogradSet
	convert convertSet
}

// portable is the definition of every kernel.
var portable = Set{name: "portable", gemm: portableGemm, vec: portableVec, conv: portableConv, wino: portableWinograd, convert: portableConvert}

// sets lists what this machine can run, slowest first; portable is always
// there. It is written once, here, and never changed.
var sets = append([]*Set{&portable}, native()...)

// Name returns the name of the set: portable, avx2, avx512 or neon.
func (s *Set) Name() string { return s.name }

// All returns every Set this machine can run, slowest first.
func All() []*Set { return slices.Clone(sets) }

// Best returns the fastest Set this machine can run. The environment variable
// SARDONYX_KERNELS may name another one, to compare or to bisect.
func Best() *Set {
	want := os.Getenv("SARDONYX_KERNELS")
	for _, s := range sets {
		if s.name == want {
			return s
		}
	}
	return sets[len(sets)-1]
}
