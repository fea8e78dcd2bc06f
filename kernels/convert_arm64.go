//go:build !purego

package kernels

import "github.com/sardonyx-go/sardonyx/kernels/arm64"

// neon replaces what has assembly.
func (s *convertSet) neon() {
	s.fromFloat16 = arm64.FromFloat16NEON
	s.fromBFloat16 = arm64.FromBFloat16NEON
	s.toFloat16 = arm64.ToFloat16NEON
	s.toBFloat16 = arm64.ToBFloat16NEON
}
