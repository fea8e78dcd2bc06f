package nn

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// groupNormPlanes normalises plain float32 values: a group is one run.
type groupNormPlanes struct {
	set *kernels.Set
	groupNorm
}

func (k *groupNormPlanes) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

func (k *groupNormPlanes) Resolve(f *op.Frame) error {
	x := f.In[0]
	groups, _ := k.size(x)
	n := x.Shape[0] * groups
	f.Split(n, float64(x.Len()/max(1, n))/4)
	return nil
}

func (k *groupNormPlanes) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	groups, channels := k.size(x)
	scale, bias := op.Data[float32](f.In[1]), op.Data[float32](f.In[2])
	hw := op.Product(x.Shape[2:])
	n := channels * hw
	lo, hi := f.Span(phase, chunk, x.Shape[0]*groups)
	for i := lo; i < hi && n > 0; i++ {
		src, dst := op.Data[float32](x)[i*n:][:n], op.Data[float32](y)[i*n:][:n]
		mean := k.set.Sum(src) / float32(n)
		variance := k.set.SumSquares(src, mean) / float32(n)
		inv := 1 / math.Sqrt(float64(variance)+float64(k.epsilon))
		for c := range channels {
			p := k.parameter(i%groups*channels+c, channels)
			a, b := line(scale[p], bias[p], mean, inv)
			k.set.MulScalar(dst[c*hw:][:hw], src[c*hw:][:hw], a)
			k.set.AddScalar(dst[c*hw:][:hw], dst[c*hw:][:hw], b)
		}
	}
	return nil
}

// line returns a and b of a*x + b = (x-mean)*inv*scale + bias.
func line(scale, bias, mean float32, inv float64) (a, b float32) {
	s := float64(scale) * inv
	return float32(s), float32(float64(bias) - float64(float64(mean)*s))
}

// groupNormPixels normalises channels-last float32 values in passes over
// blocks of pixels: sums by channel, squared differences by channel, a*x + b.
type groupNormPixels struct {
	set *kernels.Set
	groupNorm
}

func (k *groupNormPixels) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

// normMemo holds sums by block of pixels and channel, and by image and channel
// what follows from them.
type normMemo struct {
	sums, mean, a, b []float32
	blocks           int // of an image
}

// normPixels is how many pixels a block has.
const normPixels = 256

func (k *groupNormPixels) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*normMemo)
	if m == nil {
		m = new(normMemo)
		f.Memo = m
	}
	x := f.In[0]
	n, c, hw := x.Shape[0], x.Shape[1], op.Product(x.Shape[2:])
	m.blocks = (hw + normPixels - 1) / normPixels
	m.sums = grown(m.sums, n*m.blocks*c)
	m.mean, m.a, m.b = grown(m.mean, n*c), grown(m.a, n*c), grown(m.b, n*c)
	f.Scratch = 4 * c
	all, each := op.Phase{Chunks: n * m.blocks, Cost: normPixels * (c/8 + 10)}, op.Phase{Chunks: n, Cost: (m.blocks + 10) * c}
	f.Phases = append(f.Phases[:0], all, each, all, each, all)
	return nil
}

func (k *groupNormPixels) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*normMemo)
	x, y := f.In[0], f.Out[0]
	c, hw := x.Shape[1], op.Product(x.Shape[2:])
	if phase == 1 || phase == 3 {
		k.combine(m, f, chunk, phase == 1)
		return nil
	}
	n, p0 := chunk/m.blocks, chunk%m.blocks*normPixels
	pixels, ld := min(normPixels, hw-p0), x.PixelStride()
	src := op.Data[float32](x)[n*x.Stride[0]+p0*ld:]
	sums, work := m.sums[chunk*c:][:c], tensor.View[float32](f.Work(worker))[:c]
	switch phase {
	case 0:
		clear(sums)
		k.set.AccumulateRows(sums, src, ld, pixels, c)
	case 2:
		clear(sums)
		mean := m.mean[n*c:][:c]
		for p := range pixels {
			k.set.Sub(work, src[p*ld:][:c], mean)
			k.set.Mul(work, work, work)
			k.set.Add(sums, sums, work)
		}
	default:
		dst, ldy := op.Data[float32](y)[n*y.Stride[0]+p0*y.PixelStride():], y.PixelStride()
		for p := range pixels {
			k.set.Affine(dst[p*ldy:][:c], src[p*ld:][:c], m.a[n*c:][:c], m.b[n*c:][:c])
		}
	}
	return nil
}

// combine adds the sums of image n, and computes its means, or a and b.
func (k *groupNormPixels) combine(m *normMemo, f *op.Frame, n int, means bool) {
	x := f.In[0]
	c, hw := x.Shape[1], op.Product(x.Shape[2:])
	groups, channels := k.size(x)
	scale, bias := op.Data[float32](f.In[1]), op.Data[float32](f.In[2])
	for g := range groups {
		sum := 0.0
		for b := range m.blocks {
			for _, v := range m.sums[(n*m.blocks+b)*c+g*channels:][:channels] {
				sum += float64(v)
			}
		}
		sum /= float64(channels * hw)
		inv := 1 / math.Sqrt(sum+float64(k.epsilon))
		for i := g * channels; i < (g+1)*channels; i++ {
			if means {
				m.mean[n*c+i] = float32(sum)
				continue
			}
			p := k.parameter(i, channels)
			m.a[n*c+i], m.b[n*c+i] = line(scale[p], bias[p], m.mean[n*c+i], inv)
		}
	}
}

// groupNormEach normalises float64 values.
type groupNormEach struct{ groupNorm }

func (k groupNormEach) Resolve(f *op.Frame) error {
	f.One(5 * f.In[0].Len())
	return nil
}

func (k groupNormEach) Run(f *op.Frame, _, _, _ int) error {
	x, y := op.Data[float64](f.In[0]), op.Data[float64](f.Out[0])
	scale, bias := op.Data[float64](f.In[1]), op.Data[float64](f.In[2])
	groups, channels := k.size(f.In[0])
	hw := op.Product(f.In[0].Shape[2:])
	for i := range f.In[0].Shape[0] * groups {
		at := i * channels * hw
		mean, variance := moments(x[at:], 1, 1, channels*hw, 0)
		inv := 1 / math.Sqrt(variance+float64(k.epsilon))
		for j := range channels * hw {
			p := k.parameter(i%groups*channels+j/hw, channels)
			y[at+j] = float64((x[at+j]-mean)*inv*scale[p]) + bias[p]
		}
	}
	return nil
}
