//go:build !purego

package kernels

import "github.com/sardonyx-go/sardonyx/kernels/arm64"

var neonTiles = []tiles{{cols: 16, rows: arm64.GemmNEONTiles16}}

// neon replaces what has assembly.
func (s *gemmSet) neon() {
	s.panel = func(p product, j, cols int) { p.tiled(neonTiles, j, cols) }
}
