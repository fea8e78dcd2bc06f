//go:build !purego

package kernels

import "github.com/sardonyx-go/sardonyx/kernels/amd64"

// avx2 replaces what has assembly.
func (s *convSet) avx2() {
	s.depthwise = amd64.DepthwiseAVX2
	s.depthwise3x1 = amd64.Depthwise3x1AVX2
	s.depthwise3x2 = amd64.Depthwise3x2AVX2
	s.depthwise5x1 = amd64.Depthwise5x1AVX2
	s.depthwise5x2 = amd64.Depthwise5x2AVX2
	s.depthwise7x1 = amd64.DepthwiseAVX2
	s.maxPool = amd64.MaxPoolAVX2
	s.averagePool = amd64.AveragePoolAVX2
	s.transpose = amd64.TransposeAVX2
	s.interleave3 = amd64.Interleave3AVX2
	s.deinterleave3 = amd64.Deinterleave3AVX2
	s.accumulateRows = amd64.AccumulateRowsAVX2
}

// avx512 replaces what has assembly.
func (s *convSet) avx512() {
	s.depthwise = amd64.DepthwiseAVX512
	s.depthwise3x1 = amd64.Depthwise3x1AVX512
	s.depthwise3x2 = amd64.Depthwise3x2AVX512
	s.depthwise5x1 = amd64.Depthwise5x1AVX512
	s.depthwise5x2 = amd64.Depthwise5x2AVX512
	s.depthwise7x1 = amd64.Depthwise7x1AVX512
	s.maxPool = amd64.MaxPoolAVX512
	s.averagePool = amd64.AveragePoolAVX512
	s.accumulateRows = amd64.AccumulateRowsAVX512
}
