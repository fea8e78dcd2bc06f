package image

import "fmt"

// Choose finds the preset of a model: what its metadata says (see
// [FromMetadata]), else what the shape of its input suggests, fitted to that
// shape. Dims that the model leaves open are 0 or less.
//
// A shape does not tell mean and scale; the guess is "imagenet", or the preset
// of the same size (28x28 gray is "mnist", 300x300 "ssd300", 640x640
// "yolo640"), or "tf" for channels-last. Show the choice to the user.
func Choose(meta map[string]string, shape []int) (Preset, error) {
	p, found, err := FromMetadata(meta)
	if err != nil {
		return Preset{}, err
	}
	if !found {
		p = guess(shape)
	}
	return p.ForShape(shape)
}

// guess picks a preset by size and layout alone.
func guess(shape []int) Preset {
	in, err := readShape(shape)
	name := "imagenet"
	switch {
	case err != nil: // ForShape will say why
	case in.c == 1 && in.h == 28 && in.w == 28:
		name = "mnist"
	case in.h == 32 && in.w == 32:
		name = "cifar"
	case in.h == 300 && in.w == 300:
		name = "ssd300"
	case in.h == 640 && in.w == 640:
		name = "yolo640"
	case in.known && in.layout == NHWC:
		name = "tf"
	}
	p, err := Named(name)
	if err != nil {
		panic(err)
	}
	return p
}

// ForShape adapts p to the shape of a model's input, of 3 dims or, with a
// batch, 4: layout, number of channels, width and height become the model's
// where it fixes them. FitCrop keeps the share of the short side that is cut
// out; FitNone becomes FitSquash.
func (p Preset) ForShape(shape []int) (Preset, error) {
	in, err := readShape(shape)
	if err != nil {
		return Preset{}, err
	}
	if in.known {
		p.Layout = in.layout
	}
	switch {
	case in.c == 1:
		p.Order = Gray
	case in.c == 3 && p.Order == Gray:
		p.Order, p.Mean, p.Std = RGB, same(p.Mean[0]), same(p.Std[0])
	}
	if p.Fit == FitNone && in.h > 0 && in.w > 0 {
		p.Fit, p.Width, p.Height = FitSquash, in.w, in.h
	}
	if p.Fit != FitNone {
		before := max(p.Width, p.Height)
		if in.w > 0 {
			p.Width = in.w
		}
		if in.h > 0 {
			p.Height = in.h
		}
		if after := max(p.Width, p.Height); p.Fit == FitCrop && before > 0 && before != after {
			p.Short = (p.Short*after + before/2) / before
		}
	}
	if err := p.check(); err != nil {
		return Preset{}, fmt.Errorf("input shape %v: %w", shape, err)
	}
	return p, nil
}

// An inputShape is the shape of a model's input without its batch.
type inputShape struct {
	c, h, w int // 0 where open
	layout  Layout
	known   bool // the layout follows from the channels
}

// readShape tells channels by their number, 1 or 3, or else by being open where
// the other candidate is not. When both are open, the size is taken for open too.
func readShape(shape []int) (inputShape, error) {
	if len(shape) != 3 && len(shape) != 4 {
		return inputShape{}, fmt.Errorf("input shape %v is no picture's: %d dims, want 3 or 4", shape, len(shape))
	}
	d := shape[len(shape)-3:]
	for _, v := range d {
		if v > MaxSide {
			return inputShape{}, fmt.Errorf("input shape %v: %d is more than %d", shape, v, MaxSide)
		}
	}
	channels := func(v int) bool { return v == 1 || v == 3 }
	first, mid, last := max(d[0], 0), max(d[1], 0), max(d[2], 0)
	switch {
	case channels(first):
		return inputShape{first, mid, last, NCHW, true}, nil
	case channels(last):
		return inputShape{last, first, mid, NHWC, true}, nil
	case first == 0 && last == 0:
		return inputShape{}, nil
	case first == 0:
		return inputShape{first, mid, last, NCHW, true}, nil
	case last == 0:
		return inputShape{last, first, mid, NHWC, true}, nil
	}
	return inputShape{}, fmt.Errorf("input shape %v is no picture's: neither %d nor %d channels are 1 or 3", shape, first, last)
}
