package image

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/tensor"
)

const images = "../../testdata/images/"

// The whole way from a PNG to the tensor gives torchvision's bits.
func TestTensorEqualsTorchvision(t *testing.T) {
	for _, l := range lines(t, "testdata/tensors.tsv") {
		var file, preset, want string
		_, err := fmt.Sscan(l, &file, &preset, &want)
		require.NoError(t, err)
		pic, err := ReadFile(images+file, Options{})
		require.NoError(t, err)
		p, err := Named(preset)
		require.NoError(t, err)
		got, _, err := p.Tensor(pic)
		require.NoError(t, err)
		require.Equal(t, want, hash(got.Bytes()), "%s, %v", file, p)
	}
}

// From a JPEG, what the decoders differ in stays below 0.08 of a standard
// deviation.
func TestTensorOfJPEG(t *testing.T) {
	pic, err := ReadFile(images+"rocket.jpg", Options{})
	require.NoError(t, err)
	p, err := Named("imagenet")
	require.NoError(t, err)
	p.Short, p.Width, p.Height = 73, 64, 64
	got, _, err := p.Tensor(pic)
	require.NoError(t, err)
	p.Fit = FitNone
	want, _, err := p.Tensor(golden(t, "testdata/rocket_73_64.png"))
	require.NoError(t, err)
	require.InDeltaSlice(t, tensor.Data[float32](want), tensor.Data[float32](got), 0.08)
}

// Orders and layouts put the same numbers in other places.
func TestNormalizePlaces(t *testing.T) {
	p := &Picture{Pix: []byte{10, 20, 30, 40, 50, 60}, W: 2, H: 1}
	n := Norm{Divide: 2, Mean: [3]float32{1, 2, 3}, Std: [3]float32{1, 2, 4}}
	for _, c := range []struct {
		order  Order
		layout Layout
		want   []float32
	}{
		{RGB, NCHW, []float32{4, 19, 4, 11.5, 3, 6.75}},
		{RGB, NHWC, []float32{4, 4, 3, 19, 11.5, 6.75}},
		{BGR, NCHW, []float32{14, 29, 4, 11.5, 0.5, 4.25}},
		{BGR, NHWC, []float32{14, 4, 0.5, 29, 11.5, 4.25}},
		{Gray, NCHW, []float32{8, 23}}, // 18.15 and 48.15 rounded
		{Gray, NHWC, []float32{8, 23}},
	} {
		n.Order, n.Layout = c.order, c.layout
		got := make([]float32, len(c.want))
		Normalize(got, p, n)
		require.Equal(t, c.want, got, "%v %v", c.order, c.layout)
	}
	got := make([]float32, 6)
	Normalize(got, p, Norm{Layout: NHWC})
	require.Equal(t, []float32{10, 20, 30, 40, 50, 60}, got, "the zero Norm changes nothing")
}

func TestBatch(t *testing.T) {
	p, err := Named("raw")
	require.NoError(t, err)
	a, b := made(4, 3), made(5, 3)
	_, _, err = p.Batch([]*Picture{a, b})
	require.EqualError(t, err, "picture 1 has 5 x 3 pixels, the first has 4 x 3")
	p.Fit, p.Width, p.Height = FitSquash, 2, 2
	both, at, err := p.Batch([]*Picture{a, b})
	require.NoError(t, err)
	require.Equal(t, []int{2, 3, 2, 2}, both.Shape())
	require.Equal(t, Placement{0, 0, 0.4, 2.0 / 3}, at[1])
	one, _, err := p.Tensor(b)
	require.NoError(t, err)
	require.Equal(t, one.Bytes(), both.Bytes()[len(one.Bytes()):])
	_, _, err = p.Tensor(New(0, 3))
	require.EqualError(t, err, "empty picture: 0 x 3 pixels")
	p.Width = MaxSide + 1
	_, _, err = p.Tensor(b)
	require.EqualError(t, err, "size 4097 x 2 is not in 1...4096")
}

// A preset saved with a model is the one that is read.
func TestMetadataRoundTrip(t *testing.T) {
	for _, want := range presets {
		got, found, err := FromMetadata(want.Metadata())
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, want, got)
	}
	own := Preset{Name: "mine", Fit: FitLetterbox, Width: 320, Height: 200, Filter: Lanczos, Border: [3]byte{1, 2, 3},
		Norm: Norm{Divide: 3, Mean: [3]float32{0.1, -2e-20, 3}, Std: [3]float32{1, 2, 3}, Order: BGR, Layout: NHWC}}
	got, _, err := FromMetadata(own.Metadata())
	require.NoError(t, err)
	require.Equal(t, own, got)
}

