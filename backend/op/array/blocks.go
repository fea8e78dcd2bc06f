package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// depthToSpace is DepthToSpace: the channels of a pixel become a block of
// pixels. Channels are (row in block, column, channel) in mode DCR, (channel,
// row, column) in mode CRD (version 11).
//
// spaceToDepth is SpaceToDepth, its inverse (CRD from version 28 on).
type (
	depthToSpace struct{ blocks }
	spaceToDepth struct{ blocks }
)

type blocks struct {
	size int
	crd  bool
}

func newDepthToSpace(n *graph.Node) (op.Op, error) {
	b, err := newBlocks(n, n.Version >= 11)
	return depthToSpace{b}, err
}

func newSpaceToDepth(n *graph.Node) (op.Op, error) {
	b, err := newBlocks(n, n.Version >= 28)
	return spaceToDepth{b}, err
}

func newBlocks(n *graph.Node, modes bool) (blocks, error) {
	b := blocks{size: n.Int("blocksize", 0)}
	if b.size <= 0 || b.size > 1<<15 {
		return b, fmt.Errorf("%w: blocksize is %d", op.ErrAttr, b.size)
	}
	if !modes {
		return b, nil
	}
	mode := n.Str("mode", "DCR")
	if mode != "DCR" && mode != "CRD" {
		return b, fmt.Errorf("%w: mode is %q, neither DCR nor CRD", op.ErrAttr, mode)
	}
	b.crd = mode == "CRD"
	return b, nil
}

// checkImage reports an input that has not the 4 dims of images.
func checkImage(x *op.Info) error {
	if x.Ranked && len(x.Shape) != 4 {
		return fmt.Errorf("%w: the input has rank %d, not 4", op.ErrShape, len(x.Shape))
	}
	return nil
}

// divide returns d/by, Unknown for a symbol.
func divide(d, by, dim int) (int, error) {
	switch {
	case by == 1:
		return d, nil
	case d < 0:
		return op.Unknown, nil
	case d%by != 0:
		return 0, fmt.Errorf("%w: dim %d is %d, no multiple of %d", op.ErrShape, dim, d, by)
	}
	return d / by, nil
}

func (o depthToSpace) Infer(in, out []op.Info) error {
	x, b := &in[0], o.size
	if !x.Ranked {
		out[0].TensorOfRank(x.Type, 4)
		return nil
	}
	if err := checkImage(x); err != nil {
		return err
	}
	c, err := divide(x.Shape[1], b*b, 1)
	out[0].Tensor(x.Type, x.Shape[0], c, times(x.Shape[2], b), times(x.Shape[3], b))
	return err
}

func (o spaceToDepth) Infer(in, out []op.Info) error {
	x, b := &in[0], o.size
	if !x.Ranked {
		out[0].TensorOfRank(x.Type, 4)
		return nil
	}
	if err := checkImage(x); err != nil {
		return err
	}
	h, err := divide(x.Shape[2], b, 2)
	if err != nil {
		return err
	}
	w, err := divide(x.Shape[3], b, 3)
	out[0].Tensor(x.Type, x.Shape[0], times(x.Shape[1], b*b), h, w)
	return err
}

// Layouts: in any pair of orders it is one copy.
func (blocks) Layouts(in []op.Info) []op.Signature {
	const p, c = op.Plain, op.ChannelsLast
	var s []op.Signature
	for _, io := range [][2]op.Order{{p, p}, {c, c}, {c, p}, {p, c}} {
		s = append(s, op.Signature{In: io[:1:1], Out: io[1:]})
	}
	return s
}

func (o depthToSpace) Prepare(e *op.Env, _, _ []op.Info) (op.Kernel, error) {
	return blocking{o.blocks, true, e.Set}, nil
}

func (o spaceToDepth) Prepare(e *op.Env, _, _ []op.Info) (op.Kernel, error) {
	return blocking{o.blocks, false, e.Set}, nil
}

// blocking copies between the deep array, whose channels hold blocks, and the
// wide one, both seen as (n, row in block, column in block, channel, h, w).
type blocking struct {
	blocks
	widen bool // from deep to wide
	set   *kernels.Set
}

func (blocking) Strided(int) bool { return true }
func (blocking) StridedOut() bool { return true }

// Resolve leaves the six sizes, and the strides of both arrays, in Param.
func (k blocking) Resolve(f *op.Frame) error {
	deep, wide := f.Out[0], f.In[0]
	if k.widen {
		deep, wide = wide, deep
	}
	b, c, ds, ws := k.size, wide.Shape[1], deep.Stride, wide.Stride
	row, col, ch := b*c*ds[1], c*ds[1], ds[1]
	if k.crd {
		row, col, ch = b*ds[1], ds[1], b*b*ds[1]
	}
	f.Param = append(f.Param[:0], deep.Shape[0], b, b, c, deep.Shape[2], deep.Shape[3])
	f.Param = append(f.Param, ds[0], row, col, ch, ds[2], ds[3])
	f.Param = append(f.Param, ws[0], ws[2], ws[3], ws[1], b*ws[2], b*ws[3])
	split(f, f.In[0], 4*f.In[0].Len()) // short rows
	return nil
}

func (k blocking) Run(f *op.Frame, phase, chunk, _ int) error {
	shape, deep, wide := f.Param[:6], f.Param[6:12], f.Param[12:]
	from, to := wide, deep
	if k.widen {
		from, to = deep, wide
	}
	dst, src := window(f.Out[0], 0, shape, to), window(f.In[0], 0, shape, from)
	if chunks := f.Phases[phase].Chunks; !exchange(k.set, &dst, &src, chunk, chunks) {
		op.CopyChunk(&dst, &src, chunk, chunks)
	}
	return nil
}
