package image

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
)

// TestImageDecoder runs the ONNX node tests of the operator ImageDecoder, whose
// expected pictures are Pillow's, to the bit.
func TestImageDecoder(t *testing.T) {
	optest.Each(t, func(c *optest.Case) bool {
		return len(c.Graph.Nodes) == 1 && c.Graph.Nodes[0].Op == "ImageDecoder"
	}, func(t *testing.T, c *optest.Case) {
		m, err := backend.Compile(c.Graph, backend.Options{DecodeImage: Pixels})
		require.NoError(t, err)
		out, err := m.NewSession().Run(context.Background(), c.In)
		require.NoError(t, err)
		optest.EqualValue(t, c.Out[0], out[0])
	})
}

// TestPixels protects what an operator needs to tell apart: no picture, and a
// picture that must not be passed over.
func TestPixels(t *testing.T) {
	rgb, w, h, err := Pixels([]byte("no picture"))
	require.NoError(t, err)
	require.Empty(t, rgb)
	require.Zero(t, w+h)
	_, _, _, err = Pixels(hugePNG())
	require.ErrorIs(t, err, ErrLimit)
	rgb, w, h, err = Pixels([]byte("P6 1 1 255\nabc"))
	require.NoError(t, err)
	require.Equal(t, "abc", string(rgb))
	require.Equal(t, [2]int{1, 1}, [2]int{w, h})
}
