package logic

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// newBitwise parses BitwiseAnd, BitwiseOr and BitwiseXor. Signs do not matter:
// integers of a size share a loop.
func newBitwise(n *graph.Node) (op.Op, error) {
	name := n.Op
	return &elementwise.Op{Arity: 2, Loop: func(_ *kernels.Set, in []op.Info) (elementwise.Loop, error) {
		return bits(in[0].Type, zipBits[uint8](name), zipBits[uint16](name), zipBits[uint32](name), zipBits[uint64](name))
	}}, nil
}

func zipBits[T interface {
	unsigned
	tensor.Element
}](name string) elementwise.Loop {
	switch name {
	case "BitwiseAnd":
		return elementwise.Zip(0.5, and[T])
	case "BitwiseOr":
		return elementwise.Zip(0.5, or[T])
	}
	return elementwise.Zip(0.5, xor[T])
}

func newBitwiseNot(*graph.Node) (op.Op, error) {
	return &elementwise.Op{Arity: 1, Loop: func(_ *kernels.Set, in []op.Info) (elementwise.Loop, error) {
		return bits(in[0].Type, not[uint8](), not[uint16](), not[uint32](), not[uint64]())
	}}, nil
}

func not[T interface {
	unsigned
	tensor.Element
}]() elementwise.Loop {
	return elementwise.MapEach(0.5, func(x T) T { return ^x })
}

// bits returns the loop for an integer type's size, as one of that type.
func bits(t tensor.Type, l8, l16, l32, l64 elementwise.Loop) (elementwise.Loop, error) {
	var l elementwise.Loop
	switch t {
	case tensor.Int8, tensor.Uint8:
		l = l8
	case tensor.Int16, tensor.Uint16:
		l = l16
	case tensor.Int32, tensor.Uint32:
		l = l32
	case tensor.Int64, tensor.Uint64:
		l = l64
	default:
		return l, elementwise.Unsupported(t)
	}
	l.In, l.Out = []tensor.Type{t}, t
	return l, nil
}

// newBitShift parses BitShift. The sign of a number moves in from the left; a
// shift by the size of the type or more, or by a negative number, leaves nothing
// but signs.
func newBitShift(n *graph.Node) (op.Op, error) {
	left := false
	switch d := n.Str("direction", ""); d {
	case "LEFT":
		left = true
	case "RIGHT":
	default:
		return nil, fmt.Errorf("%w: direction is %q, want LEFT or RIGHT", op.ErrAttr, d)
	}
	return &elementwise.Op{Arity: 2, Loop: func(_ *kernels.Set, in []op.Info) (elementwise.Loop, error) {
		switch in[0].Type {
		case tensor.Int8:
			return shift[int8](left), nil
		case tensor.Int16:
			return shift[int16](left), nil
		case tensor.Int32:
			return shift[int32](left), nil
		case tensor.Int64:
			return shift[int64](left), nil
		case tensor.Uint8:
			return shift[uint8](left), nil
		case tensor.Uint16:
			return shift[uint16](left), nil
		case tensor.Uint32:
			return shift[uint32](left), nil
		case tensor.Uint64:
			return shift[uint64](left), nil
		}
		return elementwise.Loop{}, elementwise.Unsupported(in[0].Type)
	}}, nil
}

func shift[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](left bool) elementwise.Loop {
	return elementwise.Zip(1, func(dst, x, y []T) {
		for i := range dst {
			if by := uint64(y[i]); left { // beyond any size if negative
				dst[i] = x[i] << by
			} else {
				dst[i] = x[i] >> by
			}
		}
	})
}
