package image

import (
	"fmt"
	stdimage "image"
	"math"
)

// A Fit is a way to bring a picture to the size a network takes.
type Fit uint8

const (
	FitCrop      Fit = iota // scale the short side, cut out the centre: classifiers
	FitSquash               // scale both sides, whatever the proportions: SSD
	FitLetterbox            // scale to fit inside, centred on a border: YOLO
	FitNone                 // leave the picture as it is
)

var fits = [...]string{"crop", "squash", "letterbox", "none"}

// String returns the name in lower case.
func (f Fit) String() string {
	if int(f) >= len(fits) {
		return fmt.Sprintf("fit(%d)", uint8(f))
	}
	return fits[f]
}

// A Placement tells where a picture lies in what a network sees of it: the
// point (x, y) of the picture is at (X + ScaleX*x, Y + ScaleY*y). Points lie
// between pixels: (0, 0) is the outer corner of the first.
type Placement struct{ X, Y, ScaleX, ScaleY float64 }

// Source is the inverse: it takes a point that a network found, in pixels of
// its input, back to the picture.
func (p Placement) Source(x, y float64) (float64, float64) {
	return (x - p.X) / p.ScaleX, (y - p.Y) / p.ScaleY
}

// ShortSide returns the size of a w x h picture, both at least 1, whose shorter
// side is made size pixels; the longer side is rounded down, as torchvision's
// Resize does.
func ShortSide(w, h, size int) (int, int) {
	const most = 1 << 29 // no more than arithmetic on int bears on any machine
	long := func(short, long int) int { return int(min(int64(size)*int64(long)/int64(short), most)) }
	if w <= h {
		return size, long(w, h)
	}
	return long(h, w), size
}

// Center returns the w x h rectangle in the middle of a picture of pw x ph
// pixels. As in torchvision, half a pixel is rounded to even where the picture
// is larger, and goes to the right and below where it is smaller.
func Center(pw, ph, w, h int) stdimage.Rectangle {
	offset := func(have, want int) int {
		if want > have {
			return -((want - have) / 2)
		}
		return int(math.RoundToEven(float64(have-want) / 2))
	}
	x, y := offset(pw, w), offset(ph, h)
	return stdimage.Rect(x, y, x+w, y+h)
}

// Letterbox scales p to fit into w x h and centres it on a border of one
// colour, with the rounding of YOLOv5's letterbox function.
func Letterbox(p *Picture, w, h int, border [3]byte, f Filter) (*Picture, Placement) {
	out := New(w, h)
	for i := 0; i < len(out.Pix); i += 3 {
		copy(out.Pix[i:], border[:])
	}
	if p.W == 0 || p.H == 0 {
		return out, Placement{ScaleX: 1, ScaleY: 1}
	}
	scale := min(float64(w)/float64(p.W), float64(h)/float64(p.H))
	side := func(n int) int { return max(1, int(math.RoundToEven(float64(n)*scale))) }
	nw, nh := side(p.W), side(p.H)
	x, y := (w-nw)/2, (h-nh)/2
	paste(out, Resize(p, nw, nh, f), x, y)
	return out, Placement{float64(x), float64(y), float64(nw) / float64(p.W), float64(nh) / float64(p.H)}
}
