package training

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// An optimizer is one step of an optimiser on tensors X, each with a gradient G
// and states. Inputs are the learning rate, the number of steps done, all X, all
// G, all first states, and so on; outputs all new X and all new states.
type optimizer struct {
	states int // of a tensor, at most 2
	// factors returns what an update needs for a learning rate and a number of
	// steps done.
	factors func(rate float64, steps int64) [2]float64
	update  update
	cost    float64 // of an element in nanoseconds
}

// An update returns an element x with gradient g, and its states s and t, after a
// step.
type update func(f [2]float64, x, g, s, t float64) (x1, s1, t1 float64)

func (o *optimizer) Infer(in, out []op.Info) error {
	tensors := (len(in) - 2) / (2 + o.states)
	if tensors < 1 || len(in) != 2+tensors*(2+o.states) || len(out) > tensors*(1+o.states) {
		return fmt.Errorf("%w: %d inputs and %d outputs for tensors with %d states", op.ErrInput, len(in), len(out), o.states)
	}
	if t := in[0].Type; t != tensor.Float32 && t != tensor.Float64 || in[1].Type != tensor.Int64 {
		return fmt.Errorf("%w: learning rate is %v, number of steps %v", op.ErrType, in[0].Type, in[1].Type)
	}
	for i := 2; i < len(in); i++ {
		x := &in[2+(i-2)%tensors]
		if x.Kind != graph.Tensor || x.Type != tensor.Float32 && x.Type != tensor.Float64 || in[i].Type != x.Type {
			return fmt.Errorf("%w: input %d is %v beside %v", op.ErrType, i, &in[i], x)
		}
		if !x.Ranked || !in[i].Ranked {
			continue
		}
		if len(in[i].Shape) != len(x.Shape) {
			return fmt.Errorf("%w: input %d is %v beside %v", op.ErrShape, i, &in[i], x)
		}
		for d, n := range in[i].Shape {
			if op.Clash(n, x.Shape[d]) {
				return fmt.Errorf("%w: input %d is %v beside %v", op.ErrShape, i, &in[i], x)
			}
		}
	}
	for i := range out {
		x := &in[2+i%tensors]
		out[i].Like(x.Type, x)
	}
	return nil
}

func (o *optimizer) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return o, nil }

// Resolve divides the elements of all tensors, one tensor after the other.
func (o *optimizer) Resolve(f *op.Frame) error {
	n := 0
	for _, x := range f.In[2:][:o.tensors(f)] {
		n += x.Len()
	}
	f.Param = append(f.Param[:0], n)
	f.Split(n, o.cost)
	return nil
}

func (o *optimizer) tensors(f *op.Frame) int { return (len(f.In) - 2) / (2 + o.states) }

func (o *optimizer) Run(f *op.Frame, phase, chunk, _ int) error {
	rate, steps := f.In[0], f.In[1]
	if rate.Len() != 1 || steps.Len() != 1 {
		return fmt.Errorf("%w: the learning rate has %d elements, the number of steps %d; want scalars", op.ErrShape, rate.Len(), steps.Len())
	}
	r := 0.
	if rate.Type == tensor.Float64 {
		r = op.Data[float64](rate)[0]
	} else {
		r = float64(op.Data[float32](rate)[0])
	}
	factors := o.factors(r, op.Data[int64](steps)[0])
	lo, hi := f.Span(phase, chunk, f.Param[0])
	at := 0
	for i, x := range f.In[2:][:o.tensors(f)] {
		n := x.Len()
		from, to := max(lo-at, 0), min(hi-at, n)
		at += n
		if from >= to {
			continue
		}
		if x.Type == tensor.Float64 {
			apply[float64](o, f, factors, i, from, to)
		} else {
			apply[float32](o, f, factors, i, from, to)
		}
	}
	return nil
}

// apply updates elements from to to of tensor i.
func apply[T float32 | float64](o *optimizer, f *op.Frame, factors [2]float64, i, from, to int) {
	n := o.tensors(f)
	in := func(k int) []T { return op.Data[T](f.In[2+k*n+i]) }
	out := func(k int) []T {
		if j := k*n + i; j < len(f.Out) && f.Out[j] != nil {
			return op.Data[T](f.Out[j])
		}
		return nil
	}
	x, g, y := in(0), in(1), out(0)
	var states, results [2][]T
	for k := range o.states {
		states[k], results[k] = in(2+k), out(1+k)
	}
	for j := from; j < to; j++ {
		var s [2]float64
		for k := range o.states {
			s[k] = float64(states[k][j])
		}
		var v float64
		v, s[0], s[1] = o.update(factors, float64(x[j]), float64(g[j]), s[0], s[1])
		if y != nil {
			y[j] = T(v)
		}
		for k := range o.states {
			if results[k] != nil {
				results[k][j] = T(s[k])
			}
		}
	}
}