func TestFromMetadata(t *testing.T) {
	_, found, err := FromMetadata(map[string]string{"author": "x", "sardonyx.task": "classify"})
	require.NoError(t, err)
	require.False(t, found)

	p, found, err := FromMetadata(map[string]string{"sardonyx.preset": "clip", "sardonyx.size": "336", "sardonyx.short": "336"})
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, [3]int{336, 336, 336}, [3]int{p.Width, p.Height, p.Short})
	require.Equal(t, Bicubic, p.Filter)

	for key, c := range map[string][2]string{
		"preset":  {"nonsense\n\x1b[2J", `no preset "nonsense\n\x1b[2J"; there are imagenet, tf`},
		"fit":     {"stretch", `"stretch" is none of crop, squash, letterbox, none`},
		"size":    {"10x-3", `"-3" is no whole number of at most 65535`},
		"short":   {strings.Repeat("9", 1000), `"` + strings.Repeat("9", 40) + `"... is no whole number`},
		"border":  {"1.5", "1.5 is no whole number in 0...255"},
		"filter":  {"", `"" is none of bilinear`},
		"mean":    {"1,2", `"1,2" is not one number or three`},
		"std":     {"1,NaN,1", `"NaN" is no finite number`},
		"divide":  {"1,2,3", `"1,2,3" is not one number`},
		"layout":  {"NCHW", `"NCHW" is none of nchw, nhwc`},
		"order":   {"grey", `"grey" is none of rgb, bgr, gray`},
		"divide ": {"", ""},
	} {
		_, found, err := FromMetadata(map[string]string{"sardonyx." + key: c[0]})
		if c[1] == "" {
			require.NoError(t, err)
			require.False(t, found)
			continue
		}
		require.ErrorContains(t, err, "metadata sardonyx."+key+": "+c[1])
		require.NotContains(t, err.Error(), "\n")
	}
	_, _, err = FromMetadata(map[string]string{"sardonyx.fit": "squash", "sardonyx.size": "5000x5"})
	require.EqualError(t, err, "metadata: size 5000 x 5 is not in 1...4096")
}

// Without metadata, the input's shape decides, and always wins over the
// preset's own size.
func TestChoose(t *testing.T) {
	for _, c := range []struct {
		meta  map[string]string
		shape []int
		want  string // String of the choice, or the error
	}{
		{nil, []int{1, 3, 224, 224},
			"imagenet: crop 224x224 of short side 256, bilinear, (rgb/255 - [0.485 0.456 0.406]) / [0.229 0.224 0.225], nchw"},
		{nil, []int{-1, 3, -1, -1},
			"imagenet: crop 224x224 of short side 256, bilinear, (rgb/255 - [0.485 0.456 0.406]) / [0.229 0.224 0.225], nchw"},
		{nil, []int{0, 0, 0, 0},
			"imagenet: crop 224x224 of short side 256, bilinear, (rgb/255 - [0.485 0.456 0.406]) / [0.229 0.224 0.225], nchw"},
		{nil, []int{3, 299, 299},
			"imagenet: crop 299x299 of short side 342, bilinear, (rgb/255 - [0.485 0.456 0.406]) / [0.229 0.224 0.225], nchw"},
		{nil, []int{1, 260, 260, 3},
			"tf: crop 260x260 of short side 297, bicubic, (rgb/1 - [127 127 127]) / [128 128 128], nhwc"},
		{nil, []int{1, 1, 28, 28}, "mnist: squash 28x28, bilinear, (gray/1 - [0 0 0]) / [1 1 1], nchw"},
		{nil, []int{1, 32, 32, 3},
			"cifar: crop 32x32 of short side 32, bilinear, (rgb/255 - [0.485 0.456 0.406]) / [0.229 0.224 0.225], nhwc"},
		{nil, []int{1, 3, 640, 640}, "yolo640: letterbox 640x640, bilinear, (rgb/255 - [0 0 0]) / [1 1 1], nchw"},
		{map[string]string{"sardonyx.preset": "raw"}, []int{1, 3, 0, 0}, "raw: none, bilinear, (rgb/1 - [0 0 0]) / [1 1 1], nchw"},
		{map[string]string{"sardonyx.preset": "raw"}, []int{1, 1, 8, 9}, "raw: squash 9x8, bilinear, (gray/1 - [0 0 0]) / [1 1 1], nchw"},
		{map[string]string{"sardonyx.preset": "mnist"}, []int{1, 3, 28, 28}, "mnist: squash 28x28, bilinear, (rgb/1 - [0 0 0]) / [1 1 1], nchw"},
		{map[string]string{"sardonyx.preset": "tf", "sardonyx.layout": "nhwc"}, []int{0, 0, 0, 0},
			"tf: crop 224x224 of short side 256, bicubic, (rgb/1 - [127 127 127]) / [128 128 128], nhwc"},
		{nil, []int{1, 1000}, "input shape [1 1000] is no picture's: 2 dims, want 3 or 4"},
		{nil, []int{1, 64, 56, 56}, "input shape [1 64 56 56] is no picture's: neither 64 nor 56 channels are 1 or 3"},
		{nil, []int{1, 3, 0, 5000}, "input shape [1 3 0 5000]: 5000 is more than 4096"},
		{map[string]string{"sardonyx.mean": "x"}, []int{1, 3, 8, 8}, `metadata sardonyx.mean: "x" is no finite number`},
	} {
		p, err := Choose(c.meta, c.shape)
		got := p.String()
		if err != nil {
			got = err.Error()
		}
		require.Equal(t, c.want, got, "%v", c.shape)
	}
}

// Nothing a file says makes Choose panic or return what cannot be made.
func FuzzChoose(f *testing.F) {
	f.Add("imagenet", "crop", "224", "256", "0.5,0.5,0.5", 3, 224, 224)
	f.Add("x", "none", "0x0", "0", "1", -1, -1, 3)
	f.Fuzz(func(t *testing.T, preset, fit, size, short, mean string, a, b, c int) {
		p, err := Choose(map[string]string{"sardonyx.preset": preset, "sardonyx.fit": fit, "sardonyx.size": size,
			"sardonyx.short": short, "sardonyx.mean": mean}, []int{1, a, b, c})
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		require.NoError(t, p.check())
	})
}
