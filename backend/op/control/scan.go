package control

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// scanOp is Scan: a body that is run for each position along an axis of its scan
// inputs, carrying states from one to the next. What it gives beside the states
// is gathered along an axis of the scan outputs.
//
//	body: states..., elements...             -> states..., elements...
//	node: initial states..., scan inputs...  -> final states..., scan outputs...
//
// In version 8 everything has a batch before the states' and elements' dims, the
// axis is 1 and there are lengths for each sample in front of the inputs: outputs
// are 0 beyond them.
type scanOp struct {
	body            op.BodyAttr
	states, inputs  int
	first           int // input of the first state
	batched         bool
	inAxes, outAxes []int // nil for 0
	inRev, outRev   []int // nil for forward
}

func newScan(n *graph.Node) (op.Op, error) {
	b, err := op.NewBodyAttr(n, "body")
	if err != nil {
		return nil, err
	}
	o := scanOp{body: b, inputs: n.Int("num_scan_inputs", 0), batched: n.Version < 9}
	o.states = b.Formal() - o.inputs
	if o.batched {
		o.first, o.inRev = 1, n.Ints("directions")
	} else {
		o.inAxes, o.outAxes = n.Ints("scan_input_axes"), n.Ints("scan_output_axes")
		o.inRev, o.outRev = n.Ints("scan_input_directions"), n.Ints("scan_output_directions")
	}
	outputs := len(b.Graph.Outputs) - o.states
	switch given := len(n.Inputs) - len(b.Captures) - o.first; {
	case o.inputs < 1 || o.states < 0 || outputs < 0:
		return nil, fmt.Errorf("%w: %d scan inputs, a body of %d inputs and %d outputs", op.ErrAttr, o.inputs, b.Formal(), len(b.Graph.Outputs))
	case given != o.states+o.inputs:
		return nil, fmt.Errorf("%w: %d inputs, the body has %d", op.ErrAttr, given, o.states+o.inputs)
	case len(n.Outputs) > len(b.Graph.Outputs):
		return nil, fmt.Errorf("%w: %d outputs, the body has %d", op.ErrAttr, len(n.Outputs), len(b.Graph.Outputs))
	}
	for _, l := range []struct {
		name string
		list []int
		n    int
	}{
		{"input axes", o.inAxes, o.inputs}, {"input directions", o.inRev, o.inputs},
		{"output axes", o.outAxes, outputs}, {"output directions", o.outRev, outputs},
	} {
		if l.list != nil && len(l.list) != l.n {
			return nil, fmt.Errorf("%w: %d %s for %d", op.ErrAttr, len(l.list), l.name, l.n)
		}
	}
	return o, nil
}

// at returns element i of an attribute, 0 where it is absent.
func at(list []int, i int) int {
	if list == nil {
		return 0
	}
	return list[i]
}

// batch is how many dims come before the states' own.
func (o scanOp) batch() int {
	if o.batched {
		return 1
	}
	return 0
}

// axis returns the axis of scan input i, of the given rank.
func (o scanOp) axis(i, rank int) (int, error) {
	if o.batched {
		return op.Axis(1, rank)
	}
	return op.Axis(at(o.inAxes, i), rank)
}

// outAxis returns where the axis of scan output i goes, given the rank of an
// element.
func (o scanOp) outAxis(i, rank int) (int, error) {
	if o.batched {
		return 1, nil
	}
	return op.Axis(at(o.outAxes, i), rank+1)
}

// formal returns what is known of the body's inputs, captured ones included, and
// the number of positions.
func (o scanOp) formal(in []op.Info) ([]op.Info, int, error) {
	infos, length := make([]op.Info, 0, len(o.body.Graph.Inputs)), op.Unknown
	for i := range o.states + o.inputs {
		x := in[o.first+i].Variable()
		if !x.Ranked {
			infos = append(infos, x)
			continue
		}
		if len(x.Shape) < o.batch() {
			return nil, 0, fmt.Errorf("%w: input %d is a scalar and has no batch", op.ErrShape, i)
		}
		if i >= o.states {
			axis, err := o.axis(i-o.states, len(x.Shape))
			if err != nil {
				return nil, 0, err
			}
			if op.Clash(length, x.Shape[axis]) {
				return nil, 0, fmt.Errorf("%w: scan inputs of %d and %d positions", op.ErrShape, length, x.Shape[axis])
			}
			if length < 0 {
				length = x.Shape[axis]
			}
			x.Shape = slices.Delete(x.Shape, axis, axis+1)
		}
		x.Shape = x.Shape[o.batch():]
		infos = append(infos, x)
	}
	return o.body.AppendInfos(infos, in), length, nil
}

func (o scanOp) Infer(in, out []op.Info) error {
	formal, length, err := o.formal(in)
	if err != nil {
		return err
	}
	outs := make([]op.Info, len(o.body.Graph.Outputs))
	for i := range outs {
		outs[i] = o.body.Output(i)
		if i < o.states {
			formal[i].Join(&outs[i])
		}
	}
	return o.outputs(in, formal, outs, length, out)
}

func (o scanOp) InferBodies(in, out []op.Info, infer func(*graph.Graph, []op.Info) ([]op.Info, error)) error {
	formal, length, err := o.formal(in)
	if err != nil {
		return err
	}
	outs, err := settle(formal, 0, 0, o.states, func(in []op.Info) ([]op.Info, error) { return infer(o.body.Graph, in) })
	if err != nil {
		return err
	}
	return o.outputs(in, formal, outs, length, out)
}

// outputs adds to what the body gives the batch and the axis of positions.
func (o scanOp) outputs(in, formal, outs []op.Info, length int, out []op.Info) error {
	batch := op.Unknown
	if x := &in[o.first]; x.Ranked && len(x.Shape) > 0 {
		batch = x.Shape[0]
	}
	for i := range out {
		src := &outs[i]
		if i < o.states {
			src = &formal[i]
		}
		y := src.Variable()
		if y.Ranked && o.batched {
			y.Shape = slices.Insert(y.Shape, 0, batch)
		}
		if y.Ranked && i >= o.states {
			axis, err := o.outAxis(i-o.states, len(src.Shape))
			if err != nil {
				return err
			}
			y.Shape = slices.Insert(y.Shape, axis, length)
		}
		out[i] = y
	}
	return nil
}

func (o scanOp) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	formal, _, err := o.formal(in)
	if err != nil {
		return nil, err
	}
	k := scanning{scanOp: o}
	k.infos, err = settle(formal, 0, 0, o.states, func(in []op.Info) ([]op.Info, error) {
		var err error
		if k.compiled, err = e.Compile(o.body.Graph, in); err != nil {
			return nil, err
		}
		return k.compiled.Outputs(), nil
	})
	if err == nil && o.batched && slices.ContainsFunc(k.infos, func(x op.Info) bool { return x.Type == tensor.String }) {
		err = fmt.Errorf("%w: strings in version 8", op.ErrUnsupported)
	}
	return k, err
}
