//go:build !purego

package kernels

import "github.com/sardonyx-go/sardonyx/kernels/arm64"

// neon replaces what has assembly.
func (s *convSet) neon() {
	s.depthwise = arm64.DepthwiseNEON
	s.depthwise3x1 = arm64.Depthwise3x1NEON
	s.depthwise3x2 = arm64.Depthwise3x2NEON
	s.depthwise5x1 = arm64.Depthwise5x1NEON
	s.depthwise5x2 = arm64.Depthwise5x2NEON
	s.depthwise7x1 = arm64.Depthwise7x1NEON
	s.maxPool = arm64.MaxPoolNEON
	s.averagePool = arm64.AveragePoolNEON
	s.transpose = arm64.TransposeNEON
	s.interleave3 = arm64.Interleave3NEON
	s.deinterleave3 = arm64.Deinterleave3NEON
	s.accumulateRows = arm64.AccumulateRowsNEON
}
