package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A Window is how the kernel of a convolution slides over the spatial dims of
// its input: the attributes auto_pad, dilations, group, kernel_shape, pads and
// strides, for convolutions of other packages. It is immutable.
type Window struct{ c conv }

// NewWindow parses the attributes.
func NewWindow(n *graph.Node) (Window, error) {
	o, err := newConv(n)
	if err != nil {
		return Window{}, err
	}
	return Window{o.(conv)}, nil
}

// Group returns the number of groups of channels.
func (w Window) Group() int { return w.c.group }

// Infer makes out a tensor of type t of the convolution's shape, for an input
// [N C D1...Dn] and weights [M C/group k1...kn].
func (w Window) Infer(out *op.Info, t tensor.Type, x, weights *op.Info) error {
	in, y := [2]op.Info{*x, *weights}, [1]op.Info{*out}
	err := w.c.Infer(in[:], y[:])
	*out = y[0]
	out.Type = t
	return err
}

// Step returns, for spatial dim i of n, the stride, the dilation, and the
// padding before the first of size elements under a kernel of k.
func (w Window) Step(i, n, size, k int) (stride, dilation, pad int) {
	pad, _ = w.c.padding(i, n, size, k)
	return one(w.c.stride, i), one(w.c.dilation, i), pad
}

// Offsets appends, for each position of the kernel and output pixel, kernel
// positions first, the offset of the input pixel from the first one of its
// image; -1 in the padding. Kernel and out are the spatial dims of the weights
// and the output.
func (w Window) Offsets(dst []int32, x *op.Value, kernel, out []int) []int32 {
	return offsets(dst, &w.c, x, kernel, out)
}
