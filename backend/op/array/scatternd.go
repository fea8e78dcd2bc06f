package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// scatterND is ScatterND: the data with slices replaced by the updates, or
// combined with them (see [scatterElements]); the last dim of the indices holds
// the coordinates of a slice. Updates are applied in order.
type scatterND struct{ reduction string }

func newScatterND(n *graph.Node) (op.Op, error) {
	r, err := reduction(n)
	return scatterND{r}, err
}

func (o scatterND) Infer(in, out []op.Info) error {
	x, idx, u := &in[0], &in[1], &in[2]
	if err := checkIndices(idx, "indices"); err != nil {
		return err
	}
	if u.Type != x.Type {
		return fmt.Errorf("%w: updates are %v, data %v", op.ErrType, u.Type, x.Type)
	}
	out[0].Like(x.Type, x)
	if !x.Ranked || !idx.Ranked {
		return nil
	}
	q := len(idx.Shape)
	if q == 0 {
		return fmt.Errorf("%w: indices are a scalar", op.ErrShape)
	}
	k := idx.Shape[q-1]
	if k < 0 {
		return nil
	}
	if k > len(x.Shape) {
		return fmt.Errorf("%w: coordinates have %d dims, data has %d", op.ErrShape, k, len(x.Shape))
	}
	if !u.Ranked {
		return nil
	}
	if want := q - 1 + len(x.Shape) - k; len(u.Shape) != want {
		return fmt.Errorf("%w: updates have rank %d, not %d", op.ErrShape, len(u.Shape), want)
	}
	for i, d := range u.Shape {
		want := 0
		if i < q-1 {
			want = idx.Shape[i]
		} else {
			want = x.Shape[i-(q-1)+k]
		}
		if op.Clash(d, want) {
			return fmt.Errorf("%w: dim %d of the updates is %d, not %d", op.ErrShape, i, d, want)
		}
	}
	return nil
}

func (o scatterND) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	c, err := combinerOf(o.reduction, in[0].Type)
	return scatteringND{overwrite{}, c}, err
}

type scatteringND struct {
	overwrite
	combine combiner
}

func (k scatteringND) Resolve(f *op.Frame) error {
	k.resolve(f, 10*rows(f.In[1])+f.In[2].Len())
	return nil
}

func (k scatteringND) Run(f *op.Frame, phase, chunk, _ int) error {
	y, x, idx, u := f.Out[0], f.In[0], f.In[1], f.In[2]
	if phase == 0 {
		copyPart(y, x, chunk, f.Phases[0].Chunks)
		return nil
	}
	at, block := indicesOf(idx), count(x.Shape[rowLength(idx):])
	for i := range rows(idx) {
		to, err := place(at, i, 0, 0, idx, x)
		if err != nil {
			return err
		}
		if block > 0 {
			k.combine(y, u, to, i*block, block)
		}
	}
	return nil
}

// Grad gathers the updates' gradients; what they replace has none, what they are
// added to keeps its own.
func (o scatterND) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	idx, u, g := n.Inputs[1], n.Inputs[2], dy[0]
	switch o.reduction {
	case "none":
		g = op.Emit(b, "ScatterND", g, idx, op.Filled(b, u, 0))
	case "add":
	default:
		return nil, fmt.Errorf("%w where the reduction is %q", op.ErrNoGradient, o.reduction)
	}
	return []graph.ValueID{g, graph.None, op.Emit(b, "GatherND", dy[0], idx)}, nil
}
