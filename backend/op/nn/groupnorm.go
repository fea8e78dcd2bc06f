package nn

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// groupNorm is GroupNormalization, versions 18 and 21, or
// InstanceNormalization, versions 1, 6 and 22, which has a group for each
// channel.
//
//	X [N C D1...Dn], scale [C], bias [C] -> Y like X
//
//	Y = (X - mean) / sqrt(variance + epsilon) * scale + bias
//
// with mean and variance of all of an image's group of channels, computed as
// X*a + b, with a and b rounded to float32 once. In version 18 scale and bias
// are [groups].
//
// A residual input of Y's shape may follow as the fourth (see op.Epilogue).
type groupNorm struct {
	groups   int // 0: as many as channels
	epsilon  float32
	perGroup bool
	ep       op.Epilogue
}

func newGroupNorm(n *graph.Node) (op.Op, error) {
	g := groupNorm{n.Int("num_groups", 0), n.Float("epsilon", 1e-5), n.Version < 21, op.EpilogueOf(n)}
	if g.groups < 1 {
		return nil, fmt.Errorf("%w: num_groups is %d", op.ErrAttr, g.groups)
	}
	return g, nil
}

func newInstanceNorm(n *graph.Node) (op.Op, error) {
	return groupNorm{0, n.Float("epsilon", 1e-5), false, op.EpilogueOf(n)}, nil
}

func (g groupNorm) Infer(in, out []op.Info) error {
	want := 3
	if g.ep.Residual {
		want++
	}
	if len(in) != want {
		return fmt.Errorf("%w: %d inputs, want %d", op.ErrInput, len(in), want)
	}
	x := &in[0]
	out[0].Copy(x)
	if !x.Ranked {
		return nil
	}
	if len(x.Shape) < 2 {
		return fmt.Errorf("%w: X has rank %d", op.ErrShape, len(x.Shape))
	}
	c := x.Shape[1]
	if c >= 0 && g.groups > 0 && c%g.groups != 0 {
		return fmt.Errorf("%w: %d channels in %d groups", op.ErrShape, c, g.groups)
	}
	if want = c; g.perGroup {
		want = g.groups
	}
	for i := 1; i < 3; i++ {
		if in[i].Ranked && (len(in[i].Shape) != 1 || op.Clash(in[i].Shape[0], want)) {
			return fmt.Errorf("%w: input %d is %v, want [%d]", op.ErrShape, i, in[i].Shape, want)
		}
	}
	return nil
}

// Fuses says that any residual and activation may follow.
func (g groupNorm) Fuses(op.Epilogue) bool { return true }

func (g groupNorm) Layouts(in []op.Info) []op.Signature {
	if in[0].Type != tensor.Float32 || in[0].Rank() < 3 {
		return []op.Signature{{}}
	}
	cl := make([]op.Order, len(in))
	cl[0] = op.ChannelsLast
	if g.ep.Residual {
		cl[len(in)-1] = op.ChannelsLast
	}
	return []op.Signature{{In: cl, Out: cl[:1]}, {}}
}

func (g groupNorm) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		if in[0].Order == op.ChannelsLast {
			return &groupNormPixels{e.Set, g}, nil
		}
		return &groupNormPlanes{e.Set, g}, nil
	case tensor.Float64:
		return groupNormEach{g}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &groupNormPlanes{e.Set, g}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: normalization of %v", op.ErrUnsupported, in[0].Type)
}

// size returns the number of groups and the channels of each.
func (g groupNorm) size(x *op.Value) (groups, channels int) {
	if g.groups == 0 {
		return x.Shape[1], 1
	}
	return g.groups, x.Shape[1] / g.groups
}

// parameter returns which element of scale and bias belongs to a channel.
func (g groupNorm) parameter(channel, channels int) int {
	if g.perGroup {
		return channel / channels
	}
	return channel
}
