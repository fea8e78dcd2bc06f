//go:build !purego

package kernels

import "github.com/sardonyx-go/sardonyx/kernels/amd64"

var avx2Tiles = tileSet{
	unit: 8,
	four: amd64.GemmAVX2Tiles32,
	two:  amd64.GemmAVX2Tiles16,
	odd:  amd64.GemmAVX2Tiles24,
	one:  amd64.GemmAVX2Tiles8,
}

var avx512Tiles = tileSet{
	unit: 16,
	four: amd64.GemmAVX512Tiles64,
	two:  amd64.GemmAVX512Tiles32,
	odd:  amd64.GemmAVX512Tiles48,
	one:  amd64.GemmAVX512Tiles16,
	tall: amd64.GemmAVX512Tall,
}

// avx2 replaces what has assembly.
func (s *gemmSet) avx2() {
	s.panel = func(p product, j, cols int) { p.tiled(&avx2Tiles, j, cols) }
	s.chains = amd64.ChainsAVX2
}

// avx512 replaces what has assembly.
func (s *gemmSet) avx512() {
	s.panel = func(p product, j, cols int) { p.tiled(&avx512Tiles, j, cols) }
	s.chains = amd64.ChainsAVX512
}
