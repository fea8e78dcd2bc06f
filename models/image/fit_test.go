package image

import (
	stdimage "image"
	"testing"

	"github.com/stretchr/testify/require"
)

// The integer rule of torchvision's Resize(int): the long side is cut, not
// rounded.
func TestShortSide(t *testing.T) {
	for _, c := range [][5]int{ // w, h, size, want w and h
		{640, 480, 256, 341, 256},
		{480, 640, 256, 256, 341},
		{451, 300, 256, 384, 256},
		{100, 100, 7, 7, 7},
		{3, 2, 1, 1, 1},
		{1, 100_000_000, 256, 256, 1 << 29},
	} {
		w, h := ShortSide(c[0], c[1], c[2])
		require.Equal(t, [2]int{c[3], c[4]}, [2]int{w, h}, c)
	}
}

// Values from torchvision.transforms.functional.center_crop, with half pixels
// on both sides of the even rule and pictures that are too small.
func TestCenter(t *testing.T) {
	for _, c := range [][6]int{ // w, h, crop w and h, want x and y
		{341, 256, 224, 224, 58, 16}, // 58.5 to even
		{343, 257, 224, 224, 60, 16}, // 59.5 and 16.5 to even
		{10, 10, 10, 10, 0, 0},
		{3, 8, 6, 4, -1, 2}, // 3 more: 1 to the left, 2 to the right
	} {
		got := Center(c[0], c[1], c[2], c[3])
		require.Equal(t, stdimage.Rect(c[4], c[5], c[4]+c[2], c[5]+c[3]), got)
	}
}

// A crop of a resized picture is the resized picture's crop, for any region,
// though only the region is computed.
func TestResizeCrop(t *testing.T) {
	p := made(37, 53)
	for f := range Nearest + 1 {
		for _, size := range [][2]int{{20, 30}, {80, 90}, {37, 20}, {60, 53}, {30, 7}, {37, 53}} {
			whole := Resize(p, size[0], size[1], f)
			for _, r := range []stdimage.Rectangle{
				stdimage.Rect(3, 2, 18, 7), stdimage.Rect(-4, -5, 25, 40), stdimage.Rect(19, 6, 20, 7),
				stdimage.Rect(200, 0, 210, 4),
			} {
				require.Equal(t, Crop(whole, r), ResizeCrop(p, size[0], size[1], r, f), "%v %v %v", f, size, r)
			}
		}
	}
}

// A sliver must not be blown up to gigabytes on its way to a small crop.
func TestApplySliver(t *testing.T) {
	p, err := Named("imagenet")
	require.NoError(t, err)
	for _, pic := range []*Picture{New(1, 1_000_000), New(1_000_000, 1)} {
		got, _, err := p.Apply(pic)
		require.NoError(t, err)
		require.Equal(t, [2]int{224, 224}, [2]int{got.W, got.H})
	}
}

// Boxes found on the letterboxed picture must land where they belong.
func TestLetterbox(t *testing.T) {
	p := New(200, 101)
	for i := range p.Pix {
		p.Pix[i] = 200
	}
	got, at := Letterbox(p, 640, 640, [3]byte{114, 115, 116}, Bilinear)
	require.Equal(t, Placement{0, 158, 3.2, 323.0 / 101}, at)
	require.Equal(t, []byte{114, 115, 116}, got.row(157)[:3])
	require.Equal(t, []byte{200, 200, 200}, got.row(158)[:3])
	require.Equal(t, []byte{200, 200, 200}, got.row(480)[:3])
	require.Equal(t, []byte{114, 115, 116}, got.row(481)[3*639:])
	x, y := at.Source(640, 158+323)
	require.InDelta(t, 200, x, 1e-9)
	require.InDelta(t, 101, y, 1e-9)
}
