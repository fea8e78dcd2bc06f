package nn

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// BatchNormalization, versions 1, 6, 7, 9, 14 and 15.
//
//	X [N C D1...Dn], scale, B, mean, var [C] -> Y like X
//	training (version 14 on): also the running mean and variance [C]
//
//	Y = (X - mean) / sqrt(var + epsilon) * scale + B
//
// computed as X*a + b, with a and b rounded to float32 once. In training mean
// and var are those of X over all dims but C, and the running ones are
// momentum*old + (1-momentum)*new.
type batchNorm struct {
	epsilon, momentum float32
	training          bool
}

func newBatchNorm(n *graph.Node) (op.Op, error) {
	b := batchNorm{n.Float("epsilon", 1e-5), n.Float("momentum", 0.9), n.Int("training_mode", 0) != 0}
	if n.Version < 7 && n.Int("is_test", 0) == 0 {
		return nil, fmt.Errorf("%w: BatchNormalization in training (is_test is 0)", op.ErrUnsupported)
	}
	if n.Version < 9 && n.Int("spatial", 1) == 0 {
		return nil, fmt.Errorf("%w: spatial is 0", op.ErrUnsupported)
	}
	return b, nil
}

func (b batchNorm) Infer(in, out []op.Info) error {
	x := &in[0]
	out[0].Copy(x)
	if x.Rank() == 0 {
		return fmt.Errorf("%w: X has rank 0", op.ErrShape)
	}
	c := op.Unknown
	if x.Ranked {
		c = channels(x.Shape)
	}
	for i := 1; i < len(in); i++ {
		if in[i].Ranked && (len(in[i].Shape) != 1 || op.Clash(in[i].Shape[0], c)) {
			return fmt.Errorf("%w: X has %d channels, input %d is %v", op.ErrShape, c, i, in[i].Shape)
		}
	}
	for i := 1; i < len(out); i++ {
		out[i].Copy(&in[min(i+2, len(in)-1)])
	}
	return nil
}

func (b batchNorm) Layouts(in []op.Info) []op.Signature {
	if in[0].Type != tensor.Float32 || b.training || in[0].Rank() < 3 {
		return []op.Signature{{}}
	}
	cl := []op.Order{op.ChannelsLast}
	return []op.Signature{{In: cl, Out: cl}, {}}
}

func (b batchNorm) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32, tensor.Float64, tensor.Float16, tensor.BFloat16:
	default:
		return nil, fmt.Errorf("%w: BatchNormalization of %v", op.ErrUnsupported, in[0].Type)
	}
	fast := in[0].Type == tensor.Float32 && !b.training
	for i := range in {
		fast = fast && (in[i].Type == tensor.Float32 || in[i].Type == tensor.Float64)
	}
	if fast {
		return &batchNormRows{e.Set, b, in[0].Order}, nil
	}
	return batchNormEach{b}, nil
}

// batchNormRows is inference of float32: x*a + b by channel.
type batchNormRows struct {
	set *kernels.Set
	batchNorm
	order op.Order
}

// affine holds a and b.
type affine struct{ a, b []float32 }

func (k *batchNormRows) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

func (k *batchNormRows) Resolve(f *op.Frame) error {
	x := f.In[0]
	m, _ := f.Memo.(*affine)
	if m == nil {
		m = new(affine)
		f.Memo = m
	}
	c := channels(x.Shape)
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: 1, Cost: c * 20}, op.Phase{Chunks: max(1, x.Shape[0]), Cost: x.Len() / max(1, x.Shape[0]) / 4})
	return nil
}

// channels returns C: dim 1, or 1 for values of rank 1.
func channels(shape []int) int {
	if len(shape) < 2 {
		return 1
	}
	return shape[1]
}

