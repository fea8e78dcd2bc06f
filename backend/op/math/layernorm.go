package math

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// layerNorm is LayerNormalization (Ba et al., 2016) or RMSNormalization (Zhang
// and Sennrich, 2019): of rows, which are all dims from an axis on, times a
// scale, plus a bias. Scale and bias broadcast to the input; usually they have
// the shape of a row.
type layerNorm struct {
	rms  bool
	axis int
	eps  float32
	mean tensor.Type // of the optional outputs: mean, and inverse of the deviation
}

func newLayerNorm(n *graph.Node) (op.Op, error) {
	o := &layerNorm{n.Op == "RMSNormalization", n.Int("axis", -1), n.Float("epsilon", 1e-5), tensor.Type(n.Int("stash_type", 1))}
	switch o.mean {
	case tensor.Float32, tensor.BFloat16, tensor.Float16, tensor.Float64:
		return o, nil
	}
	return nil, fmt.Errorf("%w: stash_type is %v", op.ErrAttr, o.mean)
}

func (o *layerNorm) Infer(in, out []op.Info) error {
	if len(in) < 2 || len(in) > 3 || o.rms && len(in) > 2 {
		return fmt.Errorf("%w: %d inputs", op.ErrInput, len(in))
	}
	if err := elementwise.Tensors(in[:2]); err != nil {
		return err
	}
	x := &in[0]
	out[0].Like(x.Type, x)
	if o.rms {
		out[0].Type = in[1].Type
	}
	for i := 1; i < len(out); i++ {
		out[i].Like(o.mean, x)
	}
	if !x.Ranked {
		return nil
	}
	axis, err := x.Axis(o.axis)
	if err != nil {
		return err
	}
	for i := 1; i < len(out); i++ {
		for d := axis; d < len(x.Shape); d++ {
			out[i].Shape[d] = 1
		}
	}
	for i := 1; i < len(in); i++ {
		if !in[i].Present() || !in[i].Ranked {
			continue
		}
		s := in[i].Shape
		if len(s) > len(x.Shape) {
			return fmt.Errorf("%w: input %d has rank %d, the first %d", op.ErrShape, i, len(s), len(x.Shape))
		}
		for d, n := range s {
			if want := x.Shape[len(x.Shape)-len(s)+d]; n != 1 && op.Clash(n, want) {
				return fmt.Errorf("%w: input %d is %v, the first %v", op.ErrShape, i, s, x.Shape)
			}
		}
	}
	return nil
}

func (o *layerNorm) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	wide := elementwise.Wide(in[0].Type)
	for i := range in {
		if !in[i].Present() {
			continue
		}
		switch t := elementwise.Wide(in[i].Type); {
		case t == tensor.Float64 && wide == tensor.Float32:
			wide = t
		case t != wide && (t != tensor.Float32 || wide != tensor.Float64):
			return nil, fmt.Errorf("%w: input is %v, scale %v", op.ErrUnsupported, in[0].Type, in[i].Type)
		}
	}
	switch wide {
	case tensor.Float32:
		k := &normKernel[float32]{op: o, row: normRow32(e.Set)}
		if o.rms {
			k.row = rmsRow32(e.Set)
		}
		return widen(e.Set, k, tensor.Float32, in, out), nil
	case tensor.Float64:
		return widen(e.Set, &normKernel[float64]{op: o, row: normRow64(o.rms)}, tensor.Float64, in, out), nil
	}
	return nil, elementwise.Unsupported(in[0].Type)
}

// widen returns k, behind the adapter for narrow types if a value needs it.
func widen(s *kernels.Set, k op.Kernel, to tensor.Type, in, out []op.Info) op.Kernel {
	for _, x := range [][]op.Info{in, out} {
		for i := range x {
			if t := x[i].Type; elementwise.Wide(t) != t || to == tensor.Float64 && t == tensor.Float32 {
				return op.Widen(s, k, to)
			}
		}
	}
	return k
}

func normRow32(s *kernels.Set) func(dst, x, scale, bias []float32, eps float32) (mean, inv float32) {
	return s.Normalize
}

func rmsRow32(s *kernels.Set) func(dst, x, scale, bias []float32, eps float32) (mean, inv float32) {
	return func(dst, x, scale, _ []float32, eps float32) (mean, inv float32) {
		return 0, s.NormalizeRMS(dst, x, scale, eps)
	}
}

