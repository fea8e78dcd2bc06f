package nn

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
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
		if k.ep.Residual {
			k.set.Add(dst, dst, op.Data[float32](f.In[len(f.In)-1])[i*n:][:n])
		}
		op.Activate(k.set, k.ep.Activation, k.ep.Alpha, k.ep.Beta, dst)
	}
	return nil
}

// line returns a and b of a*x + b = (x-mean)*inv*scale + bias.
func line(scale, bias, mean float32, inv float64) (a, b float32) {
	s := float64(scale) * inv
	return float32(s), float32(float64(bias) - float64(float64(mean)*s))
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
