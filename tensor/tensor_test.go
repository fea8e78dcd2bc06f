package tensor

import (
	"math"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// Shapes from files must not make a size wrap round.
func TestElements(t *testing.T) {
	for _, c := range []struct {
		shape []int
		n     int
		ok    bool
	}{
		{nil, 1, true}, {[]int{2, 3}, 6, true}, {[]int{2, 0, 3}, 0, true}, {[]int{-1}, 0, false}, {[]int{0, -1}, 0, false},
		{[]int{math.MaxInt, 0}, 0, false}, {[]int{0, math.MaxInt}, 0, false},
		{[]int{math.MaxInt / 16}, math.MaxInt / 16, true}, {[]int{math.MaxInt/16 + 1}, 0, false}, {[]int{math.MaxInt / 16, 2}, 0, false},
	} {
		n, ok := Elements(c.shape)
		require.Equal(t, c.ok, ok, "%v", c.shape)
		require.Equal(t, c.n, n, "%v", c.shape)
	}
}

// Of, Data and Reshape share storage; Clone does not.
func TestStorageIsShared(t *testing.T) {
	data := []float32{1, 2, 3, 4, 5, 6}
	x := Of(data, 2, 3)
	data[4] = 50
	require.Equal(t, float32(50), At[float32](x, 1, 1))
	require.Equal(t, data, Data[float32](x.Reshape(3, 2)))
	y := x.Clone()
	data[0] = 10
	require.Equal(t, float32(10), Data[float32](x)[0])
	require.Equal(t, float32(1), Data[float32](y)[0])
	require.Equal(t, "float32[2 3]", x.String())
}

// Kernels may rely on the alignment, and must not see a neighbour's bytes.
func TestAlloc(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 1000} {
		b := Alloc(n)
		require.Len(t, b, n)
		require.Equal(t, n, cap(b))
		if n > 0 {
			require.Zero(t, uintptr(unsafe.Pointer(&b[0]))%Align)
		}
	}
}

// Every element type has one Go type, of the same size.
func TestTypeOf(t *testing.T) {
	sizes := map[Type]int{}
	note := func(typ Type, size uintptr) { sizes[typ] = int(size) }
	note(TypeOf[float32](), unsafe.Sizeof(float32(0)))
	note(TypeOf[float64](), 8)
	note(TypeOf[int8](), 1)
	note(TypeOf[int16](), 2)
	note(TypeOf[int32](), 4)
	note(TypeOf[int64](), 8)
	note(TypeOf[uint8](), 1)
	note(TypeOf[uint16](), 2)
	note(TypeOf[uint32](), 4)
	note(TypeOf[uint64](), 8)
	note(TypeOf[bool](), 1)
	note(TypeOf[complex64](), 8)
	note(TypeOf[complex128](), 16)
	note(TypeOf[F16](), 2)
	note(TypeOf[BF16](), 2)
	for _, typ := range []Type{TypeOf[E4M3FN](), TypeOf[E4M3FNUZ](), TypeOf[E5M2](), TypeOf[E5M2FNUZ](), TypeOf[E8M0](),
		TypeOf[E2M1](), TypeOf[E2M3](), TypeOf[E3M2](), TypeOf[U4](), TypeOf[I4](), TypeOf[U2](), TypeOf[I2]()} {
		note(typ, 1)
	}
	require.Len(t, sizes, len(types)-2, "all but undefined and string")
	for typ, size := range sizes {
		require.Equal(t, size, typ.Size(), "%v", typ)
	}
}

// Bytes that do not fit the shape are an error; misuse by code is a panic.
func TestBadShapes(t *testing.T) {
	_, err := FromBytes(Float32, make([]byte, 23), 2, 3)
	require.EqualError(t, err, "shape [2 3] of float32 takes 24 bytes, have 23")
	_, err = FromBytes(String, nil, 0)
	require.Error(t, err)
	_, err = FromBytes(Float32, nil, -1)
	require.Error(t, err)
	require.Panics(t, func() { New(Float32, -1) })
	require.Panics(t, func() { New(Undefined, 1) })
	require.Panics(t, func() { Of([]int8{1}, 2) })
	require.Panics(t, func() { Data[int8](Scalar(1.0)) })
	require.Panics(t, func() { Data[int8](&Sequence{}) })
	require.Panics(t, func() { Scalar(1.0).Reshape(2) })
	require.Panics(t, func() { At[float64](Of([]float64{1, 2}, 2), 2) })
	require.Panics(t, func() { At[float64](Of([]float64{1, 2}, 2)) })
}

// Full fills, also a scalar and nothing.
func TestFull(t *testing.T) {
	require.Equal(t, []int16{-3, -3}, Data[int16](Full(int16(-3), 2)))
	require.Equal(t, true, At[bool](Full(true)))
	require.Empty(t, Data[F16](Full(ToF16(1), 0, 2)))
}