// normRow64 is the definition in float64.
func normRow64(rms bool) func(dst, x, scale, bias []float64, eps float32) (mean, inv float64) {
	return func(dst, x, scale, bias []float64, eps float32) (mean, inv float64) {
		n, sum := float64(len(x)), 0.
		if !rms {
			for _, v := range x {
				mean += v / n
			}
		}
		for _, v := range x {
			sum += (v - mean) * (v - mean)
		}
		inv = 1 / math.Sqrt(sum/n+float64(eps))
		for i, v := range x {
			dst[i] = (v - mean) * inv * scale[i]
			if bias != nil {
				dst[i] += bias[i]
			}
		}
		return mean, inv
	}
}

// normKernel normalises row by row.
type normKernel[T float32 | float64] struct {
	op  *layerNorm
	row func(dst, x, scale, bias []T, eps float32) (mean, inv T)
}

// InPlace allows the output over the input.
func (k *normKernel[T]) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

func (k *normKernel[T]) Resolve(f *op.Frame) error {
	axis, err := op.Axis(k.op.axis, len(f.In[0].Shape))
	if err != nil {
		return err
	}
	n := op.Product(f.In[0].Shape[axis:])
	rows := op.Product(f.In[0].Shape[:axis])
	f.Param = append(f.Param[:0], rows, n)
	f.Scratch = 2 * 8 * n
	f.Split(rows, 0.4*float64(n)+20)
	return nil
}

func (k *normKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	rows, n := f.Param[0], f.Param[1]
	lo, hi := f.Span(phase, chunk, rows)
	if lo == hi {
		return nil
	}
	x, y := op.Data[T](f.In[0]), op.Data[T](f.Out[0])
	work := tensor.View[T](f.Work(worker))
	scale, each := row(f, 1, 0, work[:n])
	var bias []T
	if len(f.In) > 2 && f.In[2] != nil {
		var b bool
		bias, b = row(f, 2, 0, work[n:2*n])
		each = each || b
	}
	for i := lo; i < hi; i++ {
		if each {
			scale, _ = row(f, 1, i, work[:n])
			if bias != nil {
				bias, _ = row(f, 2, i, work[n:2*n])
			}
		}
		mean, inv := k.row(y[i*n:(i+1)*n], x[i*n:(i+1)*n], scale, bias, k.op.eps)
		k.keep(f, 1, i, mean)
		k.keep(f, 2, i, inv)
	}
	return nil
}

// keep stores a statistic of a row if it is an output.
func (k *normKernel[T]) keep(f *op.Frame, out, i int, v T) {
	if out >= len(f.Out) || f.Out[out] == nil {
		return
	}
	switch y := f.Out[out]; y.Type {
	case tensor.Float32:
		op.Data[float32](y)[i] = float32(v)
	case tensor.Float64:
		op.Data[float64](y)[i] = float64(v)
	}
}

// row returns what a scale or bias is for row i, in tmp unless it is a row
// itself, and whether that depends on i.
func row[T float32 | float64](f *op.Frame, in, i int, tmp []T) (r []T, each bool) {
	v, x := f.In[in], f.In[0]
	data := op.Data[T](v)
	if len(tmp) == 0 {
		return tmp, false
	}
	if v.Len() == len(tmp) && rowShape(v.Shape, x.Shape, len(tmp)) {
		return data[:len(tmp)], false
	}
	first := len(x.Shape) - len(v.Shape) // dims of x before those of v
	for j := range tmp {
		at, e := 0, i*len(tmp)+j // element of x
		for d := len(x.Shape) - 1; d >= first; d-- {
			at += e % x.Shape[d] * strideAt(v, d-first-len(v.Shape), 0)
			e /= x.Shape[d]
		}
		tmp[j] = data[at]
	}
	return tmp, true
}

// rowShape reports whether a shape is that of the last dims of x, n elements,
// but for dims of 1 in front.
func rowShape(s, x []int, n int) bool {
	for d := len(s) - 1; d >= 0; d-- {
		if n == 1 {
			return op.Product(s[:d+1]) == 1
		}
		size := x[len(x)-len(s)+d]
		if s[d] != size {
			return false
		}
		n /= size
	}
	return n == 1
}
