package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestWorkerArrays protects that a harness gets and gives every element type,
// those that NumPy lacks among them, and that a file is not read as another type.
func TestWorkerArrays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	for _, x := range []*tensor.Tensor{
		tensor.Of([]float32{1, -2}, 2, 1),
		tensor.Of([]bool{true, false}, 2),
		tensor.Of([]tensor.BF16{tensor.ToBF16(1.5)}, 1),
		tensor.Of([]tensor.E5M2{tensor.ToE5M2(-2, true)}, 1),
		tensor.Of([]tensor.I4{-8, 7}, 2),
		tensor.OfStrings([]string{"a", "é", ""}, 3, 1),
		tensor.OfStrings(nil, 0, 2),
	} {
		require.NoError(t, writeArray(path, x))
		y, err := readArray(path, x.Type())
		require.NoError(t, err)
		require.Equal(t, x.Type(), y.Type())
		require.Equal(t, x.Shape(), y.Shape())
		require.Equal(t, x.Bytes(), y.Bytes())
		require.ElementsMatch(t, x.Strings(), y.Strings())
	}
	require.NoError(t, writeArray(path, tensor.Of([]uint8{1}, 1)))
	y, err := readArray(path, tensor.Float32)
	require.NoError(t, err)
	require.Equal(t, tensor.Uint8, y.Type()) // the session says what is wrong with it
	_, err = readArray(path+"none", tensor.String)
	require.Error(t, err)
}
