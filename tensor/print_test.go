package tensor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What the command line shows of results: aligned, nested, shortened.
func TestFormat(t *testing.T) {
	long := New(Int32, 2, 9)
	for i := range long.Len() {
		Data[int32](long)[i] = int32(i)
	}
	for _, c := range []struct {
		x    Value
		want string
	}{
		{Scalar(float32(0.1)), "float32[]\n0.1"},
		{Of([]float32{1, -2.5, 3, 1e-7, 5, 6}, 2, 3), "float32[2 3]\n[[    1  -2.5     3]\n [1e-07     5     6]]"},
		{Of([]bool{true, false}, 2), "bool[2]\n[ true false]"},
		{OfStrings([]string{"a", "b c"}, 2), "string[2]\n[  \"a\" \"b c\"]"},
		{Of([]complex64{1 + 2i}, 1), "complex64[1]\n[(1+2i)]"},
		{New(Uint8, 0, 3), "uint8[0 3]\n[]"},
		{New(Uint8, 1, 2, 2), "uint8[1 2 2]\n[[[0 0]\n  [0 0]]]"},
		{long, "int32[2 9]\n[[ 0  1  2 ...  6  7  8]\n [ 9 10 11 ... 15 16 17]]"},
		{&Sequence{Items: []Value{Scalar(int8(1)), Scalar(int8(2))}}, "sequence of 2\n0: int8[]\n1\n1: int8[]\n2"},
		{&Optional{}, "none"},
		{&Map{Keys: OfStrings([]string{"a"}, 1), Values: Of([]int64{3}, 1)}, "map\nkeys: string[1]\n[\"a\"]\nvalues: int64[1]\n[3]"},
	} {
		require.Equal(t, c.want, Format(c.x, 10))
	}
}
