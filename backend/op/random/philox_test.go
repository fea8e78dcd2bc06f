package random

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPhilox protects the generator against the known answers of the authors'
// library (kat_vectors of Random123).
func TestPhilox(t *testing.T) {
	require.Equal(t, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, rounds([4]uint32{}, 0))
	const all = 0xffffffff
	require.Equal(t, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, rounds([4]uint32{all, all, all, all}, all<<32|all))
	require.Equal(t, [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
		rounds([4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0<<32|0xa4093822))
}
