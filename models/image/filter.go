package image

import (
	"fmt"
	"math"
)

// A Filter says how a picture is resampled.
type Filter uint8

// The filters of Pillow. All but Nearest are stretched when a picture shrinks,
// so that every source pixel counts ("antialias").
const (
	Bilinear Filter = iota // triangle of radius 1: the default of torchvision
	Bicubic                // Keys' cubic with a = -0.5, radius 2
	Lanczos                // windowed sinc, radius 3
	Box                    // the mean of what a pixel covers
	Nearest                // one source pixel, the one at the centre
)

var filters = [...]struct {
	name   string
	radius float64
	weight func(x float64) float64
}{
	Bilinear: {"bilinear", 1, triangle},
	Bicubic:  {"bicubic", 2, cubic},
	Lanczos:  {"lanczos", 3, lanczos},
	Box:      {"box", 0.5, box},
	Nearest:  {"nearest", 0, nil},
}

// String returns the name in lower case.
func (f Filter) String() string {
	if int(f) >= len(filters) {
		return fmt.Sprintf("filter(%d)", uint8(f))
	}
	return filters[f].name
}

func box(x float64) float64 {
	if x > -0.5 && x <= 0.5 {
		return 1
	}
	return 0
}

func triangle(x float64) float64 { return max(0, 1-math.Abs(x)) }

// cubic converts each product, which forbids fusing it with the sum that takes
// it: weights must round alike on all machines. See R. G. Keys, "Cubic
// convolution interpolation for digital image processing", 1981.
func cubic(x float64) float64 {
	const a = -0.5
	x = math.Abs(x)
	switch {
	case x < 1:
		y := float64((a+2)*x) - (a + 3)
		return float64(y*x*x) + 1
	case x < 2:
		y := float64((x-5)*x) + 8
		return (float64(y*x) - 4) * a
	}
	return 0
}

func lanczos(x float64) float64 {
	if x < -3 || x >= 3 {
		return 0
	}
	return sinc(x) * sinc(x/3)
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	x *= math.Pi
	return math.Sin(x) / x
}
