package image

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// MaxSide is the largest width or height of a [Preset].
const MaxSide = 4096

// A Preset is everything between a picture and the input of a network. Take
// one by name with [Named] and change its fields at will.
type Preset struct {
	Name          string
	Fit           Fit
	Short         int // FitCrop: the shorter side before the crop
	Width, Height int // of the tensor; not used by FitNone
	Filter        Filter
	Border        [3]byte // FitLetterbox: the colour around
	Norm
}

var (
	imagenetMean = [3]float32{0.485, 0.456, 0.406}
	imagenetStd  = [3]float32{0.229, 0.224, 0.225}
)

// same is one value for all channels.
func same(v float32) [3]float32 { return [3]float32{v, v, v} }

var presets = []Preset{
	{Name: "imagenet", Fit: FitCrop, Short: 256, Width: 224, Height: 224,
		Norm: Norm{Divide: 255, Mean: imagenetMean, Std: imagenetStd}},
	// EfficientNet-Lite, evaluated with bicubic resizing, and other models that
	// TensorFlow trained.
	{Name: "tf", Fit: FitCrop, Short: 256, Width: 224, Height: 224, Filter: Bicubic,
		Norm: Norm{Divide: 1, Mean: same(127), Std: same(128)}},
	{Name: "mobilenet_w8", Fit: FitCrop, Short: 256, Width: 224, Height: 224,
		Norm: Norm{Divide: 1, Mean: same(128), Std: same(128)}},
	{Name: "cifar", Fit: FitCrop, Short: 32, Width: 32, Height: 32,
		Norm: Norm{Divide: 255, Mean: imagenetMean, Std: imagenetStd}},
	{Name: "mnist", Fit: FitSquash, Width: 28, Height: 28,
		Norm: Norm{Divide: 1, Std: same(1), Order: Gray}},
	{Name: "ssd300", Fit: FitSquash, Width: 300, Height: 300,
		Norm: Norm{Divide: 1, Mean: same(128), Std: same(128)}},
	{Name: "yolo640", Fit: FitLetterbox, Width: 640, Height: 640, Border: [3]byte{114, 114, 114},
		Norm: Norm{Divide: 255, Std: same(1)}},
	{Name: "clip", Fit: FitCrop, Short: 224, Width: 224, Height: 224, Filter: Bicubic,
		Norm: Norm{Divide: 255, Mean: [3]float32{0.48145466, 0.4578275, 0.40821073},
			Std: [3]float32{0.26862954, 0.26130258, 0.27577711}}},
	{Name: "pix2pix256", Fit: FitSquash, Width: 256, Height: 256,
		Norm: Norm{Divide: 1, Mean: same(127.5), Std: same(127.5)}},
	{Name: "raw", Fit: FitNone, Norm: Norm{Divide: 1, Std: same(1)}},
}

// Names lists the presets that [Named] knows.
func Names() []string {
	var names []string
	for _, p := range presets {
		names = append(names, p.Name)
	}
	return names
}

// Named returns the preset of a name.
func Named(name string) (Preset, error) {
	i := slices.IndexFunc(presets, func(p Preset) bool { return p.Name == name })
	if i < 0 {
		return Preset{}, fmt.Errorf("no preset %s; there are %s", quote(name), strings.Join(Names(), ", "))
	}
	return presets[i], nil
}

// String describes the preset in one line, as in "imagenet: crop 224x224 of
// short side 256, bilinear, (rgb/255 - [0.485 0.456 0.406]) / [0.229 0.224
// 0.225], nchw".
func (p Preset) String() string {
	size := p.Fit.String()
	if p.Fit != FitNone {
		size += fmt.Sprintf(" %dx%d", p.Width, p.Height)
	}
	if p.Fit == FitCrop {
		size += fmt.Sprintf(" of short side %d", p.Short)
	}
	return fmt.Sprintf("%s: %s, %v, (%v/%v - %v) / %v, %v", p.Name, size, p.Filter, p.Order, p.Divide, p.Mean, p.Std, p.Layout)
}

// check reports sizes that cannot be made.
func (p Preset) check() error {
	if p.Fit == FitNone {
		return nil
	}
	if p.Width < 1 || p.Height < 1 || p.Width > MaxSide || p.Height > MaxSide {
		return fmt.Errorf("size %d x %d is not in 1...%d", p.Width, p.Height, MaxSide)
	}
	if p.Fit == FitCrop && (p.Short < 1 || p.Short > 2*MaxSide) {
		return fmt.Errorf("short side %d is not in 1...%d", p.Short, 2*MaxSide)
	}
	return nil
}

// Apply brings a picture to the preset's size, and tells where it lies there.
func (p Preset) Apply(pic *Picture) (*Picture, Placement, error) {
	if err := p.check(); err != nil {
		return nil, Placement{}, err
	}
	if pic.W < 1 || pic.H < 1 {
		return nil, Placement{}, fmt.Errorf("empty picture: %d x %d pixels", pic.W, pic.H)
	}
	switch p.Fit {
	case FitCrop:
		w, h := ShortSide(pic.W, pic.H, p.Short)
		r := Center(w, h, p.Width, p.Height)
		at := Placement{float64(-r.Min.X), float64(-r.Min.Y), float64(w) / float64(pic.W), float64(h) / float64(pic.H)}
		return ResizeCrop(pic, w, h, r, p.Filter), at, nil
	case FitSquash:
		at := Placement{0, 0, float64(p.Width) / float64(pic.W), float64(p.Height) / float64(pic.H)}
		return Resize(pic, p.Width, p.Height, p.Filter), at, nil
	case FitLetterbox:
		out, at := Letterbox(pic, p.Width, p.Height, p.Border, p.Filter)
		return out, at, nil
	}
	return pic, Placement{0, 0, 1, 1}, nil
}

// Tensor returns a picture as a float32 tensor with a batch dim of 1, and where
// the picture lies in it.
func (p Preset) Tensor(pic *Picture) (*tensor.Tensor, Placement, error) {
	t, at, err := p.Batch([]*Picture{pic})
	if err != nil {
		return nil, Placement{}, err
	}
	return t, at[0], nil
}

// Batch returns pictures as one float32 tensor, and where each lies in it. With
// FitNone they must have the same size.
func (p Preset) Batch(pics []*Picture) (*tensor.Tensor, []Placement, error) {
	if len(pics) == 0 {
		return nil, nil, fmt.Errorf("no pictures")
	}
	var t *tensor.Tensor
	var w, h int
	at := make([]Placement, len(pics))
	for i, pic := range pics {
		fitted, place, err := p.Apply(pic)
		if err != nil {
			return nil, nil, err
		}
		c := p.Order.Channels()
		if i == 0 {
			w, h = fitted.W, fitted.H
			t = tensor.New(tensor.Float32, p.Layout.Shape(len(pics), c, h, w)...)
		}
		if fitted.W != w || fitted.H != h {
			return nil, nil, fmt.Errorf("picture %d has %d x %d pixels, the first has %d x %d", i, fitted.W, fitted.H, w, h)
		}
		n := c * h * w
		Normalize(tensor.Data[float32](t)[i*n:][:n], fitted, p.Norm)
		at[i] = place
	}
	return t, at, nil
}
