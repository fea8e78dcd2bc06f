//go:build !purego

package kernels

import "github.com/sardonyx-go/sardonyx/kernels/amd64"

// avx2 replaces what has assembly.
func (s *winogradSet) avx2() {
	s.lanes = 8
	s.input = [winograds]winogradInput{
		F43: amd64.WinogradInputF43AVX2,
		F23: amd64.WinogradInputF23AVX2,
		F42: amd64.WinogradInputF42AVX2,
		F22: amd64.WinogradInputF22AVX2,
	}
	s.output = [winograds]winogradOutput{
		F43: amd64.WinogradOutputF43AVX2,
		F23: amd64.WinogradOutputF23AVX2,
		F42: amd64.WinogradOutputF42AVX2,
		F22: amd64.WinogradOutputF22AVX2,
	}
}

// avx512 replaces what has assembly.
func (s *winogradSet) avx512() {
	s.lanes = 16
	s.input = [winograds]winogradInput{
		F43: amd64.WinogradInputF43AVX512,
		F23: amd64.WinogradInputF23AVX512,
		F42: amd64.WinogradInputF42AVX512,
		F22: amd64.WinogradInputF22AVX512,
	}
	s.output = [winograds]winogradOutput{
		F43: amd64.WinogradOutputF43AVX512,
		F23: amd64.WinogradOutputF23AVX512,
		F42: amd64.WinogradOutputF42AVX512,
		F22: amd64.WinogradOutputF22AVX512,
	}
}
