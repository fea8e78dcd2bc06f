package nn

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// ConvTranspose, versions 1, 11 and 22: the transpose of a convolution, which
// spreads each input pixel over the output pixels that a convolution would
// gather it from.
//
//	X [N C D1...Dn], W [C M/group k1...kn], B [M] or absent -> Y [N M E1...En]
//
// Output pixel o of a dim gets input pixel i through tap k where
//
//	o = i*stride + k*dilation - padding
//
// A residual input of Y's shape may follow as the fourth (see op.Epilogue).
type convTranspose struct {
	geometry
	group         int
	outputShape   []int
	outputPadding []int
	ep            op.Epilogue
}

func newConvTranspose(n *graph.Node) (op.Op, error) {
	g, err := newGeometry(n)
	if err != nil {
		return nil, err
	}
	c := convTranspose{g, n.Int("group", 1), n.Ints("output_shape"), n.Ints("output_padding"), op.EpilogueOf(n)}
	if c.group < 1 {
		return nil, fmt.Errorf("%w: group is %d", op.ErrAttr, c.group)
	}
	for _, v := range [][]int{c.outputShape, c.outputPadding} {
		for _, d := range v {
			if d < 0 || d > maxWindow {
				return nil, fmt.Errorf("%w: output_shape is %v, output_padding %v", op.ErrAttr, c.outputShape, c.outputPadding)
			}
		}
	}
	return c, nil
}

// spatial returns the output size of spatial dim i of n, and the padding before
// its first pixel, for an input of size in and a kernel of size k.
func (c *convTranspose) spatial(i, n, in, k int) (out, pad int) {
	extra := 0
	if i < len(c.outputPadding) {
		extra = c.outputPadding[i]
	}
	whole := one(c.stride, i)*(in-1) + extra + (k-1)*one(c.dilation, i) + 1
	switch {
	case len(c.outputShape) >= n:
		out = c.outputShape[len(c.outputShape)-n+i]
	case c.autoPad == "SAME_UPPER" || c.autoPad == "SAME_LOWER":
		out = in * one(c.stride, i)
	case c.autoPad == "NOTSET" && len(c.pads) == 2*n:
		return whole - c.pads[i] - c.pads[n+i], c.pads[i]
	default:
		return whole, 0
	}
	total := max(0, whole-out)
	if c.autoPad == "SAME_UPPER" {
		return out, total / 2
	}
	return out, total - total/2
}

func (c convTranspose) Infer(in, out []op.Info) error {
	x, w := &in[0], &in[1]
	rank := max(x.Rank(), w.Rank())
	out[0].TensorOfRank(x.Type, rank)
	if !x.Ranked || !w.Ranked {
		if 0 <= rank && rank < 3 {
			return fmt.Errorf("%w: rank is %d, at least 3 is needed", op.ErrShape, rank)
		}
		return nil
	}
	n := len(x.Shape) - 2
	if n < 1 || len(w.Shape) != n+2 {
		return fmt.Errorf("%w: rank is %d in X and %d in W", op.ErrShape, len(x.Shape), len(w.Shape))
	}
	if err := c.check(n); err != nil {
		return err
	}
	if l := len(c.outputShape); l != 0 && l != n && l != n+2 || len(c.outputPadding) != 0 && len(c.outputPadding) != n {
		return fmt.Errorf("%w: output_shape is %v, output_padding %v for %d spatial dims", op.ErrAttr, c.outputShape, c.outputPadding, n)
	}
	ch, m := x.Shape[1], w.Shape[1]
	if op.Clash(ch, w.Shape[0]) || ch >= 0 && ch%c.group != 0 {
		return fmt.Errorf("%w: X has %d channels, W takes %d in %d groups", op.ErrShape, ch, w.Shape[0], c.group)
	}
	switch {
	case m >= 0:
		m *= c.group
	case c.group > 1:
		m = op.Unknown
	}
	if len(in) > 2 && in[2].Present() && in[2].Ranked && (len(in[2].Shape) != 1 || op.Clash(in[2].Shape[0], m)) {
		return fmt.Errorf("%w: B is %v for %d output channels", op.ErrShape, in[2].Shape, m)
	}
	out[0].Shape[0], out[0].Shape[1] = x.Shape[0], m
	for i := range n {
		k := w.Shape[2+i]
		if len(c.kernel) > 0 && op.Clash(k, c.kernel[i]) {
			return fmt.Errorf("%w: kernel_shape is %v, W is %v", op.ErrShape, c.kernel, w.Shape)
		}
		if k < 0 || x.Shape[2+i] < 0 {
			continue
		}
		size, _ := c.spatial(i, n, x.Shape[2+i], k)
		if size < 0 {
			return fmt.Errorf("%w: spatial dim %d of %d pixels and a kernel of %d would be %d", op.ErrShape, i, x.Shape[2+i], k, size)
		}
		out[0].Shape[2+i] = size
	}
	return nil
}

// Fuses says that float32 convolutions take any residual and activation, unless
// they have too many phases to be matrix products.
func (c convTranspose) Fuses(op.Epilogue) bool { return c.phases() <= maxPhases }

// Layouts: float32 is computed channels-last.
func (c convTranspose) Layouts(in []op.Info) []op.Signature {
	if in[0].Type != tensor.Float32 || in[0].Rank() < 3 || c.phases() > maxPhases {
		return []op.Signature{{}}
	}
	cl := make([]op.Order, len(in))
	cl[0] = op.ChannelsLast
	if c.ep.Residual {
		cl[len(in)-1] = op.ChannelsLast
	}
	return []op.Signature{{In: cl, Out: cl[:1]}}
}

func (c convTranspose) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32, tensor.Float64, tensor.Float16, tensor.BFloat16:
	default:
		return nil, fmt.Errorf("%w: ConvTranspose of %v", op.ErrUnsupported, in[0].Type)
	}
	switch {
	case in[0].Order == op.ChannelsLast && c.isFew(in):
		return newTransposeFew(e, &c, in), nil
	case in[0].Order == op.ChannelsLast:
		return newTransposeProductOrWinograd(e, &c, in, out), nil
	case in[0].Type == tensor.Float32 && c.phases() <= maxPhases: // alone, or of unknown rank
		return plainProduct{newTransposeProduct(e, &c, in)}, nil
	}
	return transposeReference{&c}, nil
}
