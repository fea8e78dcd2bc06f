package array

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// col2im is Col2Im: columns of blocks are added where they lie in an image.
//
//	x (N, C·∏block, ∏blocks), image shape, block shape -> y (N, C, image...)
type col2im struct{ dilations, pads, strides []int }

func newCol2Im(n *graph.Node) (op.Op, error) {
	o := col2im{list(n, "dilations"), list(n, "pads"), list(n, "strides")}
	for _, list := range [][]int{o.dilations, o.strides} {
		for _, v := range list {
			if v < 1 || v > 1<<20 {
				return nil, fmt.Errorf("%w: a stride or dilation is %d", op.ErrAttr, v)
			}
		}
	}
	return o, nil
}

func (col2im) Reads() []int { return []int{1, 2} }

// at returns element i of an attribute, def where it is absent.
func at(list []int, i, def int) int {
	if list == nil {
		return def
	}
	return list[i]
}

func (o col2im) Infer(in, out []op.Info) error {
	x, y := &in[0], &out[0]
	for i := 1; i < 3; i++ {
		if err := checkInts(&in[i], "a shape"); err != nil {
			return err
		}
	}
	image, block := ints(&in[1]), ints(&in[2])
	rank := max(in[1].Len(), in[2].Len())
	if rank >= 0 {
		rank += 2
	}
	y.TensorOfRank(x.Type, rank)
	if x.Ranked && len(x.Shape) != 3 {
		return fmt.Errorf("%w: the input has rank %d, not 3", op.ErrShape, len(x.Shape))
	}
	for _, list := range [][]int{image, block} {
		if i := slices.IndexFunc(list, func(d int) bool { return d < 0 && op.Known(d) }); i >= 0 {
			return fmt.Errorf("%w: size %d of %d", op.ErrInput, list[i], list)
		}
	}
	if image == nil {
		return nil
	}
	n := len(image)
	if block != nil && len(block) != n || o.dilations != nil && len(o.dilations) != n ||
		o.strides != nil && len(o.strides) != n || o.pads != nil && len(o.pads) != 2*n {
		return fmt.Errorf("%w: blocks, dilations, strides and pads are not all for an image of %d dims", op.ErrShape, n)
	}
	y.Tensor(x.Type, op.Unknown, op.Unknown)
	y.Shape = append(y.Shape, image...)
	if !x.Ranked {
		return nil
	}
	y.Shape[0] = x.Shape[0]
	if block == nil {
		return nil
	}
	var err error
	if size := count(block); size == 0 {
		return fmt.Errorf("%w: the block is %v", op.ErrShape, block)
	} else if size > 0 {
		if y.Shape[1], err = divide(x.Shape[1], size, 1); err != nil {
			return err
		}
	}
	blocks := 1
	for i := range n {
		if image[i] < 0 || block[i] < 0 {
			return nil
		}
		blocks *= max(o.blocks(i, image[i], block[i]), 0)
	}
	if op.Clash(blocks, x.Shape[2]) {
		return fmt.Errorf("%w: the image %v holds %d blocks %v, the input has %d", op.ErrShape, image, blocks, block, x.Shape[2])
	}
	return nil
}

// blocks returns how many blocks fit along a dim of the image.
func (o col2im) blocks(i, image, block int) int {
	size := image + at(o.pads, i, 0) + at(o.pads, len(o.pads)/2+i, 0)
	return (size-at(o.dilations, i, 1)*(block-1)-1)/at(o.strides, i, 1) + 1
}

func (o col2im) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	c, err := combinerOf("add", in[0].Type)
	return folding{o, c}, err
}

// folding adds the columns of one channel of one image at a time, in order.
type folding struct {
	col2im
	add combiner
}

func (k folding) Resolve(f *op.Frame) error {
	x, y := f.In[0], f.Out[0]
	channels := y.Shape[0] * y.Shape[1]
	f.Split(channels, 8*float64(x.Len())/float64(max(channels, 1)))
	return nil
}

func (k folding) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	block := f.Ints(2)
	pixels, size, blocks := count(y.Shape[2:]), count(block), x.Shape[2]
	lo, hi := f.Span(phase, chunk, y.Shape[0]*y.Shape[1])
	b := y.Type.Size()
	clear(y.Bytes[lo*pixels*b : hi*pixels*b])
	for c := lo; c < hi; c++ {
		for e := range size {
			for l := range blocks {
				if p := k.pixel(y.Shape[2:], block, e, l); p >= 0 {
					k.add(y, x, c*pixels+p, (c*size+e)*blocks+l, 1)
				}
			}
		}
	}
	return nil
}

// pixel returns where element e of block l lies in the image; -1 if in the
// padding.
func (k folding) pixel(image, block []int, e, l int) int {
	p, stride := 0, 1
	for i := len(image) - 1; i >= 0; i-- {
		n := k.blocks(i, image[i], block[i])
		j := l%n*at(k.strides, i, 1) + e%block[i]*at(k.dilations, i, 1) - at(k.pads, i, 0)
		if j < 0 || j >= image[i] {
			return -1
		}
		p += j * stride
		stride *= image[i]
		l, e = l/n, e/block[i]
	}
	return p
}
