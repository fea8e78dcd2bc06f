//go:build !purego

package kernels

import "github.com/sardonyx-go/sardonyx/kernels/amd64"

var avx2Tiles = []tiles{
	{cols: 32, rows: amd64.GemmAVX2Tiles32, few: true},
	{cols: 16, rows: amd64.GemmAVX2Tiles16},
	{cols: 8, rows: amd64.GemmAVX2Tiles8},
}

var avx512Tiles = []tiles{
	{cols: 64, rows: amd64.GemmAVX512Tiles64, few: true},
	{cols: 32, rows: amd64.GemmAVX512Tiles32},
	{cols: 16, rows: amd64.GemmAVX512Tiles16},
}

// avx2 replaces what has assembly.
func (s *gemmSet) avx2() {
	s.panel = func(p product, j, cols int) { p.tiled(avx2Tiles, j, cols) }
}

// avx512 replaces what has assembly.
func (s *gemmSet) avx512() {
	s.panel = func(p product, j, cols int) { p.tiled(avx512Tiles, j, cols) }
}
