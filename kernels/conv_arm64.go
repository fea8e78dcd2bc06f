//go:build !purego

package kernels

import "github.com/sardonyx-go/sardonyx/kernels/arm64"

// neon replaces what has assembly: depthwise convolution by one pixel at a time
// for every kernel width.
func (s *convSet) neon() {
	s.depthwise = arm64.DepthwiseNEON
	s.depthwise3x1 = arm64.DepthwiseNEON
	s.depthwise3x2 = arm64.DepthwiseNEON
	s.depthwise5x1 = arm64.DepthwiseNEON
	s.depthwise5x2 = arm64.DepthwiseNEON
	s.depthwise7x1 = arm64.DepthwiseNEON
	s.maxPool = arm64.MaxPoolNEON
	s.averagePool = arm64.AveragePoolNEON
	s.transpose = arm64.TransposeNEON
	s.interleave3 = arm64.Interleave3NEON
	s.deinterleave3 = arm64.Deinterleave3NEON
	s.accumulateRows = arm64.AccumulateRowsNEON
}
