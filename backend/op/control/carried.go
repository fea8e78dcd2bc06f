package control

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// settle finds what can be said of the values a loop carries: of their initial
// values and of all that a body makes of them. formal are the body's inputs, of
// which those from first on are carried, as outputs from at on. It widens them
// until outputs agree with inputs, and returns the outputs of the last try.
func settle(formal []op.Info, first, at, n int, outputs func([]op.Info) ([]op.Info, error)) ([]op.Info, error) {
	for {
		out, err := outputs(formal)
		if err != nil {
			return nil, err
		}
		changed := false
		for i := range n {
			x, y := &formal[first+i], &out[at+i]
			if x.Kind == graph.Tensor && y.Kind == graph.Tensor && x.Type != y.Type {
				return nil, fmt.Errorf("%w: carried value %d is %v, then %v", op.ErrType, i, x.Type, y.Type)
			}
			changed = x.Join(y) || changed
		}
		if !changed {
			return out, nil
		}
	}
}

// keep makes late output i a value that a loop started with or ended with: a
// copy if the value is the node's input, whose storage may be used again.
func keep(f *op.Frame, i int, v *op.Value, input bool) error {
	if !input || v == nil || v.Kind != graph.Tensor {
		if v != nil {
			f.Pass(i, v)
		}
		return nil
	}
	if err := f.Alloc(i, v.Shape...); err != nil || f.Out[i] == nil {
		return err
	}
	op.CopyStrided(f.Out[i], v)
	return nil
}
