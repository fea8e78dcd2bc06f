package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// convCase is an image, a window and the rows of one output row.
type convCase struct {
	Window
	rows []int32
	x    []float32
}

func (c convCase) String() string { return fmt.Sprintf("%+v rows %v", c.Window, c.rows) }

// convCases returns windows of all sorts: fast and general widths, strides,
// dilations, images narrower than the kernel, padding on all sides, lanes that
// are no multiple of anything, pixels farther apart than their lanes.
func convCases(r *rand.Rand, n int) []convCase {
	var cases []convCase
	for len(cases) < n {
		w := Window{
			C: 1 + r.IntN(70), Width: 1 + r.IntN(20), KernelWidth: []int{1, 2, 3, 3, 3, 5, 5, 7}[r.IntN(8)],
			Stride: 1 + r.IntN(2) + r.IntN(10)/9, Dilation: 1 + r.IntN(5)/4,
		}
		if r.IntN(3) == 0 {
			w.C = 8 * (1 + r.IntN(8))
		}
		w.Pad = r.IntN(w.KernelWidth + 1)
		size := w.Width + w.Pad + r.IntN(w.KernelWidth+1) - (w.KernelWidth-1)*w.Dilation - 1
		if size < 0 {
			continue
		}
		w.OutWidth = size/w.Stride + 1
		w.InStride, w.OutStride = w.C+r.IntN(3), w.C+r.IntN(9)
		row := w.Width*w.InStride + r.IntN(5)
		rows := make([]int32, w.KernelWidth)
		for i := range rows {
			rows[i] = int32(r.IntN(4) * row)
			if r.IntN(6) == 0 {
				rows[i] = -1
			}
		}
		// the lanes between pixels are undefined: NaN in one case, huge in another
		x := make([]float32, 3*row+(w.Width-1)*w.InStride+w.C)
		for i := range x {
			x[i] = []float32{nan32, 1e30}[len(cases)%2]
		}
		for y := range 4 {
			for i := range w.Width {
				copy(x[y*row+i*w.InStride:][:w.C], vecFinite(r, w.C))
			}
		}
		cases = append(cases, convCase{w, rows, x})
	}
	return cases
}

// output returns guarded room for the row, filled with a value that must stay
// between the pixels.
func (c convCase) output() ([]float32, func(t *testing.T, msg ...any)) {
	dst := make([]float32, (c.OutWidth-1)*c.OutStride+c.C)
	for i := range dst {
		dst[i] = 77
	}
	return vecGuarded(dst)
}

// TestDepthwise holds every Set to the definition, and that to the formula.
func TestDepthwise(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for i, c := range convCases(r, 1500) {
		w, bias := vecFinite(r, len(c.rows)*c.KernelWidth*c.C), vecFinite(r, c.C)
		lo, hi := -inf32, inf32
		if i%3 == 0 {
			lo, hi = -0.5, 1
		}
		want, _ := c.output()
		portable.Depthwise(want, c.x, c.rows, w, bias, &c.Window, lo, hi)
		for o := range c.OutWidth {
			j := r.IntN(c.C)
			v := bias[j]
			for ky, row := range c.rows {
				for kx := range c.KernelWidth {
					if in := o*c.Stride - c.Pad + kx*c.Dilation; row >= 0 && in >= 0 && in < c.Width {
						v = Fma32(c.x[int(row)+in*c.InStride+j], w[(ky*c.KernelWidth+kx)*c.C+j], v)
					}
				}
			}
			require.Equal(t, min(hi, max(lo, v)), want[o*c.OutStride+j], "%v output %d lane %d", c, o, j)
		}
		for _, s := range All()[1:] {
			x, _ := vecGuarded(c.x)
			gw, _ := vecGuarded(w)
			gb, _ := vecGuarded(bias)
			dst, check := c.output()
			s.Depthwise(dst, x, c.rows, gw, gb, &c.Window, lo, hi)
			vecEqual(t, want, dst, "%s %v", s.Name(), c)
			check(t, s.Name(), c)
		}
	}
}

// TestPool does the same for pooling, with NaN among the values.
func TestPool(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for _, c := range convCases(r, 1000) {
		if r.IntN(3) == 0 {
			c.x[r.IntN(len(c.x))] = nan32
		}
		counts := make([]float32, c.OutWidth)
		for i := range counts {
			counts[i] = float32(1 + r.IntN(9))
		}
		wantMax, _ := c.output()
		wantMean, _ := c.output()
		portable.MaxPool(wantMax, c.x, c.rows, &c.Window)
		portable.AveragePool(wantMean, c.x, c.rows, counts, &c.Window)
		for o := range c.OutWidth {
			j := r.IntN(c.C)
			greatest, sum := -inf32, float32(0)
			for _, row := range c.rows {
				for kx := range c.KernelWidth {
					if in := o*c.Stride - c.Pad + kx*c.Dilation; row >= 0 && in >= 0 && in < c.Width {
						v := c.x[int(row)+in*c.InStride+j]
						greatest, sum = max(greatest, v), sum+v
					}
				}
			}
			vecEqual(t, []float32{greatest, sum / counts[o]}, []float32{wantMax[o*c.OutStride+j], wantMean[o*c.OutStride+j]}, "%v output %d lane %d", c, o, j)
		}
		for _, s := range All()[1:] {
			x, _ := vecGuarded(c.x)
			dst, check := c.output()
			s.MaxPool(dst, x, c.rows, &c.Window)
			vecEqual(t, wantMax, dst, "MaxPool %s %v", s.Name(), c)
			check(t, s.Name(), c)
			dst, check = c.output()
			s.AveragePool(dst, x, c.rows, counts, &c.Window)
			vecEqual(t, wantMean, dst, "AveragePool %s %v", s.Name(), c)
			check(t, s.Name(), c)
		}
	}
}