func (k *batchNormRows) Run(f *op.Frame, phase, n, _ int) error {
	m := f.Memo.(*affine)
	x, y := f.In[0], f.Out[0]
	c := channels(x.Shape)
	if phase == 0 {
		m.a, m.b = m.a[:0], m.b[:0]
		scale, bias := input(f.In[1]), input(f.In[2])
		mean, variance := input(f.In[3]), input(f.In[4])
		for i := range c {
			a := scale(i) / math.Sqrt(variance(i)+float64(k.epsilon))
			m.a = append(m.a, float32(a))
			m.b = append(m.b, float32(bias(i)-mean(i)*a))
		}
		return nil
	}
	if x.Len() == 0 {
		return nil
	}
	xs, ys := op.Data[float32](x)[n*x.Stride[0]:], op.Data[float32](y)[n*y.Stride[0]:]
	hw := op.Product(x.Shape[min(2, len(x.Shape)):])
	if k.order == op.ChannelsLast {
		for p := range hw {
			k.set.Affine(ys[p*y.PixelStride():][:c], xs[p*x.PixelStride():][:c], m.a, m.b)
		}
		return nil
	}
	for i := range c {
		dst := ys[i*hw:][:hw]
		k.set.MulScalar(dst, xs[i*hw:][:hw], m.a[i])
		k.set.AddScalar(dst, dst, m.b[i])
	}
	return nil
}

// input reads a statistic of any floating-point type.
func input(v *op.Value) func(i int) float64 {
	switch v.Type {
	case tensor.Float64:
		d := op.Data[float64](v)
		return func(i int) float64 { return d[i] }
	case tensor.Float16:
		d := op.Data[tensor.F16](v)
		return func(i int) float64 { return float64(d[i].Float32()) }
	case tensor.BFloat16:
		d := op.Data[tensor.BF16](v)
		return func(i int) float64 { return float64(d[i].Float32()) }
	}
	d := op.Data[float32](v)
	return func(i int) float64 { return float64(d[i]) }
}

// batchNormEach computes any type, and training, in float64.
type batchNormEach struct{ batchNorm }

func (k batchNormEach) Resolve(*op.Frame) error { return nil }

func (k batchNormEach) Run(f *op.Frame, _, _, _ int) error {
	var in [5][]float64
	for i, v := range f.In[:5] {
		w, err := widen(nil, v)
		if err != nil {
			return err
		}
		in[i] = w
	}
	x := f.In[0]
	c := channels(x.Shape)
	hw := op.Product(x.Shape[min(2, len(x.Shape)):])
	n := x.Len() / max(1, c*hw)
	y := make([]float64, x.Len())
	for i := range c {
		mean, variance := in[3][i], in[4][i]
		if k.training {
			mean, variance = moments(in[0], n, c, hw, i)
			old, w := float64(k.momentum), 1-float64(k.momentum)
			in[3][i] = in[3][i]*old + mean*w
			in[4][i] = in[4][i]*old + variance*w
		}
		a := in[1][i] / math.Sqrt(variance+float64(k.epsilon))
		for b := range n {
			for p := range hw {
				at := (b*c+i)*hw + p
				y[at] = (in[0][at]-mean)*a + in[2][i]
			}
		}
	}
	for i, v := range f.Out {
		src := y
		if i > 0 {
			src = in[2+min(i, 2)]
		}
		if v == nil {
			continue
		}
		if err := tensor.ConvertBytes(v.Type, v.Bytes[:v.Len()*v.Type.Size()], tensor.Float64, tensor.Of(src, len(src)).Bytes(), tensor.ConvertOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// moments returns mean and (population) variance of channel i.
func moments(x []float64, n, c, hw, i int) (mean, variance float64) {
	for b := range n {
		for _, v := range x[(b*c+i)*hw:][:hw] {
			mean += v
		}
	}
	mean /= float64(n * hw)
	for b := range n {
		for _, v := range x[(b*c+i)*hw:][:hw] {
			variance += (v - mean) * (v - mean)
		}
	}
	return mean, variance / float64(n*hw)
}
