package control

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// loop is Loop: a body that is run again and again, at most M times if there is
// an M, as long as a condition holds if there is one.
//
//	body: iteration, condition, carried... -> condition, carried..., scanned...
//	node: M, condition, initial values...  -> final values..., scans...
//
// A scan holds what the body gave in each trip, along a new first axis.
type loop struct {
	body    op.BodyAttr
	carried int
	conds   bool // there is a condition to heed
}

func newLoop(n *graph.Node) (op.Op, error) {
	b, err := op.NewBodyAttr(n, "body")
	if err != nil {
		return nil, err
	}
	o := loop{body: b, carried: b.Formal() - 2, conds: len(n.Inputs) > 1 && n.Inputs[1] != graph.None}
	if o.carried < 0 || len(b.Graph.Outputs) < 1+o.carried {
		return nil, fmt.Errorf("%w: the body has %d inputs and %d outputs", op.ErrAttr, b.Formal(), len(b.Graph.Outputs))
	}
	if given := len(n.Inputs) - len(b.Captures) - 2; given != o.carried {
		return nil, fmt.Errorf("%w: %d initial values, the body carries %d", op.ErrAttr, given, o.carried)
	}
	if k := len(b.Graph.Outputs) - 1; len(n.Outputs) > k {
		return nil, fmt.Errorf("%w: the node has %d outputs, the body %d beside the condition", op.ErrAttr, len(n.Outputs), k)
	}
	return o, nil
}

func (o loop) Infer(in, out []op.Info) error {
	for i := range out {
		y := o.body.Output(1 + i)
		if i < o.carried {
			out[i] = in[2+i].Variable()
			out[i].Join(&y)
			continue
		}
		out[i] = scanned(&y)
	}
	return nil
}

// scanned is a scan of what the body gives.
func scanned(y *op.Info) op.Info {
	x := op.Info{Kind: graph.Tensor, Type: y.Type, Ranked: y.Ranked}
	if y.Ranked {
		x.Shape = append(append(x.Shape, op.Unknown), y.Shape...)
	}
	return x
}

// formal returns what is known of the body's inputs before it has run, captured
// ones included.
func (o loop) formal(in []op.Info) []op.Info {
	infos := make([]op.Info, 2, len(o.body.Graph.Inputs))
	for i, t := range []tensor.Type{tensor.Int64, tensor.Bool} {
		infos[i].Tensor(t, o.scalarShape(i)...)
	}
	for i := range o.carried {
		infos = append(infos, in[2+i].Variable())
	}
	return o.body.AppendInfos(infos, in)
}

// scalarShape returns the shape in which the body wants the iteration number or
// the condition: some exporters declare one element of rank 1.
func (o loop) scalarShape(i int) []int {
	if t := o.body.Graph.Values[o.body.Graph.Inputs[i]].Type; t.Ranked && len(t.Shape) == 1 {
		return []int{1}
	}
	return nil
}

func (o loop) InferBodies(in, out []op.Info, infer func(*graph.Graph, []op.Info) ([]op.Info, error)) error {
	formal := o.formal(in)
	outs, err := settle(formal, 2, 1, o.carried, func(in []op.Info) ([]op.Info, error) { return infer(o.body.Graph, in) })
	if err != nil {
		return err
	}
	for i := range out {
		if i < o.carried {
			out[i] = formal[2+i].Variable()
		} else {
			out[i] = scanned(&outs[1+i])
		}
	}
	return nil
}

func (o loop) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	formal := o.formal(in)
	for i := range min(o.carried, len(out)) {
		formal[2+i].Join(&out[i]) // what InferBodies found
	}
	k := looping{loop: o, shapes: [2][]int{o.scalarShape(0), o.scalarShape(1)}}
	var err error
	k.outputs, err = settle(formal, 2, 1, o.carried, func(in []op.Info) ([]op.Info, error) {
		var err error
		if k.body, err = e.Compile(o.body.Graph, in); err != nil {
			return nil, err
		}
		return k.body.Outputs(), nil
	})
	return k, err
}

type looping struct {
	loop
	body    op.Body
	outputs []op.Info
	shapes  [2][]int
}

// trips is what a frame keeps.
type trips struct {
	turns   [2]turn
	carried []*op.Value
	scans   []scan
}

// turn is one of the two Calls that alternate, with the inputs it is given.
type turn struct {
	call            op.Call
	in              []*op.Value
	iteration, cond op.Value
}

func (k looping) Resolve(f *op.Frame) error {
	if f.Memo != nil {
		return nil
	}
	m := &trips{scans: make([]scan, len(k.outputs)-1-k.carried)}
	for i := range m.turns {
		t := &m.turns[i]
		t.iteration = op.Value{Kind: graph.Tensor, Type: tensor.Int64, Shape: k.shapes[0], Bytes: tensor.Alloc(8)}
		t.cond = op.Value{Kind: graph.Tensor, Type: tensor.Bool, Shape: k.shapes[1], Bytes: tensor.Alloc(1)}
		t.iteration.SetPlain()
		t.cond.SetPlain()
	}
	f.Memo = m
	return nil
}

func (k looping) Run(f *op.Frame, _, _, _ int) error {
	m := f.Memo.(*trips)
	limit, cond := int64(math.MaxInt64), true
	if v := f.In[0]; v != nil {
		if v.Len() != 1 || v.Type != tensor.Int64 {
			return fmt.Errorf("%w: the trip count is %v%v, not one int64", op.ErrInput, v.Type, v.Shape)
		}
		limit = op.Data[int64](v)[0]
	}
	if k.conds {
		var err error
		if cond, err = truth(f.In[1]); err != nil {
			return err
		}
	}
	m.carried = append(m.carried[:0], f.In[2:2+k.carried]...)
	for i := range m.scans {
		m.scans[i].reset()
	}
	n := int64(0)
	for ; n < limit && cond; n++ {
		if err := f.Run.Canceled(); err != nil {
			return err
		}
		if max := f.Run.Limits.Trips; max > 0 && n >= int64(max) {
			return fmt.Errorf("%w: more than %d trips of a loop", op.ErrLimit, max)
		}
		out, err := k.trip(f, m, n, cond)
		if err != nil {
			return err
		}
		if k.conds {
			if cond, err = truth(out[0]); err != nil {
				return err
			}
		}
		copy(m.carried, out[1:])
		for i := range m.scans {
			if k.carried+i < len(f.Out) && f.Out[k.carried+i] != nil {
				if err := m.scans[i].add(out[1+k.carried+i], f.Run); err != nil {
					return err
				}
			}
		}
	}
	return k.finish(f, m, n)
}

// trip runs the body once.
func (k looping) trip(f *op.Frame, m *trips, n int64, cond bool) ([]*op.Value, error) {
	t := &m.turns[n&1]
	if t.call == nil {
		t.call = k.body.NewCall()
	}
	op.Data[int64](&t.iteration)[0] = n
	t.cond.Bytes[0] = 0
	if cond {
		t.cond.Bytes[0] = 1
	}
	t.in = append(append(t.in[:0], &t.iteration, &t.cond), m.carried...)
	t.in = k.loop.body.AppendValues(t.in, f.In)
	return t.call.Run(f.Run, t.in)
}

// finish gives the outputs after n trips.
func (k looping) finish(f *op.Frame, m *trips, n int64) error {
	for i := range f.Out {
		var err error
		if i < k.carried {
			err = keep(f, i, m.carried[i], n == 0)
		} else {
			err = m.scans[i-k.carried].give(f, i, &k.outputs[1+i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}
