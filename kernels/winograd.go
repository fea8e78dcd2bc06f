package kernels

import "slices"

//go:generate go run ./gen/winograd

// Convolution with fewer products, after S. Winograd; see A. Lavin and S. Gray,
// "Fast Algorithms for Convolutional Neural Networks", CVPR 2016.
//
// The image is cut into overlapping tiles of a×a pixels, and each is
// transformed: V = Bᵀ X B, for every channel by itself. So is every kernel:
// U = G W Gᵀ. Then the a*a elements of a transformed tile are planes that have
// nothing to do with each other: each is multiplied by its plane of U, a matrix
// product of tiles × channels by channels × outputs. Y = Aᵀ M A makes m×m output
// pixels of the sums of a tile. That is a*a products for each pair of channels
// instead of m*m*r*r, and two transforms that cost additions only.

// A Winograd is an algorithm F(m×m, r×r): it computes tiles of m×m outputs of a
// convolution of r×r taps from tiles of a×a inputs, a = m+r-1.
//
// Relative to the root mean square of the results its errors are at most about
// 5e-5 for tiles of 4×4 outputs, and no greater than those of a plain
// convolution for tiles of 2×2. An input that is infinite or NaN makes all
// outputs of its tiles NaN.
type Winograd uint8

// Algorithms. With 2×2 taps they serve kernels of 3×3 or 4×4 and stride 2, the
// pixels of even and odd rows and columns being four images of 2×2 taps each.
const (
	F43 Winograd = iota // F(4×4, 3×3), points 0, 1, -1, 2, -2 and infinity: 36 products instead of 144
	F23                 // F(2×2, 3×3), points 0, 1, -1 and infinity: 16 instead of 36
	F42                 // F(4×4, 2×2), points 0, 1, -1, 2 and infinity: 25 instead of 64
	F22                 // F(2×2, 2×2), points 0, 1 and infinity: 9 instead of 16
	winograds
)

// Outputs returns m, the rows and columns of a tile of outputs.
func (f Winograd) Outputs() int { return [...]int{4, 2, 4, 2}[f] }

// Taps returns r, the rows and columns of a kernel.
func (f Winograd) Taps() int { return [...]int{3, 3, 2, 2}[f] }

// Inputs returns a, the rows and columns of a tile of inputs.
func (f Winograd) Inputs() int { return f.Outputs() + f.Taps() - 1 }

// Planes returns a*a.
func (f Winograd) Planes() int { return f.Inputs() * f.Inputs() }

// BiasPlane returns the plane whose sums begin with the bias: the outputs of a
// tile contain all of the element at point (1, 1) with the factor 1.
func (f Winograd) BiasPlane() int { return f.Inputs() + 1 }

// winogradSet is the part of a Set that transforms tiles, by algorithm.
type winogradSet struct {
	lanes  int // least n that the functions take
	input  [winograds]winogradInput
	output [winograds]winogradOutput
}

// The arguments of winogradInput and winogradOutput are those of the methods.
type (
	winogradInput  func(dst []float32, plane int, x []float32, rows, cols []int32, zero []float32, n int)
	winogradOutput func(dst []float32, row, pixel int, m []float32, plane, n, ny, nx int, res []float32, resRow, resPixel int, lo, hi float32)
)

var portableWinograd = winogradSet{
	input:  [winograds]winogradInput{inputOf(F43), inputOf(F23), inputOf(F42), inputOf(F22)},
	output: [winograds]winogradOutput{outputOf(F43), outputOf(F23), outputOf(F42), outputOf(F22)},
}

// WinogradInput transforms n channels of a tile of x. Pixel (y, x) of the tile
// begins at x[rows[y]+cols[x]]; where one of the two is -1 it is padding, and
// zero, at least n zeros, is read instead. Element (i, j) of channel c goes to
//
//	dst[(i*a+j)*plane + c]
func (s *Set) WinogradInput(f Winograd, dst []float32, plane int, x []float32, rows, cols []int32, zero []float32, n int) {
	if n == 0 {
		return
	}
	a := f.Inputs()
	rows, cols = rows[:a], cols[:a]
	_, _ = dst[(a*a-1)*plane+n-1], zero[n-1]
	if last := int(slices.Max(rows)) + int(slices.Max(cols)); last >= 0 {
		_ = x[last+n-1]
	}
	if n < s.wino.lanes {
		transformInput(f, dst, plane, x, rows, cols, zero, n)
		return
	}
	s.wino.input[f](dst, plane, x, rows, cols, zero, n)
}

// A WinogradTile says where the outputs of a tile go: pixel (y, x) begins
// y*Row + x*Pixel elements after the first.
type WinogradTile struct {
	Rows, Cols int // how many of the tile's outputs exist, from 1 to m
	Row, Pixel int

	// Residual, if not nil, is added; pixel (y, x) begins at
	// Residual[y*ResidualRow+x*ResidualPixel]. It may not overlap the outputs.
	Residual                   []float32
	ResidualRow, ResidualPixel int

	Lo, Hi float32 // limits of the result, as in an Epilogue with Clamp
}

// WinogradOutput computes n channels of a tile of outputs from its sums, which
// lie like the result of [Set.WinogradInput].
func (s *Set) WinogradOutput(f Winograd, dst, m []float32, plane, n int, t *WinogradTile) {
	if n == 0 {
		return
	}
	_ = dst[(t.Rows-1)*t.Row+(t.Cols-1)*t.Pixel+n-1]
	_ = m[(f.Planes()-1)*plane+n-1]
	if t.Residual != nil {
		_ = t.Residual[(t.Rows-1)*t.ResidualRow+(t.Cols-1)*t.ResidualPixel+n-1]
	}
	if size := f.Outputs(); t.Rows < 1 || t.Rows > size || t.Cols < 1 || t.Cols > size {
		panic("kernels: a tile without outputs, or with too many")
	}
	output := s.wino.output[f]
	if n < s.wino.lanes {
		output = portableWinograd.output[f]
	}
	output(dst, t.Row, t.Pixel, m, plane, n, t.Rows, t.Cols, t.Residual, t.ResidualRow, t.ResidualPixel, t.Lo, t.Hi)
}
