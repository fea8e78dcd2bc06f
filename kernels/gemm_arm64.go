//go:build !purego

package kernels

import "github.com/sardonyx-go/sardonyx/kernels/arm64"

var neonTiles = tileSet{unit: 16, one: arm64.GemmNEONTiles16}

// neon replaces what has assembly.
func (s *gemmSet) neon() {
	s.panel = func(p product, j, cols int) { p.tiled(&neonTiles, j, cols) }
	s.chains = arm64.ChainsNEON
}
