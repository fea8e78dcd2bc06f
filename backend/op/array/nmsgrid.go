package array

import (
	"math"
	"math/bits"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// A boxGrid holds boxes and finds those that a box may overlap by more than an
// IoU, in place of comparing it with all: detectors suppress thousands of boxes
// that lie all over a picture, and exporters move each class to a place of its
// own.
//
// A box is kept in the cell of its corner (x0, y0), in a grid whose cells are
// larger than the box and less than twice as large. There is a grid for each
// power of two that occurs, all in one hash table; boxes of other cells that a
// bucket holds as well cost a comparison and change nothing.
//
// The intersection of boxes whose IoU is more than t is wider than t times the
// wider one, and so with heights. So their sides differ by less than the factor
// t, which leaves out most grids, and their corners by less than 1-t of the wider
// one, which leaves out most cells.
type boxGrid struct {
	iou   float64 // without the margin
	share float32 // of the sum of two areas that is their intersection if their IoU is iou
	boxes []corners
	next  []int32 // by box: the one before it in its bucket, -1 for none
	head  []int32 // by bucket, a power of two of them: the latest box
	sizes [maxSizes]gridSize
	used  int
	wide  bool // a box has no cell: compare with all
}

// A gridSize is a grid with cells of a side of 1<<log; scale is 1 over that.
type gridSize struct {
	log         int
	scale, side float64
}

// maxSizes is how many powers of two float32 has.
const maxSizes = 280

// iouMargin makes up for the rounding of an IoU in float32.
const iouMargin = 1e-5

// maxCell bounds the numbers of cells, which then are exact.
const maxCell = 1 << 30

// gridBytes returns how much memory a grid of up to n boxes takes.
func gridBytes(n int) int { return n*int(unsafe.Sizeof(corners{})) + 4*n + 4*buckets(n) }

// buckets returns the number of buckets for n boxes.
func buckets(n int) int { return 1 << bits.Len(uint(n)) }

// newBoxGrid returns an empty grid for up to n boxes in memory for up to most.
func newBoxGrid(work []byte, most, n int, iou float32) boxGrid {
	size := int(unsafe.Sizeof(corners{}))
	ints := tensor.View[int32](work[most*size:])
	g := boxGrid{
		iou:   math.Max(0, float64(iou)-iouMargin),
		boxes: unsafe.Slice((*corners)(unsafe.Pointer(unsafe.SliceData(work))), most)[:0],
		next:  ints[:most],
		head:  ints[most:][:buckets(n)],
	}
	g.share = float32(g.iou / (1 + g.iou))
	for i := range g.head {
		g.head[i] = -1
	}
	return g
}

// empty reports whether no box can overlap b: it has no area, or is no box.
func (b *corners) empty() bool { return !(b.x1 > b.x0 && b.y1 > b.y0 && b.area > 0) }

// cell returns the cell of a coordinate.
func (s *gridSize) cell(x float64) float64 { return math.Floor(x * s.scale) }

// bucket returns where the boxes of a cell are.
func (g *boxGrid) bucket(x, y, log int) *int32 {
	h := uint32(x)*0x9e3779b1 ^ uint32(y)*0x85ebca77 ^ uint32(log)*0xc2b2ae3d
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 13
	return &g.head[h&uint32(len(g.head)-1)]
}

// add adds a box that is not empty.
func (g *boxGrid) add(b *corners) {
	i := int32(len(g.boxes))
	g.boxes = append(g.boxes, *b)
	side := max(b.x1-b.x0, b.y1-b.y0)
	_, log := math.Frexp(float64(side)) // side < 1<<log
	s := gridSize{log, math.Ldexp(1, -log), math.Ldexp(1, log)}
	x, y := s.cell(float64(b.x0)), s.cell(float64(b.y0))
	if !(side <= math.MaxFloat32 && math.Abs(x) < maxCell && math.Abs(y) < maxCell) {
		g.wide = true
		return
	}
	known := false
	for _, t := range g.sizes[:g.used] {
		known = known || t.log == log
	}
	if !known {
		g.sizes[g.used] = s
		g.used++
	}
	head := g.bucket(int(x), int(y), log)
	g.next[i], *head = *head, i
}

// overlaps reports whether b, which is not empty, overlaps a box by more than
// iou.
func (g *boxGrid) overlaps(b *corners, iou float32) bool {
	if g.wide {
		return g.overlapsAny(b, iou)
	}
	cells := 0.0
	bx, by, w, h := float64(b.x0), float64(b.y0), float64(b.x1)-float64(b.x0), float64(b.y1)-float64(b.y0)
	side := max(w, h)
	for k := range g.used {
		s := &g.sizes[k]
		if side < g.iou*s.side/2 || s.side < g.iou*side { // sides there are from s.side/2 to s.side
			continue
		}
		dx, dy := (1-g.iou)*max(w, s.side), (1-g.iou)*max(h, s.side)
		x0, y0, x1, y1 := s.cell(bx-dx), s.cell(by-dy), s.cell(bx+dx), s.cell(by+dy)
		cells += (x1 - x0 + 1) * (y1 - y0 + 1)
		if !(cells < float64(len(g.boxes)+8) && min(x0, y0) > -maxCell && max(x1, y1) < maxCell) {
			return g.overlapsAny(b, iou)
		}
		for y := int(y0); y <= int(y1); y++ {
			for x := int(x0); x <= int(x1); x++ {
				for i := *g.bucket(x, y, s.log); i >= 0; i = g.next[i] {
					if a := &g.boxes[i]; g.mayOverlap(a, b) && overlaps(b, a, iou) {
						return true
					}
				}
			}
		}
	}
	return false
}

// mayOverlap is overlaps without a division, and true in doubt.
func (g *boxGrid) mayOverlap(a, b *corners) bool {
	w, h := min(a.x1, b.x1)-max(a.x0, b.x0), min(a.y1, b.y1)-max(a.y0, b.y0)
	return w > 0 && !(w*h < g.share*(a.area+b.area))
}

// overlapsAny compares b with all boxes.
func (g *boxGrid) overlapsAny(b *corners, iou float32) bool {
	for i := range g.boxes {
		if overlaps(b, &g.boxes[i], iou) {
			return true
		}
	}
	return false
}
