package image_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestImageDecoder protects the orders of colours, the luma, the empty image and
// errors.
func TestImageDecoder(t *testing.T) {
	decode := func(data []byte) ([]byte, int, int, error) {
		switch data[0] {
		case 0:
			return nil, 0, 0, nil
		case 1:
			return nil, 0, 0, errors.New("too large")
		}
		return []byte{255, 0, 0, 10, 20, 30}, 1, 2, nil
	}
	run := func(format string, first byte) (*op.Value, error) {
		n := optest.Node("ImageDecoder", 20, 1, optest.Str("pixel_format", format))
		e := op.NewEnv(n)
		e.DecodeImage = decode
		o, err := registry.New(n)
		require.NoError(t, err)
		out, err := op.Evaluate(context.Background(), e, o, []*op.Value{op.FromTensor(tensor.Of([]byte{first, 7}, 2))})
		if err != nil {
			return nil, err
		}
		return out[0], nil
	}
	for format, want := range map[string][]byte{
		"RGB": {255, 0, 0, 10, 20, 30}, "BGR": {0, 0, 255, 30, 20, 10}, "Grayscale": {76, 18},
	} {
		y, err := run(format, 2)
		require.NoError(t, err)
		require.Equal(t, []int{2, 1, len(want) / 2}, y.Shape)
		require.Equal(t, want, y.Bytes[:y.Len()])
		y, err = run(format, 0)
		require.NoError(t, err)
		require.Equal(t, []int{0, 0, len(want) / 2}, y.Shape)
	}
	_, err := run("RGB", 1)
	require.ErrorContains(t, err, "too large")
	_, err = optest.Eval(registry, optest.Node("ImageDecoder", 20, 1), tensor.New(tensor.Uint8, 3))
	require.ErrorIs(t, err, op.ErrUnsupported, "without a decoder")
}
