package array

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// scatterElements is ScatterElements, and Scatter, its first name: the data with
// each element of the updates put at its own place, but at the index along the
// axis, or combined with what is there (reduction: version 16 add and mul,
// version 18 max and min). Updates are applied in row-major order.
type scatterElements struct {
	axis      int
	reduction string
}

func newScatterElements(n *graph.Node) (op.Op, error) {
	r, err := reduction(n)
	return scatterElements{n.Int("axis", 0), r}, err
}

// reduction parses the attribute of that name.
func reduction(n *graph.Node) (string, error) {
	r := n.Str("reduction", "none")
	allowed := []string{"none", "add", "mul", "max", "min"}
	if n.Version < 18 {
		allowed = allowed[:3]
	}
	if n.Version < 16 {
		allowed = allowed[:1]
	}
	if !slices.Contains(allowed, r) {
		return "", fmt.Errorf("%w: reduction is %q, not one of %q", op.ErrAttr, r, allowed)
	}
	return r, nil
}

func (o scatterElements) Infer(in, out []op.Info) error {
	x, idx, u := &in[0], &in[1], &in[2]
	if err := checkIndices(idx, "indices"); err != nil {
		return err
	}
	if u.Type != x.Type {
		return fmt.Errorf("%w: updates are %v, data %v", op.ErrType, u.Type, x.Type)
	}
	out[0].Like(x.Type, x)
	if idx.Static() && u.Static() && !slices.Equal(idx.Shape, u.Shape) {
		return fmt.Errorf("%w: indices are %v, updates %v", op.ErrShape, idx.Shape, u.Shape)
	}
	return checkElementwise(x, idx, o.axis)
}

func (o scatterElements) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	c, err := combinerOf(o.reduction, in[0].Type)
	return scatteringElements{overwrite{}, o.axis, c}, err
}

// overwrite is what kernels share that start from a copy of their first input,
// which may be the output already: phase 0 copies.
type overwrite struct{}

func (overwrite) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

// resolve sets the copying phase and one more of a single chunk.
func (overwrite) resolve(f *op.Frame, cost int) {
	split(f, f.In[0], f.In[0].Len())
	f.Phases = append(f.Phases, op.Phase{Chunks: 1, Cost: cost})
}

type scatteringElements struct {
	overwrite
	axis    int
	combine combiner
}

func (k scatteringElements) Resolve(f *op.Frame) error {
	k.resolve(f, 10*f.In[1].Len())
	return nil
}

func (k scatteringElements) Run(f *op.Frame, phase, chunk, _ int) error {
	y, x, idx, u := f.Out[0], f.In[0], f.In[1], f.In[2]
	if phase == 0 {
		copyPart(y, x, chunk, f.Phases[0].Chunks)
		return nil
	}
	axis := k.axis
	if axis < 0 {
		axis += len(x.Shape)
	}
	at, n, step := indicesOf(idx), rowLength(idx), 1
	size, stride := x.Shape[axis], x.Stride[axis]
	if axis == len(x.Shape)-1 {
		step = 0
	}
	for row := range rows(idx) {
		to := rowStart(row, idx, x, axis)
		for i := row * n; i < (row+1)*n; i++ {
			j := at.at(i, size)
			if j < 0 {
				return at.outOfRange(i, size)
			}
			k.combine(y, u, to+j*stride, i, 1)
			to += step
		}
	}
	return nil
}

// Grad gathers the updates' gradients; what they replace has none, what they are
// added to keeps its own.
func (o scatterElements) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	idx, u, g := n.Inputs[1], n.Inputs[2], dy[0]
	switch o.reduction {
	case "none":
		g = b.Node("ScatterElements", g, idx, op.Filled(b, u, 0)).Attr("axis", o.axis).Out("")
	case "add":
	default:
		return nil, fmt.Errorf("%w where the reduction is %q", op.ErrNoGradient, o.reduction)
	}
	return []graph.ValueID{g, graph.None, b.Node("GatherElements", dy[0], idx).Attr("axis", o.axis).Out("")}, nil
}
