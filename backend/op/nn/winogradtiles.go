package nn

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// winogradAxis cuts one spatial dim into tiles. With dilation d, output pixels
// of the same remainder modulo d are a convolution of their own without it, so
// no tile mixes them. With stride 2 each tile has inputs in the even and in the
// odd pixels, two images.
type winogradAxis struct {
	out  []int   // first output coordinate of a tile
	size []int   // how many of its outputs exist
	in   []int32 // [tile][stride][a]: offsets of its inputs, -1 in the padding
}

// cut divides dim i of a convolution's two.
func (x *winogradAxis) cut(f kernels.Winograd, c *conv, i int, in, out *op.Value, k int) {
	x.out, x.size, x.in = x.out[:0], x.size[:0], x.in[:0]
	stride, dilation := one(c.stride, i), one(c.dilation, i)
	size, outs := in.Shape[2+i], out.Shape[2+i]
	pad, _ := c.padding(i, 2, size, k)
	if in.Stride[2+i]*size > math.MaxInt32 {
		panic("nn: feature map is too large for 32-bit offsets")
	}
	for first := range min(dilation, outs) {
		for o := first; o < outs; o += f.Outputs() * dilation {
			x.out = append(x.out, o)
			x.size = append(x.size, min(f.Outputs(), (outs-o+dilation-1)/dilation))
			for image := range stride {
				for t := range f.Inputs() {
					at := -1
					if p := c.source((o+t*dilation)*stride+image-pad, size); p >= 0 {
						at = p * in.Stride[2+i]
					}
					x.in = append(x.in, int32(at))
				}
			}
		}
	}
}

// inputs returns the i-th run of a offsets.
func (x *winogradAxis) inputs(i, a int) []int32 { return x.in[i*a:][:a] }

// winogradTiles returns how many tiles of m outputs cover a dim of size out.
func winogradTiles(m, out, dilation int) int {
	n := 0
	for first := range min(dilation, out) {
		n += ((out-first+dilation-1)/dilation + m - 1) / m
	}
	return n
}
