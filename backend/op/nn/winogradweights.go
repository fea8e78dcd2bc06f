package nn

import (
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// winogradWeights are the kernels of a convolution, transformed: panels of
// output channels; in each the planes, one after the other as they are read; in
// each the strips of a packed matrix.
//
// With stride 2, the pixels of even and odd rows and columns are four images,
// each with its own taps, whose products are summed: their channels lie side by
// side in a row of the left matrix. Of 3×3 taps the odd images have one in a row
// or column instead of two. Such a kernel vanishes at infinity, so the planes of
// that point leave it out; in the order of images below what remains is always
// one range.
type winogradWeights struct {
	f         kernels.Winograd
	cin, cout int
	images    []winogradImage
	first     [36]int // where the range of a plane begins in a row
	depth     [36]int // and how long it is
	before    [37]int // sum of the depths of the planes before
	panel     int     // columns of a panel
	data      []float32
}

// A winogradImage is a subset of the pixels: those at this row and column,
// modulo the stride.
type winogradImage struct{ y, x int }

var (
	oneImage   = []winogradImage{{0, 0}}
	fourImages = []winogradImage{{0, 1}, {0, 0}, {1, 0}, {1, 1}}
)

// planWinogradWeights returns the layout of kernels of k×k taps, without data.
func planWinogradWeights(f kernels.Winograd, stride, k, cin, cout int) *winogradWeights {
	p := &winogradWeights{f: f, cin: cin, cout: cout, images: oneImage, panel: panelColumns(cout)}
	if stride == 2 {
		p.images = fourImages
	}
	p.ranges(stride == 2 && k == 3)
	return p
}

// len returns the length of the data.
func (p *winogradWeights) len() int { return kernels.PackedLen(p.before[p.f.Planes()], p.cout) }

// newWinogradWeights transforms kernels of k×k taps; taps writes those of output
// channel o and input channel c.
func newWinogradWeights(f kernels.Winograd, stride, k, cin, cout int, taps func(dst *[16]float32, o, c int)) *winogradWeights {
	p := planWinogradWeights(f, stride, k, cin, cout)
	p.data = tensor.AllocOf[float32](p.len())
	var strips [36][]float32
	var from [16]float32
	for o := 0; o < cout; o += kernels.Strip {
		for plane := range f.Planes() {
			strips[plane] = p.strip(plane, o)
		}
		for c := range cin {
			for lane := range min(kernels.Strip, cout-o) {
				taps(&from, o+lane, c)
				for i, img := range p.images {
					p.transform(&strips, i*cin+c, lane, &from, k, stride, img)
				}
			}
		}
	}
	return p
}

// transform writes a kernel's taps for an image to row at of the planes.
func (p *winogradWeights) transform(strips *[36][]float32, at, lane int, from *[16]float32, k, stride int, img winogradImage) {
	var w [9]float64
	var u [6][6]float64
	r := p.f.Taps()
	for y := range r {
		for x := range r {
			if ky, kx := y*stride+img.y, x*stride+img.x; ky < k && kx < k {
				w[y*r+x] = float64(from[ky*k+kx])
			}
		}
	}
	kernels.WinogradWeights(p.f, &u, &w)
	a, plane := p.f.Inputs(), 0
	for i := range a {
		for _, v := range u[i][:a] {
			if row := at - p.first[plane]; row >= 0 && row < p.depth[plane] {
				strips[plane][row*kernels.Strip+lane] = float32(v)
			}
			plane++
		}
	}
}

// panelColumns is how many output channels are multiplied at a time: 64, or 32
// where there would be too few panels to share among threads.
func panelColumns(cout int) int {
	if cout > 64 && cout <= 128 {
		return 32
	}
	return 64
}

// panels returns how many panels there are. The last one has the columns that
// are left over, too: the transform of the sums needs 16 of them.
func (p *winogradWeights) panels() int { return max(1, p.cout/p.panel) }

// columns returns the range of output channels of panel q.
func (p *winogradWeights) columns(q int) (from, to int) {
	if q == p.panels()-1 {
		return q * p.panel, p.cout
	}
	return q * p.panel, (q + 1) * p.panel
}

// widest returns the columns of the last panel.
func (p *winogradWeights) widest() int {
	from, to := p.columns(p.panels() - 1)
	return to - from
}

// ranges sets the range of each plane; lone says that odd images have a single
// tap in each row and column.
func (p *winogradWeights) ranges(lone bool) {
	a := p.f.Inputs()
	for i := range p.f.Planes() {
		first, end := 0, len(p.images)
		if lone && i/a == a-1 {
			end = 2
		}
		if lone && i%a == a-1 {
			first, end = 1, min(end, 3)
		}
		p.first[i], p.depth[i] = first*p.cin, (end-first)*p.cin
		p.before[i+1] = p.before[i] + p.depth[i]
	}
}

// strip returns the packed columns of a plane from column o on, a multiple of
// kernels.Strip.
func (p *winogradWeights) strip(plane, o int) []float32 {
	from, to := p.columns(min(o/p.panel, p.panels()-1))
	width := (to - from + kernels.Strip - 1) / kernels.Strip * kernels.Strip
	return p.data[from*p.before[p.f.Planes()]+width*p.before[plane]+(o-from)*p.depth[plane]:]
}

// row returns the length of a row of the left matrix.
func (p *winogradWeights) row() int { return len(p.images) * p.cin }
