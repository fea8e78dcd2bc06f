package nn

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Bands is a chain of two or three convolutions which a pass has joined: a
// depthwise one with a 1×1 convolution before it, behind it, or both. They are
// computed in bands of rows, so that what is between them, which would not fit
// into a core's cache, never leaves it. Results have the bits of the single
// convolutions.
//
//	X [N C H W], W and B of each convolution -> Y [N M E1 E2]
//
// A residual of the last one may follow. Attributes are those of the single
// nodes, with the number of the node and a dot before the name.
type bands struct{ stages []conv }

func newBands(n *graph.Node) (op.Op, error) {
	var b bands
	for i := range n.Int("stages", 0) {
		stage := graph.Node{Op: "Conv", Version: n.Version}
		for _, a := range n.Attrs {
			if name, ok := strings.CutPrefix(a.Name, strconv.Itoa(i)+"."); ok {
				a.Name = name
				stage.Attrs = append(stage.Attrs, a)
			}
		}
		c, err := newConv(&stage)
		if err != nil {
			return nil, err
		}
		b.stages = append(b.stages, c.(conv))
	}
	if len(b.stages) < 2 || len(b.stages) > 3 || len(n.Inputs) != b.residual()+b.residuals() {
		return nil, fmt.Errorf("%w: %d convolutions of %d inputs", op.ErrAttr, len(b.stages), len(n.Inputs))
	}
	return b, nil
}

// residual is the number of the residual's input.
func (b bands) residual() int { return 1 + 2*len(b.stages) }

// residuals is how many there are.
func (b bands) residuals() int {
	if b.stages[len(b.stages)-1].ep.Residual {
		return 1
	}
	return 0
}

func (b bands) Infer(in, out []op.Info) error {
	x := &in[0]
	out[0].TensorOfRank(x.Type, 4)
	if x.Type != tensor.Float32 || x.Rank() != 4 {
		return fmt.Errorf("%w: X is %v", op.ErrType, x)
	}
	shape := out[0].Shape
	copy(shape, x.Shape)
	for i := range b.stages {
		w := &in[1+2*i]
		if w.Rank() != 4 {
			return fmt.Errorf("%w: W is %v", op.ErrShape, w.Shape)
		}
		shape[1] = w.Shape[0]
		for d := range 2 {
			s, err := b.stages[i].size(d, 2, shape[2+d], w.Shape[2+d])
			if err != nil {
				return err
			}
			shape[2+d] = s
		}
	}
	return nil
}

// Layouts says that maps are channels-last.
func (b bands) Layouts(in []op.Info) []op.Signature {
	cl := make([]op.Order, len(in))
	cl[0] = op.ChannelsLast
	if b.residuals() > 0 {
		cl[b.residual()] = op.ChannelsLast
	}
	return []op.Signature{{In: cl, Out: []op.Order{op.ChannelsLast}}}
}

func (b bands) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	k := &bandsKernel{set: e.Set, residual: -1}
	if b.residuals() > 0 {
		k.residual = b.residual()
	}
	for i := range b.stages {
		c := &b.stages[i]
		stage := []op.Info{{}, in[1+2*i], in[2+2*i]}
		switch {
		case isDepthwise(c, stage) && k.middle == nil:
			k.middle = newDepthwise(e, c, stage).(*depthwise)
		case k.middle == nil && k.before == nil:
			k.before = newProduct(e, c, stage)
		case k.middle != nil && k.after == nil:
			k.after = newProduct(e, c, stage)
		default:
			return nil, fmt.Errorf("%w: the order of convolutions", op.ErrAttr)
		}
	}
	if k.middle == nil {
		return nil, fmt.Errorf("%w: no depthwise convolution", op.ErrAttr)
	}
	return k, nil
}
