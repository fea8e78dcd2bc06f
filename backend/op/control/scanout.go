package control

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A scan gathers one output of a body over the trips of a loop. Its memory grows
// by doubling and is kept from run to run.
type scan struct {
	bytes   []byte
	strings []string
	item    []int // shape of each
	shape   []int // of the whole
	n       int
}

func (s *scan) reset() { s.bytes, s.strings, s.n = s.bytes[:0], s.strings[:0], 0 }

// add appends an item of the shape of those before.
func (s *scan) add(v *op.Value, r *op.Run) error {
	if v == nil || v.Kind != graph.Tensor {
		return fmt.Errorf("%w: what a loop scans is no tensor", op.ErrType)
	}
	if s.n == 0 {
		s.item = append(s.item[:0], v.Shape...)
	} else if !slices.Equal(s.item, v.Shape) {
		return fmt.Errorf("%w: a scan of shape %v in trip %d, %v before", op.ErrShape, v.Shape, s.n, s.item)
	}
	s.n++
	if v.Type == tensor.String {
		s.strings = append(s.strings, v.Strings[:v.Len()]...)
		return nil
	}
	at, n := len(s.bytes), v.Len()*v.Type.Size()
	if r.Limits.Memory > 0 && int64(at+n) > r.Limits.Memory {
		return fmt.Errorf("%w: a scan of %d bytes, the limit is %d", op.ErrMemory, at+n, r.Limits.Memory)
	}
	if v.Contiguous() {
		s.bytes = append(s.bytes, v.Bytes[:n]...)
		return nil
	}
	s.bytes = slices.Grow(s.bytes, n)[:at+n]
	dst := op.Value{Kind: v.Kind, Type: v.Type, Shape: v.Shape, Bytes: s.bytes[at:]}
	dst.SetPlain()
	op.CopyStrided(&dst, v)
	return nil
}

// give makes the scan output i; info describes an item if there was none.
func (s *scan) give(f *op.Frame, i int, info *op.Info) error {
	y := f.Out[i]
	if y == nil {
		return nil
	}
	if s.n == 0 {
		s.item = emptyShape(s.item[:0], info)
		y.Type = info.Type
	}
	s.shape = append(append(s.shape[:0], s.n), s.item...)
	if err := f.Alloc(i, s.shape...); err != nil {
		return err
	}
	copy(y.Bytes, s.bytes)
	copy(y.Strings, s.strings)
	return nil
}

// emptyShape appends the shape of an item that never came: what is not known of
// it is 0.
func emptyShape(dst []int, info *op.Info) []int {
	for _, d := range info.Shape {
		dst = append(dst, max(d, 0))
	}
	return dst
}
