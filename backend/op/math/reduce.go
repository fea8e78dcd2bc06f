package math

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// reduce is any of the Reduce operators: Sum, Mean, Prod, Max, Min, L1, L2,
// LogSum, LogSumExp, SumSquare. Axes are an attribute in old versions (ReduceSum
// up to 12, the others up to 17), then an optional input. Without axes all dims
// are reduced, or none if the attribute noop_with_empty_axes says so; then
// squares, logarithms and so on are still taken, of single elements.
type reduce struct {
	name     string // without Reduce
	axes     []int  // attribute
	input    bool   // axes are an input
	keepDims bool
	noop     bool
}

func newReduce(name string) func(n *graph.Node) (op.Op, error) {
	return func(n *graph.Node) (op.Op, error) {
		since := 18
		if name == "Sum" {
			since = 13
		}
		return &reduce{
			name: name, input: n.Version >= since, axes: n.Ints("axes"),
			keepDims: n.Int("keepdims", 1) != 0, noop: n.Int("noop_with_empty_axes", 0) != 0,
		}, nil
	}
}

// Reads names the axes.
func (r *reduce) Reads() []int {
	if r.input {
		return []int{1}
	}
	return nil
}

// axesOf returns the axes, false if they are not known yet.
func (r *reduce) axesOf(in []op.Info) ([]int, bool) {
	if !r.input {
		return r.axes, true
	}
	if len(in) < 2 || !in[1].Present() {
		return nil, true
	}
	if n := in[1].Len(); n == 0 {
		return nil, true
	}
	return in[1].Integers()
}

// mark sets which dims are reduced.
func (r *reduce) mark(dst []bool, axes []int, rank int) ([]bool, error) {
	for range rank {
		dst = append(dst, len(axes) == 0 && !r.noop)
	}
	for _, a := range axes {
		a, err := op.Axis(a, rank)
		if err != nil {
			return nil, err
		}
		dst[a] = true
	}
	return dst, nil
}

func (r *reduce) Infer(in, out []op.Info) error {
	if len(in) < 1 || len(in) > 2 || len(in) > 1 && !r.input {
		return fmt.Errorf("%w: %d inputs", op.ErrInput, len(in))
	}
	if err := elementwise.Tensors(in[:1]); err != nil {
		return err
	}
	x, y := &in[0], &out[0]
	axes, known := r.axesOf(in)
	if !x.Ranked {
		y.TensorOfRank(x.Type, -1)
		if known && len(axes) == 0 && !r.noop && !r.keepDims {
			y.TensorOfRank(x.Type, 0)
		}
		return nil
	}
	rank := len(x.Shape)
	if !known {
		count := in[1].Len()
		switch {
		case r.keepDims:
			y.TensorOfRank(x.Type, rank)
		case op.Known(count) && count <= rank:
			y.TensorOfRank(x.Type, rank-count)
		default:
			y.TensorOfRank(x.Type, -1)
		}
		return nil
	}
	var marks [16]bool
	reduced, err := r.mark(marks[:0], axes, rank)
	if err != nil {
		return err
	}
	y.Tensor(x.Type)
	for i, d := range x.Shape {
		switch {
		case !reduced[i]:
			y.Shape = append(y.Shape, d)
		case r.keepDims:
			y.Shape = append(y.Shape, 1)
		}
	}
	return nil
}

// Layouts accepts channels-last input: the output keeps the order if it keeps
// the dims.
func (r *reduce) Layouts(in []op.Info) []op.Signature {
	s := elementwise.Layouts(in[:1], 1)
	for i := range s {
		s[i].In = append(s[i].In, make([]op.Order, len(in)-1)...)
		if !r.keepDims {
			s[i].Out[0] = op.Plain
		}
	}
	return s
}

func (r *reduce) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	t := in[0].Type
	wide := elementwise.Wide(t)
	if r.name == "LogSumExp" && wide != tensor.Float32 { // exponentials of integers are no integers
		wide = tensor.Float64
	}
	switch wide {
	case tensor.Float32:
		return &reduceKernel[float32]{e.Set, r, float32Reducer(e.Set, r.name), t != tensor.Float32}, nil
	case tensor.Float64:
		return &reduceKernel[float64]{e.Set, r, floatReducer[float64](r.name), t != tensor.Float64}, nil
	case tensor.Int8:
		return newIntReduce[int8](r)
	case tensor.Int16:
		return newIntReduce[int16](r)
	case tensor.Int32:
		return newIntReduce[int32](r)
	case tensor.Int64:
		return newIntReduce[int64](r)
	case tensor.Uint8, tensor.Bool: // a bool is 0 or 1
		return newIntReduce[uint8](r)
	case tensor.Uint16:
		return newIntReduce[uint16](r)
	case tensor.Uint32:
		return newIntReduce[uint32](r)
	case tensor.Uint64:
		return newIntReduce[uint64](r)
	}
	return nil, elementwise.Unsupported(t)
}

func newIntReduce[T integer](r *reduce) (op.Kernel, error) {
	return &reduceKernel[T]{op: r, r: integerReducer[T](r.name)}, nil
}

// Grad spreads dy over what has been summed, divided by their number for a mean.
func (r *reduce) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	x, y, g := n.Inputs[0], n.Outputs[0], dy[0]
	dx := make([]graph.ValueID, len(n.Inputs))
	for i := range dx {
		dx[i] = graph.None
	}
	switch r.name {
	case "Sum":
	case "Mean":
		count := op.Emit(b, "Div", op.Emit(b, "Size", x), op.Emit(b, "Max", op.Emit(b, "Size", y), op.Vector(b, 1)))
		g = op.Emit(b, "Div", g, b.Node("Cast", count).Attr("to", int(b.Graph.Values[x].Type.Elem)).Out(""))
	default:
		return nil, op.ErrNoGradient
	}
	if !r.keepDims {
		switch {
		case !r.input && len(r.axes) > 0:
			g = op.Emit(b, "Unsqueeze", g, op.Vector(b, r.axes...))
		case r.input && len(n.Inputs) > 1 && n.Inputs[1] != graph.None:
			g = op.Emit(b, "Unsqueeze", g, n.Inputs[1])
		}
	}
	dx[0] = op.Emit(b, "Expand", g, op.ShapeOf(b, x))
	return dx, nil
}
