package random

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"github.com/sardonyx-go/sardonyx/graph"
)

// philox returns block i of the sequence of a key: Philox4x32-10 (Salmon,
// Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
func philox(key, i uint64) [4]uint32 { return rounds([4]uint32{uint32(i), uint32(i >> 32)}, key) }

// rounds are the ten rounds of Philox on a counter.
func rounds(c [4]uint32, key uint64) [4]uint32 {
	k0, k1 := uint32(key), uint32(key>>32)
	for range 10 {
		hi0, lo0 := bits.Mul32(0xD2511F53, c[0])
		hi1, lo1 := bits.Mul32(0xCD9E8D57, c[2])
		c = [4]uint32{hi1 ^ c[1] ^ k0, lo1, hi0 ^ c[3] ^ k1, lo0}
		k0 += 0x9E3779B9
		k1 += 0xBB67AE85
	}
	return c
}

// uniforms returns two numbers of block i in [0, 1), each of 53 bits.
func uniforms(key, i uint64) (a, b float64) {
	c := philox(key, i)
	unit := func(hi, lo uint32) float64 { return float64(uint64(hi)<<21|uint64(lo)>>11) * 0x1p-53 }
	return unit(c[0], c[1]), unit(c[2], c[3])
}

// normals returns two numbers of block i of the standard normal distribution
// (Box and Muller, 1958).
func normals(key, i uint64) (a, b float64) {
	u, v := uniforms(key, i)
	r := math.Sqrt(-2 * math.Log(1-u)) // 1-u is not 0
	sin, cos := math.Sincos(2 * math.Pi * v)
	return r * cos, r * sin
}

// seed is the attribute seed: where numbers come from.
type seed struct {
	given bool
	key   uint64
}

func newSeed(n *graph.Node) seed {
	if !n.Has("seed") {
		return seed{}
	}
	return seed{true, uint64(math.Float32bits(n.Float("seed", 0)))}
}

// Volatile says whether numbers differ from run to run.
func (s seed) Volatile() bool { return !s.given }

// draw returns the key of a run.
func (s seed) draw() uint64 {
	if s.given {
		return s.key
	}
	return rand.Uint64()
}
