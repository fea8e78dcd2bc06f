package nn

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// groupNormPixels normalises channels-last float32 values. Blocks of pixels are
// read once for their sums and for their squared distances from their own
// means, by channel; the moments of a group follow from those of its blocks,
// after Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance",
// 1983. A second pass computes a*x + b and what has been fused.
type groupNormPixels struct {
	set *kernels.Set
	groupNorm
}

func (k *groupNormPixels) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

// normMemo holds sums by block of pixels and channel, and by image and channel
// what follows from them.
type normMemo struct {
	sums, squares, a, b []float32
	pixels              int // of a block
	blocks              int // of an image
	parts               int // of an image, of groups
}

func (k *groupNormPixels) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*normMemo)
	if m == nil {
		m = new(normMemo)
		f.Memo = m
	}
	x := f.In[0]
	n, c, hw := x.Shape[0], x.Shape[1], op.Product(x.Shape[2:])
	m.pixels = max(32, 1<<14/max(c, 1)) // a block stays in a cache between its passes
	m.blocks = (hw + m.pixels - 1) / m.pixels
	m.sums, m.squares = grown(m.sums, n*m.blocks*c), grown(m.squares, n*m.blocks*c)
	m.a, m.b = grown(m.a, n*c), grown(m.b, n*c)
	groups, _ := k.size(x)
	m.parts = max(1, min(groups, m.blocks*c>>13))
	f.Scratch = 4 * 2 * (wideRow + max(x.PixelStride(), f.Out[0].PixelStride()))
	f.Phases = append(f.Phases[:0],
		op.Phase{Chunks: n * m.blocks, Cost: m.pixels * c / 6},
		op.Phase{Chunks: n * m.parts, Cost: m.blocks * c / m.parts * 4},
		op.Phase{Chunks: n * m.blocks, Cost: m.pixels * c / 6})
	return nil
}

// wideRow is how many elements vector kernels get at least where pixels may be
// taken together.
const wideRow = 512

// together returns how many pixels of a pixel stride vector kernels may take as
// one row: only those all lanes of which are the value's own.
func together(ld int, values ...*op.Value) int {
	for _, v := range values {
		if v.PixelStride() != ld || v.Lanes < ld {
			return 1
		}
	}
	return wideRow/ld + 1
}

func (k *groupNormPixels) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*normMemo)
	switch phase {
	case 0:
		k.moments(m, f, chunk, worker)
	case 1:
		k.combine(m, f, chunk/m.parts, chunk%m.parts)
	default:
		k.apply(m, f, chunk, worker)
	}
	return nil
}

// block returns the image of a block of pixels, its first pixel and how many it
// has.
func (m *normMemo) block(x *op.Value, chunk int) (n, first, pixels int) {
	n, first = chunk/m.blocks, chunk%m.blocks*m.pixels
	return n, first, min(m.pixels, op.Product(x.Shape[2:])-first)
}

// moments computes the sums of a block, and the squares about their means.
func (k *groupNormPixels) moments(m *normMemo, f *op.Frame, chunk, worker int) {
	x := f.In[0]
	c, ld := x.Shape[1], x.PixelStride()
	n, first, pixels := m.block(x, chunk)
	src := op.Data[float32](x)[n*x.Stride[0]+first*ld:]
	sums, squares := m.sums[chunk*c:][:c], m.squares[chunk*c:][:c]
	clear(sums)
	clear(squares)
	k.set.AccumulateRows(sums, src, ld, pixels, c)

	all := tensor.View[float32](f.Work(worker))
	means, work := all[:len(all)/2], all[len(all)/2:]
	k.set.MulScalar(means[:c], sums, 1/float32(pixels))
	step, width := repeat(means, c, ld, together(ld, x))
	for p := 0; p < pixels; p += step {
		q := min(step, pixels-p)
		w := (q-1)*ld + width
		k.set.Sub(work[:w], src[p*ld:][:w], means[:w])
		k.set.Mul(work[:w], work[:w], work[:w])
		k.set.AccumulateRows(squares, work, ld, q, c)
	}
}

// repeat copies the c elements of a row to n pixels of ld elements and returns n
// and how many elements of the last pixel to compute.
func repeat(row []float32, c, ld, n int) (pixels, width int) {
	if n == 1 {
		return 1, c
	}
	clear(row[c:ld])
	for i := 1; i < n; i++ {
		copy(row[i*ld:][:ld], row)
	}
	return n, ld
}

// combine computes a and b of a part of the groups of image n.
func (k *groupNormPixels) combine(m *normMemo, f *op.Frame, n, part int) {
	x := f.In[0]
	c, hw := x.Shape[1], op.Product(x.Shape[2:])
	groups, channels := k.size(x)
	scale, bias := op.Data[float32](f.In[1]), op.Data[float32](f.In[2])
	for g := part * groups / m.parts; g < (part+1)*groups/m.parts; g++ {
		sum := 0.0
		for b := range m.blocks {
			for _, v := range m.sums[(n*m.blocks+b)*c+g*channels:][:channels] {
				sum += float64(v)
			}
		}
		mean, squares := sum/float64(channels*hw), 0.0
		for b := range m.blocks {
			at := (n*m.blocks+b)*c + g*channels
			pixels := float64(min(m.pixels, hw-b*m.pixels))
			for i, v := range m.sums[at:][:channels] {
				d := float64(v) - float64(mean*pixels)
				squares += float64(m.squares[at+i]) + float64(d*d/pixels)
			}
		}
		inv := 1 / math.Sqrt(squares/float64(channels*hw)+float64(k.epsilon))
		for i := g * channels; i < (g+1)*channels; i++ {
			p := k.parameter(i, channels)
			m.a[n*c+i], m.b[n*c+i] = line(scale[p], bias[p], float32(mean), inv)
		}
	}
}

// apply computes the outputs of a block.
func (k *groupNormPixels) apply(m *normMemo, f *op.Frame, chunk, worker int) {
	x, y := f.In[0], f.Out[0]
	c, ldx, ldy := x.Shape[1], x.PixelStride(), y.PixelStride()
	n, first, pixels := m.block(x, chunk)
	src, dst := op.Data[float32](x)[n*x.Stride[0]+first*ldx:], op.Data[float32](y)[n*y.Stride[0]+first*ldy:]
	res, residual := y, []float32(nil)
	if k.ep.Residual {
		res = f.In[len(f.In)-1]
		residual = op.Data[float32](res)[n*res.Stride[0]+first*res.PixelStride():]
	}
	all := tensor.View[float32](f.Work(worker))
	a, b := all[:len(all)/2], all[len(all)/2:]
	copy(a, m.a[n*c:][:c])
	copy(b, m.b[n*c:][:c])
	count := together(ldx, x, y, res)
	step, width := repeat(a, c, ldx, count)
	repeat(b, c, ldx, count)
	for p := 0; p < pixels; p += step {
		w := (min(step, pixels-p)-1)*ldx + width
		row := dst[p*ldy:][:w]
		k.set.Affine(row, src[p*ldx:][:w], a[:w], b[:w])
		if residual != nil {
			k.set.Add(row, row, residual[p*res.PixelStride():][:w])
		}
		op.Activate(k.set, k.ep.Activation, k.ep.Alpha, k.ep.Beta, row)
	}
}
