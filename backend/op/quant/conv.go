package quant

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/nn"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// conv is ConvInteger or QLinearConv, version 10.
//
//	ConvInteger  x [N C D...], w [M C/group k...] [, x_zero_point [, w_zero_point]] -> y int32
//	QLinearConv  x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point [, B int32 [M]] -> y
//
// Scale and zero point of w belong to the whole tensor or to an output channel.
// The padding is x's zero point. Sums, B included, are exact modulo 2³²;
// QLinearConv multiplies them, as float32, by x_scale*w_scale/y_scale.
type conv struct {
	nn.Window
	w, xZero, wZero int // inputs
	linear          bool
}

// Further inputs of QLinearConv; yScale and yZero are those of QLinearMatMul.
const (
	xScale = 1
	wScale = 4
	bias   = 8
)

func newConvInteger(n *graph.Node) (op.Op, error) {
	w, err := nn.NewWindow(n)
	return conv{w, 1, 2, 3, false}, err
}

func newQLinearConv(n *graph.Node) (op.Op, error) {
	w, err := nn.NewWindow(n)
	return conv{w, 3, 2, 5, true}, err
}

func (o conv) Infer(in, out []op.Info) error {
	t := tensor.Int32
	if o.linear {
		if len(in) < 8 {
			return fmt.Errorf("%w: %d inputs, want 8 or 9", op.ErrInput, len(in))
		}
		t = in[yZero].Type
	}
	if err := o.Window.Infer(&out[0], t, &in[0], &in[o.w]); err != nil {
		return err
	}
	if w := &in[o.w]; w.Ranked && w.Shape[1] == 0 {
		return fmt.Errorf("%w: w is %v, without input channels", op.ErrShape, w.Shape)
	}
	for i := range in {
		if i == 0 || i == o.w || !in[i].Static() {
			continue
		}
		n, m := in[i].Len(), op.Unknown
		if in[o.w].Ranked {
			m = in[o.w].Shape[0]
		}
		perChannel := i == o.wZero || o.linear && (i == wScale || i == bias)
		if (n != 1 || o.linear && i == bias) && (!perChannel || op.Clash(n, m)) {
			return fmt.Errorf("%w: input %d has %d elements for %d output channels", op.ErrShape, i, n, m)
		}
	}
	return nil
}

// Layouts: both orders will do; channels-last is read and written in runs.
func (o conv) Layouts(in []op.Info) []op.Signature {
	if in[0].Rank() < 3 {
		return []op.Signature{{}}
	}
	cl := make([]op.Order, len(in))
	cl[0] = op.ChannelsLast
	return []op.Signature{{In: cl, Out: cl[:1]}, {Cost: 0.5}}
}

func (o conv) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	for _, i := range []int{0, o.w} {
		if t := in[i].Type; t != tensor.Uint8 && t != tensor.Int8 {
			return nil, fmt.Errorf("%w: convolution of %v and %v", op.ErrUnsupported, in[0].Type, in[o.w].Type)
		}
	}
	if t := out[0].Type; o.linear && t != tensor.Uint8 && t != tensor.Int8 {
		return nil, fmt.Errorf("%w: convolution to %v", op.ErrUnsupported, t)
	}
	k := &convKernel{set: e.Set, conv: o}
	if w := in[o.w].Const; w != nil && (!present(in, o.wZero) || in[o.wZero].Const != nil) {
		var zero *op.Value
		if present(in, o.wZero) {
			zero = op.FromTensor(in[o.wZero].Const)
		}
		k.weights = new(filters)
		if err := k.weights.pack(op.FromTensor(w), zero, o.Group()); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func present(in []op.Info, i int) bool { return i < len(in) && in[i].Present() }

// filters are the weights of a convolution: differences from the zero points.
type filters struct {
	taps, cin, cout int       // of a group
	data            []float32 // by group and piece, packed; depthwise [taps][channels]
	group           int       // elements of a group
	rows, zeros     []float32 // before packing
}

// A piece of a filter is taps, or channels of one tap, whose products float32
// adds exactly.
type piece struct{ tap, taps, c, run int }

// next returns the piece after p; the first one after the zero piece. It is
// empty after the last one.
func (w *filters) next(p piece) piece {
	per := max(1, exactDepth/max(w.cin, 1))
	if p.c += p.run; p.c >= w.cin {
		p.tap, p.c = p.tap+p.taps, 0
	}
	return piece{p.tap, min(per, w.taps-p.tap), p.c, min(exactDepth, w.cin-p.c)}
}

// depthwise reports whether each channel has one filter of its own, which
// kernels of one or two spatial dims compute by themselves.
func (w *filters) depthwise(groups, dims int) bool {
	return w.cin == 1 && w.cout == 1 && groups > 1 && dims <= 2 && w.taps <= exactDepth
}

// pack packs w [M C/group k...].
func (w *filters) pack(x, zero *op.Value, groups int) (err error) {
	w.cout, w.cin, w.taps = x.Shape[0]/groups, x.Shape[1], op.Product(x.Shape[2:])
	if w.zeros, err = widened(w.zeros, zero); err != nil {
		return err
	}
	depth, n := w.taps*w.cin, x.Len()
	w.rows = grow(w.rows, n)
	if err := differences(w.rows, x.Type, x.Bytes[:n], 0); err != nil {
		return err
	}
	for i := range x.Shape[0] {
		if z := line(w.zeros, 0, x.Shape[0], i); z != 0 {
			for j, row := 0, w.rows[i*depth:][:depth]; j < depth; j++ {
				row[j] -= z
			}
		}
	}
	if w.depthwise(groups, len(x.Shape)-2) {
		w.data = grow(w.data, n)
		for i, v := range w.rows {
			w.data[i%depth*groups+i/depth] = v
		}
		return nil
	}
	w.packGroups(groups)
	return nil
}
