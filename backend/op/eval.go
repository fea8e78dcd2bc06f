package op

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Evaluate runs one operator on constant inputs, on the caller's goroutine: the
// optimiser folds constants with it, and operators are tested with it. A nil
// input is omitted; outputs are nil where the node omits them.
func Evaluate(ctx context.Context, e *Env, o Op, in []*Value) ([]*Value, error) {
	infos := make([]Info, len(in))
	for i, v := range in {
		if v != nil {
			infos[i] = v.Info()
		}
	}
	if err := CheckTypes(e.Node, infos); err != nil {
		return nil, err
	}
	out := make([]Info, len(e.Node.Outputs))
	if err := o.Infer(infos, out); err != nil {
		return nil, err
	}
	limit := MaxValue
	if e.Limit > 0 {
		limit = e.Limit
	}
	for i := range out {
		if err := out[i].Fits(limit); err != nil {
			return nil, err
		}
	}
	k, err := o.Prepare(e, infos, out)
	if err != nil {
		return nil, err
	}
	f := NewFrame(len(in), len(out))
	f.Run, f.Host = &Run{Context: ctx}, heap{limit}
	copy(f.In, in)
	copy(f.InInfo, infos)
	copy(f.OutInfo, out)
	for i := range out {
		if e.Node.Outputs[i] == graph.None {
			continue
		}
		v := &Value{Kind: out[i].Kind, Type: out[i].Type}
		f.Out[i] = v
		if out[i].Kind != graph.Tensor || !out[i].Static() {
			continue
		}
		if err := f.Alloc(i, out[i].Shape...); err != nil {
			return nil, err
		}
	}
	return f.Out, Execute(k, f)
}

// Execute resolves and runs a frame whose outputs have storage, on the caller's
// goroutine.
func Execute(k Kernel, f *Frame) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", ErrInternal, p)
		}
	}()
	f.Phases, f.Scratch, f.Shared = append(f.Phases[:0], Phase{1, 0}), 0, 0
	if err := k.Resolve(f); err != nil {
		return err
	}
	if len(f.Workers) == 0 {
		f.Workers = make([][]byte, 1)
	}
	if len(f.Workers[0]) < f.Scratch {
		f.Workers[0] = tensor.Alloc(f.Scratch)
	}
	if f.Commons == nil || len(*f.Commons) < f.Shared {
		b := tensor.Alloc(f.Shared)
		f.Commons = &b
	}
	for p := range f.Phases {
		for c := range f.Phases[p].Chunks {
			if err := k.Run(f, p, c, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// Info describes a value that exists.
func (v *Value) Info() Info {
	x := Info{Kind: v.Kind, Type: v.Type}
	if v.Kind != graph.Tensor {
		if len(v.Items) > 0 && v.Kind != graph.Map {
			e := v.Items[0].Info().Variable()
			for i := range v.Items {
				y := v.Items[i].Info()
				e.Join(&y)
			}
			x.Elem = &e
		}
		return x
	}
	x.Ranked, x.Shape = true, v.Shape
	if v.Contiguous() {
		x.Const = v.Tensor()
	}
	return x
}

// heap is a host of values of at most so many bytes.
type heap struct{ limit int }

func (h heap) Storage(v *Value, n int) error {
	if n > h.limit {
		return fmt.Errorf("%w: %d bytes for an output, at most %d are allowed", ErrMemory, n, h.limit)
	}
	v.Bytes = tensor.Alloc(n)
	return nil
}

// NewEnv returns an environment for evaluating a node by itself.
func NewEnv(n *graph.Node) *Env { return &Env{Node: n, Set: kernels.Best()} }
