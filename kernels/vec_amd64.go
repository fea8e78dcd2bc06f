//go:build !purego

package kernels

// avx2 replaces what has assembly.
func (s *vecSet) avx2() {}

// avx512 replaces what has assembly.
func (s *vecSet) avx512() {}
