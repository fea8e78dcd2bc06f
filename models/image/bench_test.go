package image

import (
	"bytes"
	stdimage "image"
	"image/jpeg"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkTensor takes a 12-megapixel JPEG to the tensor of a classifier, and
// its steps.
func BenchmarkTensor(b *testing.B) {
	const w, h = 4000, 3000
	m := stdimage.NewYCbCr(stdimage.Rect(0, 0, w, h), stdimage.YCbCrSubsampleRatio420)
	for i := range m.Y {
		x, y := i%w, i/w
		m.Y[i] = uint8(x/20+y/30) + uint8((x*7^y*13)%11)
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = uint8(i/4000), uint8(i%2000/8)
	}
	var file bytes.Buffer
	require.NoError(b, jpeg.Encode(&file, m, &jpeg.Options{Quality: 85}))
	preset, err := Named("imagenet")
	require.NoError(b, err)
	pic, err := Decode(bytes.NewReader(file.Bytes()), Options{})
	require.NoError(b, err)

	b.Run("jpeg to tensor", func(b *testing.B) {
		for b.Loop() {
			p, err := Decode(bytes.NewReader(file.Bytes()), Options{})
			require.NoError(b, err)
			_, _, err = preset.Tensor(p)
			require.NoError(b, err)
		}
	})
	b.Run("entropy and DCT", func(b *testing.B) {
		for b.Loop() {
			_, err := jpeg.Decode(bytes.NewReader(file.Bytes()))
			require.NoError(b, err)
		}
	})
	b.Run("colour", func(b *testing.B) {
		for b.Loop() {
			FromImage(m)
		}
	})
	b.Run("resize and normalise", func(b *testing.B) {
		for b.Loop() {
			_, _, err := preset.Tensor(pic)
			require.NoError(b, err)
		}
	})
}
