package nn

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Conv, versions 1, 11 and 22: a convolution over any number of spatial dims.
//
//	X [N C D1...Dn], W [M C/group k1...kn], B [M] or absent -> Y [N M E1...En]
//
// Fused inputs may follow: a gate [N C 1...1] that X is multiplied with before, for
// kernels of one tap, and a residual of Y's shape (see op.Epilogue).
type conv struct {
	geometry
	group int
	gate  bool
	ep    op.Epilogue
}

// gateInput is where the gate is, if there is one.
const gateInput = 3

func newConv(n *graph.Node) (op.Op, error) {
	g, err := newGeometry(n)
	if err != nil {
		return nil, err
	}
	c := conv{g, n.Int("group", 1), n.Int(op.AttrGate, 0) == 1, op.EpilogueOf(n)}
	if c.group < 1 {
		return nil, fmt.Errorf("%w: group is %d", op.ErrAttr, c.group)
	}
	return c, nil
}

func (c conv) Infer(in, out []op.Info) error {
	x, w := &in[0], &in[1]
	out[0].TensorOfRank(x.Type, x.Rank())
	if !x.Ranked && !w.Ranked {
		return nil
	}
	if !x.Ranked || !w.Ranked {
		rank := max(x.Rank(), w.Rank())
		out[0].TensorOfRank(x.Type, rank)
		if rank < 3 {
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
	ch, m := x.Shape[1], w.Shape[0]
	if ch >= 0 && w.Shape[1] >= 0 && ch != w.Shape[1]*c.group {
		return fmt.Errorf("%w: X has %d channels, W takes %d in %d groups", op.ErrShape, ch, w.Shape[1], c.group)
	}
	if m >= 0 && m%c.group != 0 {
		return fmt.Errorf("%w: %d output channels in %d groups", op.ErrShape, m, c.group)
	}
	if len(in) > 2 && in[2].Present() && in[2].Ranked && (len(in[2].Shape) != 1 || op.Clash(in[2].Shape[0], m)) {
		return fmt.Errorf("%w: B is %v for %d output channels", op.ErrShape, in[2].Shape, m)
	}
	out[0].Shape[0], out[0].Shape[1] = x.Shape[0], m
	for i := range n {
		k := w.Shape[2+i]
		if len(c.kernel) > 0 {
			if op.Clash(k, c.kernel[i]) {
				return fmt.Errorf("%w: kernel_shape is %v, W is %v", op.ErrShape, c.kernel, w.Shape)
			}
			k = c.kernel[i]
		}
		if k < 0 {
			continue
		}
		if k == 0 {
			return fmt.Errorf("%w: W is %v, without a tap", op.ErrShape, w.Shape)
		}
		if c.border != "" && x.Shape[2+i] == 0 {
			return fmt.Errorf("%w: spatial dim %d has no pixel to pad with", op.ErrShape, i)
		}
		s, err := c.size(i, n, x.Shape[2+i], k)
		if err != nil {
			return err
		}
		out[0].Shape[2+i] = s
	}
	return nil
}

// Fuses says that float32 convolutions take any residual and activation.
func (c conv) Fuses(op.Epilogue) bool { return true }

// Layouts: the output is channels-last. The input is, too, unless it has few
// channels (a picture): those are gathered from plain order.
func (c conv) Layouts(in []op.Info) []op.Signature {
	if in[0].Type != tensor.Float32 || in[0].Rank() < 3 {
		return []op.Signature{{}}
	}
	cl := make([]op.Order, len(in))
	cl[0] = op.ChannelsLast
	if c.gate { // a single pixel: as convolutions leave it
		cl[gateInput] = op.ChannelsLast
	}
	if c.ep.Residual {
		cl[len(in)-1] = op.ChannelsLast
	}
	out := []op.Order{op.ChannelsLast}
	sigs := []op.Signature{{In: cl, Out: out}}
	if isScale(&c, in) {
		sigs = append(sigs, op.Signature{})
	}
	if isStem(&c, in) || isStrideRows(&c, in) {
		plain := append([]op.Order(nil), cl...)
		plain[0] = op.Plain
		sigs = append(sigs, op.Signature{In: plain, Out: out})
	}
	return sigs
}

func (c conv) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	if in[0].Type != tensor.Float32 {
		return newReference(&c, in)
	}
	if in[0].Order == op.Plain && out[0].Order == op.Plain && in[0].Rank() >= 3 && isScale(&c, in) {
		return newScale(e, &c, in), nil
	}
	if in[0].Rank() < 3 || in[0].Order == op.Plain && out[0].Order == op.Plain { // alone, or of unknown rank
		return plainProduct{newProduct(e, &c, in)}, nil
	}
	if in[1].Const != nil && isDepthwise(&c, in) {
		return newDepthwise(e, &c, in), nil
	}
	if in[0].Order == op.Plain && isStem(&c, in) {
		return newStem(e, &c, in), nil
	}
	if in[0].Order == op.Plain && isStrideRows(&c, in) {
		return newStrideRows(e, &c, in), nil
	}
	if isFew(&c, in) {
		return newFew(e, &c, in), nil
	}
	return newProductOrWinograd(e, &c, in, out), nil
}
