package op

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Unknown is a dim, or an element of Info.Ints, of which nothing is known.
// Smaller numbers are symbols: equal symbols are equal sizes.
const Unknown = -1 << 30

// Known reports whether a dim or integer is a number and not a symbol. A known
// dim is never negative; a known integer is any number above [Unknown].
func Known(d int) bool { return d > Unknown }

// Order is an order of a tensor's elements in memory. Shapes and strides are in
// ONNX order whatever it is.
type Order uint8

const (
	// Plain is row-major.
	Plain Order = iota
	// ChannelsLast has the channels (dim 1 of at least 3) next to each other:
	// stride 1 for them, a pixel stride ld >= C for the last spatial dim.
	ChannelsLast
)

// An Info is what is known of a value before it exists.
type Info struct {
	Kind   graph.Kind // Absent for an omitted input
	Elem   *Info      // of a sequence's or optional's items, of a map's values
	Key    tensor.Type
	Type   tensor.Type
	Ranked bool  // Shape is meaningful
	Shape  []int // known sizes, or symbols

	// Const is the value itself where it is constant or where Infer may look
	// at it (see [Reader]). Ints is the value of a small integer tensor of rank
	// 0 or 1, with symbols in it, nil where nothing is known of it.
	Const *tensor.Tensor
	Ints  []int

	Order Order
}

// Present reports whether the value is there: an input not omitted.
func (x *Info) Present() bool { return x.Kind != graph.Absent }

// Rank returns the number of dims, -1 where unknown.
func (x *Info) Rank() int {
	if !x.Ranked {
		return -1
	}
	return len(x.Shape)
}

// Static reports whether every dim is known.
func (x *Info) Static() bool {
	return x.Ranked && !slices.ContainsFunc(x.Shape, func(d int) bool { return d < 0 })
}

// Len returns the number of elements; Unknown unless every dim is known.
func (x *Info) Len() int {
	if !x.Static() {
		return Unknown
	}
	n := 1
	for _, d := range x.Shape {
		n *= d
	}
	return n
}

// Clear empties x and keeps its slices' memory.
func (x *Info) Clear() {
	shape, ints := x.Shape[:0], x.Ints[:0]
	*x = Info{Shape: shape, Ints: ints}
}

// Tensor makes x a ranked tensor; shape is copied into memory x keeps.
func (x *Info) Tensor(t tensor.Type, shape ...int) {
	x.Kind, x.Type, x.Ranked = graph.Tensor, t, true
	x.Shape = append(x.Shape[:0], shape...)
}

// TensorOfRank makes x a tensor of n unknown dims; of unknown rank if n < 0.
func (x *Info) TensorOfRank(t tensor.Type, n int) {
	x.Kind, x.Type, x.Ranked = graph.Tensor, t, n >= 0
	x.Shape = x.Shape[:0]
	for range n {
		x.Shape = append(x.Shape, Unknown)
	}
}

// Like makes x a tensor of y's shape (or unknown rank) and type t.
func (x *Info) Like(t tensor.Type, y *Info) {
	x.Kind, x.Type, x.Ranked = graph.Tensor, t, y.Ranked
	x.Shape = append(x.Shape[:0], y.Shape...)
}

// Copy makes x all that y is, but constant.
func (x *Info) Copy(y *Info) {
	x.Kind, x.Elem, x.Key, x.Type, x.Ranked = y.Kind, y.Elem, y.Key, y.Type, y.Ranked
	x.Shape = append(x.Shape[:0], y.Shape...)
}

// SequenceOf makes x a sequence of elem.
func (x *Info) SequenceOf(elem Info) { x.Kind, x.Elem = graph.Sequence, &elem }

// OptionalOf makes x an optional of elem.
func (x *Info) OptionalOf(elem Info) { x.Kind, x.Elem = graph.Optional, &elem }

// Axis returns an axis in 0..rank-1 for one that may be negative.
func (x *Info) Axis(axis int) (int, error) { return Axis(axis, len(x.Shape)) }

// Axis returns an axis in 0..rank-1 for one that may be negative.
func Axis(axis, rank int) (int, error) {
	if axis < -rank || axis >= rank {
		return 0, fmt.Errorf("%w: axis is %d, rank is %d", ErrAttr, axis, rank)
	}
	if axis < 0 {
		axis += rank
	}
	return axis, nil
}

// Integers returns the value of an integer tensor of rank 0 or 1 where all of
// it is known: from Const, or from Ints if they hold no symbol.
func (x *Info) Integers() ([]int, bool) {
	if x.Const != nil && x.Ints == nil {
		x.Ints = AppendInts(nil, x.Const)
	}
	if x.Ints == nil || len(x.Ints) == 0 && x.Len() != 0 {
		return nil, false
	}
	for _, v := range x.Ints {
		if !Known(v) {
			return nil, false
		}
	}
	return x.Ints, true
}

// AppendInts appends the elements of an int32 or int64 tensor, cut to the range
// in which they are numbers and not symbols; nil for any other type.
func AppendInts(dst []int, t *tensor.Tensor) []int {
	if dst == nil {
		dst = make([]int, 0, t.Len())
	}
	switch t.Type() {
	case tensor.Int64:
		for _, v := range tensor.View[int64](t.Bytes()) {
			dst = append(dst, clampInt(v))
		}
	case tensor.Int32:
		for _, v := range tensor.View[int32](t.Bytes()) {
			dst = append(dst, clampInt(int64(v)))
		}
	default:
		return nil
	}
	return dst
}

func clampInt(v int64) int { return int(max(Unknown+1, min(v, math.MaxInt/2))) }

// String formats like float32[N 3 224 224], with ? for unknown dims.
func (x *Info) String() string {
	switch x.Kind {
	case graph.Absent:
		return "-"
	case graph.Sequence, graph.Optional:
		name := map[graph.Kind]string{graph.Sequence: "seq", graph.Optional: "optional"}[x.Kind]
		if x.Elem == nil {
			return name
		}
		return name + "(" + x.Elem.String() + ")"
	case graph.Map:
		return "map"
	}
	if !x.Ranked {
		return x.Type.String() + "[...]"
	}
	var b strings.Builder
	b.WriteString(x.Type.String() + "[")
	for i, d := range x.Shape {
		if i > 0 {
			b.WriteByte(' ')
		}
		switch {
		case d >= 0:
			fmt.Fprint(&b, d)
		case d == Unknown:
			b.WriteByte('?')
		default:
			fmt.Fprintf(&b, "s%d", Unknown-d)
		}
	}
	b.WriteByte(']')
	return b.String()
}
