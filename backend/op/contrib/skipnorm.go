package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// skipNorm is SkipLayerNormalization or SkipSimplifiedLayerNormalization: the
// normalisation of the last dim (see [kernels.Set.Normalize] and NormalizeRMS)
// of a sum.
//
//	input [... H], skip of the same shape or one that repeats, gamma [H],
//	(not simplified) beta [H] or absent, bias [H] or absent
//	-> output, mean, inv_std_var, input_skip_bias_sum
//
//	sum = input + skip + bias
type skipNorm struct {
	rms       bool
	eps       float32
	beta      int // inputs; -1 for none
	bias      int
	mean, sum int // outputs
}

func newSkipNorm(n *graph.Node) (op.Op, error) {
	o := &skipNorm{eps: n.Float("epsilon", 1e-12), beta: 3, bias: 4, mean: 1, sum: 3}
	if n.Op == "SkipSimplifiedLayerNormalization" {
		o.rms, o.beta, o.bias = true, -1, 3
	}
	return o, nil
}

func (o *skipNorm) Infer(in, out []op.Info) error {
	x := &in[0]
	for i := range out {
		out[i].Like(x.Type, x)
		if i == 1 || i == 2 {
			out[i].Type = tensor.Float32
			if n := len(out[i].Shape); n > 0 {
				out[i].Shape[n-1] = 1
			}
		}
	}
	for i := range in {
		if in[i].Present() && in[i].Type != x.Type {
			return fmt.Errorf("%w: input %d is %v, the first %v", op.ErrType, i, in[i].Type, x.Type)
		}
	}
	if !x.Ranked {
		return nil
	}
	if len(x.Shape) == 0 {
		return fmt.Errorf("%w: the input has no dims", op.ErrShape)
	}
	if err := tail("skip", &in[1], x.Shape); err != nil {
		return err
	}
	for i := 2; i < len(in); i++ {
		if err := rowShaped(i, &in[i], x.Shape[len(x.Shape)-1]); err != nil {
			return err
		}
	}
	return nil
}

// tail checks that x has a shape of the last dims of to, at least one of them,
// but for a 1 in front of others.
func tail(name string, x *op.Info, to []int) error {
	if !x.Ranked {
		return nil
	}
	first := len(to) - len(x.Shape)
	if first < 0 || len(x.Shape) == 0 {
		return fmt.Errorf("%w: %s has rank %d, the input %d", op.ErrShape, name, len(x.Shape), len(to))
	}
	for i, d := range x.Shape {
		if op.Clash(d, to[first+i]) && (d != 1 || i > 0 || len(x.Shape) == 1) {
			return fmt.Errorf("%w: dim %d is %d in the input but %d in %s", op.ErrShape, first+i, to[first+i], d, name)
		}
	}
	return nil
}

// rowShaped checks that input i, if present, is a vector of n elements.
func rowShaped(i int, x *op.Info, n int) error {
	if x.Present() && x.Ranked && (len(x.Shape) != 1 || op.Clash(x.Shape[0], n)) {
		return fmt.Errorf("%w: input %d is %v, rows have %d elements", op.ErrShape, i, x.Shape, n)
	}
	return nil
}

func (o *skipNorm) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return &skipNormKernel{e.Set, o}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &skipNormKernel{e.Set, o}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: normalisation of %v", op.ErrUnsupported, in[0].Type)
}

type skipNormKernel struct {
	set *kernels.Set
	*skipNorm
}

func (k *skipNormKernel) Resolve(f *op.Frame) error {
	n, rows := lastDim(f.In[0])
	f.Param = append(f.Param[:0], rows, n)
	f.Scratch = 4 * n
	f.Split(rows, 0.5*float64(n)+30)
	return nil
}

// lastDim returns the size of the last dim and the product of the others.
func lastDim(v *op.Value) (n, rows int) {
	r := len(v.Shape) - 1
	return v.Shape[r], op.Product(v.Shape[:r])
}

func (k *skipNormKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	rows, n := f.Param[0], f.Param[1]
	lo, hi := f.Span(phase, chunk, rows)
	if lo == hi || n == 0 {
		return nil
	}
	x, skip, sums := data(f.In, 0), data(f.In, 1), data(f.Out, k.sum)
	gamma, beta, bias := data(f.In, 2), data(f.In, k.beta), data(f.In, k.bias)
	y, mean, inv := data(f.Out, 0), data(f.Out, k.mean), data(f.Out, k.mean+1)
	repeat := f.In[1].Len()
	for i := lo; i < hi; i++ {
		at := i * n
		sum := tensor.View[float32](f.Work(worker))[:n]
		if sums != nil {
			sum = sums[at : at+n]
		}
		k.set.Add(sum, x[at:at+n], skip[at%repeat:][:n])
		if bias != nil {
			k.set.Add(sum, sum, bias)
		}
		if y != nil {
			m, v := k.normalize(y[at:at+n], sum, gamma, beta)
			if mean != nil {
				mean[i] = m
			}
			if inv != nil {
				inv[i] = v
			}
		}
	}
	return nil
}

func (k *skipNormKernel) normalize(y, sum, gamma, beta []float32) (mean, inv float32) {
	if k.rms {
		return 0, k.set.NormalizeRMS(y, sum, gamma, k.eps)
	}
	return k.set.Normalize(y, sum, gamma, beta, k.eps)
}

// data returns the float32 elements of value i, nil where it is absent.
func data(v []*op.Value, i int) []float32 {
	if i < 0 || i >= len(v) || v[i] == nil {
		return nil
	}
	return op.Data[float32](v[i])[:v[i].Len()]
}

// expandSimplifiedNorm expands SimplifiedLayerNormalization, which became
// RMSNormalization in version 23, but for an output that training saved:
//
//	inv_std_var = 1 / sqrt(mean of squares + epsilon)
func expandSimplifiedNorm(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	c := b.Node("RMSNormalization", n.Inputs...)
	outs := []graph.ValueID{keep(c, n, "axis", "epsilon", "stash_type").Out("")}
	if len(n.Outputs) == 1 {
		return outs, nil
	}
	if !wants(n, 1) {
		return append(outs, graph.None), nil
	}
	r, err := rankOf(in, 0, "X")
	if err != nil {
		return nil, err
	}
	axis, err := op.Axis(n.Int("axis", -1), r)
	if err != nil {
		return nil, err
	}
	var axes []int
	for d := axis; d < r; d++ {
		axes = append(axes, d)
	}
	x := cast(b, n.Inputs[0], tensor.Type(n.Int("stash_type", int(tensor.Float32))))
	b.Graph.Values[x].Type.Elem = tensor.Type(n.Int("stash_type", int(tensor.Float32)))
	mean := op.Emit(b, "ReduceMean", op.Emit(b, "Mul", x, x), op.Vector(b, axes...))
	mean = op.Emit(b, "Add", mean, op.Number(b, x, float64(n.Float("epsilon", 1e-5))))
	return append(outs, op.Emit(b, "Reciprocal", op.Emit(b, "Sqrt", mean))), nil
}
