package onnxgo

import (
	"testing"

	"github.com/stretchr/testify/require"
	gorgonia "gorgonia.org/tensor"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// Tensors go to the engine and back unchanged, whatever their type and shape.
func TestDense(t *testing.T) {
	for _, data := range []any{
		[]float32{1, 2, 3, 4, 5, 6}, []float64{1, 2, 3, 4, 5, 6}, []complex64{1, 2, 3, 4, 5, 6i}, []complex128{1, 2, 3, 4, 5, 6i},
		[]int8{1, 2, 3, 4, 5, -6}, []int16{1, 2, 3, 4, 5, -6}, []int32{1, 2, 3, 4, 5, -6}, []int64{1, 2, 3, 4, 5, -6},
		[]uint8{1, 2, 3, 4, 5, 6}, []uint16{1, 2, 3, 4, 5, 6}, []uint32{1, 2, 3, 4, 5, 6}, []uint64{1, 2, 3, 4, 5, 6},
		[]bool{true, false, true, true, false, false}, []string{"a", "b", "c", "", "e", "f"},
	} {
		x, err := fromDense(gorgonia.New(gorgonia.WithShape(2, 3), gorgonia.WithBacking(data)))
		require.NoError(t, err)
		require.Equal(t, []int{2, 3}, x.Shape())
		back, err := toDense(x)
		require.NoError(t, err)
		require.Equal(t, data, back.Data())
		require.Equal(t, gorgonia.Shape{2, 3}, back.Shape())
	}
	for _, shape := range [][]int{{}, {1}, {1, 1}, {0}, {2, 0, 3}} {
		x := tensor.New(tensor.Float32, shape...)
		d, err := toDense(x)
		require.NoError(t, err, "%v", shape)
		require.Equal(t, shape, append([]int{}, d.Shape()...))
		x, err = fromDense(d)
		require.NoError(t, err, "%v", shape)
		require.Equal(t, shape, append([]int{}, x.Shape()...))
	}
}

// columns are those from 1 to 3.
type columns struct{}

func (columns) Start() int { return 1 }
func (columns) End() int   { return 3 }
func (columns) Step() int  { return 1 }

// Views are read in the order of their elements, which is not that of memory.
func TestDenseView(t *testing.T) {
	d := gorgonia.New(gorgonia.WithShape(2, 3), gorgonia.WithBacking([]float32{1, 2, 3, 4, 5, 6}))
	require.NoError(t, d.T())
	x, err := fromDense(d)
	require.NoError(t, err)
	require.Equal(t, "float32[3 2]\n[[1 4]\n [2 5]\n [3 6]]", tensor.Format(x, 10))

	d.UT()
	view, err := d.Slice(nil, columns{})
	require.NoError(t, err)
	x, err = fromDense(view)
	require.NoError(t, err)
	require.Equal(t, "float32[2 2]\n[[2 3]\n [5 6]]", tensor.Format(x, 10))
}

// What cannot be converted is refused, not misread.
func TestDenseRefused(t *testing.T) {
	for want, d := range map[string]gorgonia.Tensor{
		"tensor of type *tensor.CS":   gorgonia.CSRFromCoord(gorgonia.Shape{2, 2}, []int{0, 1}, []int{0, 1}, []float32{1, 2}),
		"column-major":                gorgonia.New(gorgonia.WithShape(2, 2), gorgonia.AsFortran([]float32{1, 2, 3, 4})),
		"masked":                      gorgonia.New(gorgonia.WithShape(2), gorgonia.WithBacking([]float32{1, 2}, []bool{true, false})),
		"elements of type uintptr, n": gorgonia.New(gorgonia.WithShape(2), gorgonia.WithBacking([]uintptr{1, 2})),
		"tensor of type <nil>":        nil,
	} {
		_, err := fromDense(d)
		require.ErrorContains(t, err, want)
	}
	for want, v := range map[string]tensor.Value{
		"elements of type float16": tensor.New(tensor.Float16, 2),
		"of type *tensor.Sequence": &tensor.Sequence{},
	} {
		_, err := toDense(v)
		require.ErrorContains(t, err, want)
	}
}

// Elements of another type are equal ones, or there is an error.
func TestExactly(t *testing.T) {
	x, err := exactly(tensor.Int64, tensor.Of([]float32{1, -2}, 2))
	require.NoError(t, err)
	require.Equal(t, []int64{1, -2}, tensor.Data[int64](x))
	for _, c := range []struct {
		to tensor.Type
		x  *tensor.Tensor
	}{
		{tensor.Int64, tensor.Scalar(float32(0.5))},
		{tensor.Int32, tensor.Scalar(float32(1 << 31))},
		{tensor.Uint8, tensor.Scalar(int64(-1))},
		{tensor.Float32, tensor.Scalar(int64(1<<24 + 1))},
		{tensor.Bool, tensor.Scalar(int64(2))},
		{tensor.String, tensor.Scalar(int64(2))},
		{tensor.Int64, tensor.OfStrings([]string{"2"}, 1)},
	} {
		_, err := exactly(c.to, c.x)
		require.Error(t, err, "%v to %v", c.x, c.to)
	}
}
