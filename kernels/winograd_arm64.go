//go:build !purego

package kernels

import "github.com/sardonyx-go/sardonyx/kernels/arm64"

// neon replaces what has assembly.
func (s *winogradSet) neon() {
	s.lanes = 4
	s.input = [winograds]winogradInput{
		F43: arm64.WinogradInputF43NEON,
		F23: arm64.WinogradInputF23NEON,
		F42: arm64.WinogradInputF42NEON,
		F22: arm64.WinogradInputF22NEON,
	}
	s.output = [winograds]winogradOutput{
		F43: arm64.WinogradOutputF43NEON,
		F23: arm64.WinogradOutputF23NEON,
		F42: arm64.WinogradOutputF42NEON,
		F22: arm64.WinogradOutputF22NEON,
	}
}
