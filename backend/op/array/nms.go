package array

import (
	"fmt"
	"math"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// nonMaxSuppression is NonMaxSuppression. For each image and class, boxes are
// taken in order of falling score (of equal ones the lower index first) as long
// as their score is above the threshold, and kept unless they overlap one kept
// before by more than the IoU threshold, up to a number a class. y lists (image,
// class, box); its length is late.
//
//	boxes (B, N, 4): two opposite corners (y, x, y, x), or (x, y, w, h) of the center
//	scores (B, C, N)
type nonMaxSuppression struct{ center bool }

func newNonMaxSuppression(n *graph.Node) (op.Op, error) {
	return nonMaxSuppression{n.Int("center_point_box", 0) != 0}, nil
}

func (nonMaxSuppression) Infer(in, out []op.Info) error {
	b, s := &in[0], &in[1]
	if b.Type != tensor.Float32 || s.Type != tensor.Float32 {
		return fmt.Errorf("%w: boxes are %v and scores %v, not float32", op.ErrType, b.Type, s.Type)
	}
	if b.Ranked && (len(b.Shape) != 3 || op.Clash(b.Shape[2], 4)) {
		return fmt.Errorf("%w: boxes are %v, not (B, N, 4)", op.ErrShape, b.Shape)
	}
	if s.Ranked && len(s.Shape) != 3 {
		return fmt.Errorf("%w: scores are %v, not (B, C, N)", op.ErrShape, s.Shape)
	}
	if b.Ranked && s.Ranked && (op.Clash(b.Shape[0], s.Shape[0]) || op.Clash(b.Shape[1], s.Shape[2])) {
		return fmt.Errorf("%w: boxes are %v, scores %v", op.ErrShape, b.Shape, s.Shape)
	}
	for i := 2; i < len(in); i++ {
		if in[i].Present() && op.Clash(in[i].Len(), 1) {
			return fmt.Errorf("%w: input %d has %d elements, want 1", op.ErrShape, i, in[i].Len())
		}
	}
	out[0].Tensor(tensor.Int64, op.Unknown, 3)
	return nil
}

func (o nonMaxSuppression) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return suppressing{o.center}, nil
}

// suppressing selects for each image and class in phase 0, and lists what was
// selected in phase 1.
type suppressing struct{ center bool }

// selection is what one frame keeps: the boxes selected of each class, and how
// many.
type selection struct {
	boxes []int32 // of class c of image b, from (b*C+c)*N on
	count []int
}

// A corners is a box as its least and greatest coordinates and its area.
type corners struct{ x0, y0, x1, y1, area float32 }

func (suppressing) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*selection)
	if m == nil {
		m = new(selection)
		f.Memo = m
	}
	s := f.In[1].Shape
	classes, n := s[0]*s[1], s[2]
	m.boxes = slices.Grow(m.boxes[:0], classes*n)[:classes*n]
	m.count = slices.Grow(m.count[:0], classes)[:classes]
	f.Scratch = 16*n + gridBytes(n)
	f.Split(classes, 50*float64(n))
	f.Phases = append(f.Phases, op.Phase{Chunks: 1, Cost: classes * 20})
	return nil
}

func (k suppressing) Run(f *op.Frame, phase, chunk, worker int) error {
	m, s := f.Memo.(*selection), f.In[1].Shape
	if phase == 1 {
		return m.list(f, s[1], s[2])
	}
	limit, iou, threshold := int64(0), float32(0), float32(math.Inf(-1))
	if v := given(f, 2); v != nil {
		limit = op.Data[int64](v)[0]
	}
	if v := given(f, 3); v != nil {
		iou = op.Data[float32](v)[0]
	}
	if v := given(f, 4); v != nil {
		threshold = op.Data[float32](v)[0]
	}
	work, n := f.Work(worker), s[2]
	boxes, scores := op.Data[float32](f.In[0]), op.Data[float32](f.In[1])
	lo, hi := f.Span(0, chunk, s[0]*s[1])
	for c := lo; c < hi; c++ {
		of := c / s[1] // the image
		m.count[c] = k.class(m.boxes[c*n:(c+1)*n], boxes[of*n*4:(of+1)*n*4], scores[c*n:(c+1)*n],
			work, int(min(limit, int64(n))), iou, threshold)
	}
	return nil
}

// class selects boxes of one class and returns how many.
func (k suppressing) class(dst []int32, boxes, scores []float32, work []byte, limit int, iou, threshold float32) int {
	if limit <= 0 {
		return 0
	}
	all := len(scores)
	order, tmp := tensor.View[uint64](work[:8*all]), tensor.View[uint64](work[8*all:16*all])
	n := 0
	for i := all - 1; i >= 0; i-- { // equal scores come with falling indices
		if s := scores[i]; s > threshold {
			order[n] = key32(s)<<32 | uint64(^uint32(i))
			n++
		}
	}
	radixSort(order[:n], tmp[:n], 32)
	g := newBoxGrid(work[16*all:], all, min(n, limit), iou)
	count := 0
	for n--; n >= 0 && count < limit; n-- {
		i := int(^uint32(order[n]))
		b := k.corners(boxes[4*i : 4*i+4])
		if !b.empty() {
			if g.overlaps(&b, iou) {
				continue
			}
			g.add(&b)
		}
		dst[count] = int32(i)
		count++
	}
	return count
}

func (k suppressing) corners(b []float32) corners {
	var c corners
	if k.center {
		w, h := b[2]/2, b[3]/2
		c = corners{x0: b[0] - w, x1: b[0] + w, y0: b[1] - h, y1: b[1] + h}
	} else {
		c = corners{x0: min(b[1], b[3]), x1: max(b[1], b[3]), y0: min(b[0], b[2]), y1: max(b[0], b[2])}
	}
	c.area = (c.x1 - c.x0) * (c.y1 - c.y0)
	return c
}

// overlaps reports whether the intersection of two boxes, divided by their union,
// is more than iou.
func overlaps(a, b *corners, iou float32) bool {
	w, h := min(a.x1, b.x1)-max(a.x0, b.x0), min(a.y1, b.y1)-max(a.y0, b.y0)
	if !(w > 0 && h > 0) {
		return false
	}
	inter := float32(w * h)
	union := float32(a.area+b.area) - inter
	return a.area > 0 && b.area > 0 && union > 0 && inter/union > iou
}

// list writes the output.
func (m *selection) list(f *op.Frame, classes, n int) error {
	total := 0
	for _, c := range m.count {
		total += c
	}
	f.Param = append(f.Param[:0], total, 3)
	if err := f.Alloc(0, f.Param...); err != nil {
		return err
	}
	y := op.Data[int64](f.Out[0])
	for c, selected := range m.count {
		for _, box := range m.boxes[c*n : c*n+selected] {
			y[0], y[1], y[2] = int64(c/classes), int64(c%classes), int64(box)
			y = y[3:]
		}
	}
	return nil
}
