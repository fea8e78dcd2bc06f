package math

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// clip is Clip: min(hi, max(lo, x)). The bounds are attributes up to version 6,
// scalar inputs, each optional, from version 11 on. NaN passes; hi wins where
// lo is above it.
type clip struct {
	elementwise.Op
	attrs  bool
	lo, hi float32 // attributes
}

func newClip(n *graph.Node) (op.Op, error) {
	c := &clip{attrs: n.Version < 11}
	if c.attrs {
		c.lo, c.hi = n.Float("min", -math.MaxFloat32), n.Float("max", math.MaxFloat32)
	}
	c.Arity = 3
	c.Loop = c.loop
	return c, nil
}

func (c *clip) Infer(in, out []op.Info) error {
	if len(in) == 0 || len(in) > 3 || c.attrs && len(in) != 1 {
		return fmt.Errorf("%w: %d inputs", op.ErrInput, len(in))
	}
	for i := 1; i < len(in); i++ {
		if !in[i].Present() {
			continue
		}
		if in[i].Type != in[0].Type {
			return fmt.Errorf("%w: input is %v but bound is %v", op.ErrType, in[0].Type, in[i].Type)
		}
		if n := in[i].Len(); op.Known(n) && n != 1 {
			return fmt.Errorf("%w: bound has %d elements, want 1", op.ErrShape, n)
		}
	}
	if !in[0].Present() {
		return fmt.Errorf("%w: no input", op.ErrInput)
	}
	out[0].Like(in[0].Type, &in[0])
	if x := elementwise.Ints(&in[0]); x != nil && len(in) > 1 {
		for _, v := range x {
			if in[1].Present() {
				v = maxInts(v, bound(&in[1]))
			}
			if len(in) > 2 && in[2].Present() {
				v = minInts(v, bound(&in[2]))
			}
			out[0].Ints = append(out[0].Ints, v)
		}
	}
	return nil
}

// bound returns a bound's value as far as it is known.
func bound(x *op.Info) int {
	if v := elementwise.Ints(x); len(v) == 1 {
		return v[0]
	}
	return op.Unknown
}

// Layouts accepts any order of the input; bounds are scalars.
func (c *clip) Layouts(in []op.Info) []op.Signature {
	s := elementwise.Layouts(in[:1], 1)
	for i := range s {
		s[i].In = append(s[i].In, make([]op.Order, len(in)-1)...)
	}
	return s
}

func (c *clip) loop(s *kernels.Set, in []op.Info) (elementwise.Loop, error) {
	switch elementwise.Wide(in[0].Type) {
	case tensor.Float32:
		if lo, hi, ok := constantBounds(c, in); ok {
			return elementwise.Map(0.2, func(dst, x []float32) { s.Clip(dst, x, lo, hi) }), nil
		}
		return clipLoop[float32](), nil
	case tensor.Float64:
		return clipAttrs[float64](c), nil
	case tensor.Int8:
		return clipInts[int8](in), nil
	case tensor.Int16:
		return clipInts[int16](in), nil
	case tensor.Int32:
		return clipInts[int32](in), nil
	case tensor.Int64:
		return clipInts[int64](in), nil
	case tensor.Uint8:
		return clipInts[uint8](in), nil
	case tensor.Uint16:
		return clipInts[uint16](in), nil
	case tensor.Uint32:
		return clipInts[uint32](in), nil
	case tensor.Uint64:
		return clipInts[uint64](in), nil
	}
	return elementwise.Loop{}, elementwise.Unsupported(in[0].Type)
}

// constantBounds returns the bounds as float32 if they are known beforehand.
func constantBounds(c *clip, in []op.Info) (lo, hi float32, ok bool) {
	if c.attrs {
		return c.lo, c.hi, true
	}
	bounds := [2]float32{float32(math.Inf(-1)), float32(math.Inf(1))}
	for i := 1; i < len(in); i++ {
		if !in[i].Present() {
			continue
		}
		if in[i].Const == nil {
			return 0, 0, false
		}
		x, err := tensor.Convert(tensor.Float32, in[i].Const, tensor.ConvertOptions{})
		if err != nil {
			return 0, 0, false
		}
		bounds[i-1] = tensor.Data[float32](x)[0]
	}
	return bounds[0], bounds[1], true
}

// clipInts clips integers, to constants in one pass.
func clipInts[T integer](in []op.Info) elementwise.Loop {
	lo, hi := lowest[T](), ^lowest[T]()
	for i := 1; i < len(in); i++ {
		if !in[i].Present() {
			continue
		}
		if in[i].Const == nil {
			return clipLoop[T]()
		}
		if v := tensor.Data[T](in[i].Const)[0]; i == 1 {
			lo = v
		} else {
			hi = v
		}
	}
	if unsafe.Sizeof(lo) == 1 { // bytes are not moved by condition, words are
		lo, hi := int32(lo), int32(hi)
		return elementwise.Map(0.4, func(dst, x []T) {
			for i, v := range x[:len(dst)] {
				dst[i] = T(min(max(int32(v), lo), hi))
			}
		})
	}
	return elementwise.Map(0.4, func(dst, x []T) {
		for i, v := range x[:len(dst)] {
			dst[i] = min(max(v, lo), hi)
		}
	})
}

// clipAttrs clips to attributes, or to the bounds that are inputs.
func clipAttrs[T float32 | float64](c *clip) elementwise.Loop {
	if !c.attrs {
		return clipLoop[T]()
	}
	return elementwise.MapEach(1, func(x T) T { return min(T(c.hi), max(T(c.lo), x)) })
}

// clipLoop clips rows to rows of bounds, either of which may be missing.
func clipLoop[T number]() elementwise.Loop {
	t := tensor.TypeOf[T]()
	return elementwise.Loop{In: []tensor.Type{t, t, t}, Out: t, Cost: 1, Row: func(dst, x, lo, hi []byte) error {
		d, v := tensor.View[T](dst), tensor.View[T](x)
		copy(d, v)
		for i, b := range tensor.View[T](lo) {
			if d[i] < b {
				d[i] = b
			}
		}
		for i, b := range tensor.View[T](hi) {
			if d[i] > b {
				d[i] = b
			}
		}
		return nil
	}}
}
