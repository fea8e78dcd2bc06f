package nn

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// geometry is how a window slides over the spatial dims of a feature map: the
// attributes that Conv, ConvTranspose and the pools share.
type geometry struct {
	kernel, stride, dilation []int // nil: from the weights; all ones
	pads                     []int // begins, then ends; nil is 0
	autoPad                  string
	ceil                     bool // pools: round the output size up
	border                   string
}

// maxWindow bounds kernels, strides, dilations and pads, lest products overflow.
const maxWindow = 1 << 24

func newGeometry(n *graph.Node) (geometry, error) {
	g := geometry{
		kernel: n.Ints("kernel_shape"), stride: n.Ints("strides"), dilation: n.Ints("dilations"), pads: n.Ints("pads"),
		autoPad: n.Str("auto_pad", "NOTSET"), ceil: n.Int("ceil_mode", 0) != 0, border: n.Str(op.AttrBorder, ""),
	}
	switch g.autoPad {
	case "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID":
	case "":
		g.autoPad = "NOTSET"
	default:
		return g, fmt.Errorf("%w: auto_pad is %q", op.ErrAttr, g.autoPad)
	}
	for _, a := range []struct {
		name string
		v    []int
		min  int
	}{{"kernel_shape", g.kernel, 1}, {"strides", g.stride, 1}, {"dilations", g.dilation, 1}, {"pads", g.pads, -maxWindow}} {
		for _, v := range a.v {
			if v < a.min || v > maxWindow {
				return g, fmt.Errorf("%w: %s is %v", op.ErrAttr, a.name, a.v)
			}
		}
	}
	return g, nil
}

// maxSpatial bounds the number of spatial dims.
const maxSpatial = 8

// check says what does not fit n spatial dims.
func (g *geometry) check(n int) error {
	if n > maxSpatial {
		return fmt.Errorf("%w: %d spatial dims, at most %d are supported", op.ErrUnsupported, n, maxSpatial)
	}
	for _, a := range []struct {
		name      string
		have, per int
	}{{"kernel_shape", len(g.kernel), 1}, {"strides", len(g.stride), 1}, {"dilations", len(g.dilation), 1}, {"pads", len(g.pads), 2}} {
		if a.have != 0 && a.have != a.per*n {
			return fmt.Errorf("%w: %s has %d values for %d spatial dims", op.ErrAttr, a.name, a.have, n)
		}
	}
	return nil
}

func one(v []int, i int) int {
	if i < len(v) {
		return v[i]
	}
	return 1
}

// padding returns the padding at both ends of spatial dim i, of n, for an input
// of size in and a kernel of size k.
func (g *geometry) padding(i, n, in, k int) (begin, end int) {
	switch g.autoPad {
	case "NOTSET":
		if len(g.pads) == 2*n {
			return g.pads[i], g.pads[n+i]
		}
		return 0, 0
	case "VALID":
		return 0, 0
	}
	s := one(g.stride, i)
	out := (in + s - 1) / s
	total := max(0, (out-1)*s+one(g.dilation, i)*(k-1)+1-in)
	if g.autoPad == "SAME_UPPER" {
		return total / 2, total - total/2
	}
	return total - total/2, total / 2
}

// source returns which of the size pixels of a dim is seen at p, where there may
// be none: -1 in padding that is zero, else what the padding repeats.
func (g *geometry) source(p, size int) int {
	if uint(p) < uint(size) {
		return p
	}
	switch {
	case g.border == "edge" && size > 0:
		return min(max(p, 0), size-1)
	case g.border == "reflect" && size > 0:
		period := max(2*(size-1), 1)
		p = (p%period + period) % period
		return min(p, period-p)
	}
	return -1
}

// size returns the output size of spatial dim i of n; Unknown for an unknown
// input.
func (g *geometry) size(i, n, in, k int) (int, error) {
	if in < 0 {
		return op.Unknown, nil
	}
	s := one(g.stride, i)
	if g.autoPad == "SAME_UPPER" || g.autoPad == "SAME_LOWER" {
		return (in + s - 1) / s, nil
	}
	begin, end := g.padding(i, n, in, k)
	span := one(g.dilation, i)*(k-1) + 1
	room := in + begin + end - span
	if room < 0 {
		return 0, fmt.Errorf("%w: spatial dim %d is %d with padding %d and %d, the kernel spans %d", op.ErrShape, i, in, begin, end, span)
	}
	if !g.ceil {
		return room/s + 1, nil
	}
	out := (room+s-1)/s + 1
	if (out-1)*s >= in+begin { // a window may not start in the padding behind
		out--
	}
	return out, nil
}
