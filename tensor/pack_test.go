package tensor

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Packing loses nothing, whatever the number of elements in the last byte.
func TestUnpackInvertsPack(t *testing.T) {
	for _, typ := range []Type{Uint4, Int4, Uint2, Int2, Float4E2M1, Float6E2M3, Float6E3M2, Uint8, Float32} {
		for n := range 18 {
			t.Run(fmt.Sprintf("%d %v", n, typ), func(t *testing.T) {
				codes := Of(make([]uint8, n*typ.Size()), n*typ.Size())
				for i := range codes.Bytes() {
					codes.Bytes()[i] = byte(i*37 + 11)
				}
				if typ.Bits() < 8 { // codes inside of the type
					packed := make([]byte, PackedLen(typ, n))
					Pack(typ, packed, codes.Bytes())
					Unpack(typ, codes.Bytes(), packed)
				}
				packed, back := make([]byte, PackedLen(typ, n)), make([]byte, n*typ.Size())
				Pack(typ, packed, codes.Bytes())
				Unpack(typ, back, packed)
				require.Equal(t, codes.Bytes(), back)
			})
		}
	}
}

// Signed elements come back with their sign, as int8.
func TestUnpackSigned(t *testing.T) {
	x := New(Int4, 3)
	Unpack(Int4, x.Bytes(), []byte{0x8f, 0xf7}) // the last half byte is filling
	require.Equal(t, []I4{-1, -8, 7}, Data[I4](x))
	y := New(Int2, 4)
	Unpack(Int2, y.Bytes(), []byte{0b10_11_00_01})
	require.Equal(t, []I2{1, 0, -1, -2}, Data[I2](y))
}

func TestPackedLen(t *testing.T) {
	require.Equal(t, 2, PackedLen(Int4, 3))
	require.Equal(t, 4, PackedLen(Float6E2M3, 5))
	require.Equal(t, 24, PackedLen(Float64, 3))
	require.Equal(t, 0, PackedLen(Uint2, 0))
	require.Equal(t, 0, PackedLen(String, 3))
	require.Panics(t, func() { Pack(Int4, make([]byte, 1), make([]byte, 3)) })
	require.Panics(t, func() { Unpack(Int4, make([]byte, 3), make([]byte, 3)) })
}