// TestTranspose covers blocks, edges and narrow images, with room between rows.
func TestTranspose(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for i := range 300 {
		rows, cols := 1+r.IntN(40), 1+r.IntN(40)
		if i%8 == 0 {
			rows, cols = 1+r.IntN(4), 17000+r.IntN(100)
		}
		if r.IntN(2) == 0 {
			rows, cols = cols, rows
		}
		lds, ldd := cols+r.IntN(3), rows+r.IntN(3)
		if i%2 == 0 {
			lds, ldd = cols, rows
		}
		src := vecFinite(r, (rows-1)*lds+cols)
		for _, s := range All() {
			want := make([]float32, (cols-1)*ldd+rows)
			transpose(want, ldd, src, lds, rows, cols)
			dst, check := vecGuarded(make([]float32, len(want)))
			x, _ := vecGuarded(src)
			s.Transpose(dst, ldd, x, lds, rows, cols)
			vecEqual(t, want, dst, "%s %dx%d", s.Name(), rows, cols)
			check(t, s.Name(), rows, cols)
		}
	}
}

// TestAccumulateRows covers tails and the cutting into calls.
func TestAccumulateRows(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for i := range 200 {
		n, c := r.IntN(30), 1+r.IntN(150)
		if i == 0 {
			n, c = 3000, 130
		}
		ld := c + r.IntN(3)
		x, start := vecFinite(r, max(0, n-1)*ld+c), vecFinite(r, c)
		want := append([]float32{}, start...)
		accumulateRows(want, x, ld, n, c)
		for _, s := range All() {
			dst, check := vecGuarded(start)
			gx, _ := vecGuarded(x)
			s.AccumulateRows(dst, gx, ld, n, c)
			vecEqual(t, want, dst, "%s n=%d c=%d", s.Name(), n, c)
			check(t, s.Name(), n, c)
		}
	}
}

// TestUndefinedLanes: what the lanes hold that round a pixel up to a multiple
// of 8 changes nothing in the others.
func TestUndefinedLanes(t *testing.T) {
	const c, ld, width = 20, 24, 9
	r := rand.New(rand.NewPCG(23, 24))
	base := vecFinite(r, 3*width*ld)
	weights, bias := vecFinite(r, 9*ld), vecFinite(r, ld)
	fill := func(x []float32, v float32) []float32 {
		y := append([]float32{}, x...)
		for i := range y {
			if i%ld >= c {
				y[i] = v
			}
		}
		return y
	}
	rows := []int32{0, width * ld, 2 * width * ld}
	counts := []float32{4, 6, 6, 6, 6, 6, 6, 6, 4}
	w := Window{C: ld, Width: width, OutWidth: width, KernelWidth: 3, Stride: 1, Dilation: 1, Pad: 1, InStride: ld, OutStride: ld}
	for _, s := range All() {
		var results [][]float32
		for _, v := range []float32{nan32, 1e30} {
			x, dst := fill(base, v), make([]float32, 4*width*ld)
			s.Depthwise(dst, x, rows, fill(weights, v), fill(bias, v), &w, 0, 6)
			s.MaxPool(dst[width*ld:], x, rows, &w)
			s.AveragePool(dst[2*width*ld:], x, rows, counts, &w)
			s.AccumulateRows(dst[3*width*ld:], x, ld, width, ld)
			results = append(results, fill(dst, 0))
		}
		vecEqual(t, results[0], results[1], s.Name())
	}
}

// TestWindowsAllocate nothing.
func TestWindowsAllocate(t *testing.T) {
	x, dst := make([]float32, 4096), make([]float32, 4096)
	rows := []int32{0, 0, -1}
	w := Window{C: 16, Width: 9, OutWidth: 9, KernelWidth: 3, Stride: 1, Dilation: 1, Pad: 1, InStride: 16, OutStride: 16}
	for _, s := range All() {
		require.Zero(t, testing.AllocsPerRun(10, func() {
			s.Depthwise(dst, x, rows, x, x, &w, 0, 6)
			s.MaxPool(dst, x, rows, &w)
			s.AveragePool(dst, x, rows, x, &w)
			s.Transpose(dst, 32, x, 32, 32, 32)
			s.AccumulateRows(dst, x, 16, 9, 16)
		}), s.Name())
	}
}

func ExampleSet_MaxPool() {
	// Two rows of four pixels with one channel, a window of 2x2, stride 2.
	x := []float32{1, 5, 2, 0, 3, 4, 8, 6}
	y := make([]float32, 2)
	w := Window{C: 1, Width: 4, OutWidth: 2, KernelWidth: 2, Stride: 2, Dilation: 1, InStride: 1, OutStride: 1}
	Best().MaxPool(y, x, []int32{0, 4}, &w)
	fmt.Println(y)
	// Output: [5 8]
}
