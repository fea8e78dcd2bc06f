package elementwise

import (
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A Row computes dst[i] = f(x[i], y[i], z[i]) over the storage of elements of
// the types its [Loop] names. Slices of operands it does not have are nil. dst
// may be x or y exactly. It fails on values only (a division by zero).
type Row func(dst, x, y, z []byte) error

// A Loop is the inner loop of an operator for one choice of element types.
type Loop struct {
	In  []tensor.Type // of the operands as Row takes them; the last stands for all further ones
	Out tensor.Type   // of the result as Row gives it

	Row         Row
	Left, Right Row // like Row, but x or y is one element; nil: it is repeated for Row

	// Apart says that dst must not be an operand.
	Apart bool
	// Safe says that Row may run over memory of unknown content: it neither
	// fails nor takes unusual time there.
	Safe bool
	Cost float64 // nanoseconds an element
}

// in returns the type of operand i as Row takes it.
func (l *Loop) in(i int) tensor.Type { return l.In[min(i, len(l.In)-1)] }

// Map is the loop of a function of one operand.
func Map[R, T tensor.Element](cost float64, f func(dst []R, x []T)) Loop {
	return Loop{
		In: []tensor.Type{tensor.TypeOf[T]()}, Out: tensor.TypeOf[R](), Cost: cost, Safe: true,
		Row: func(dst, x, _, _ []byte) error {
			f(tensor.View[R](dst), tensor.View[T](x))
			return nil
		},
	}
}

// MapEach is the loop of a function of one element.
func MapEach[R, T tensor.Element](cost float64, f func(T) R) Loop {
	return Map(cost, func(dst []R, x []T) {
		for i, v := range x {
			dst[i] = f(v)
		}
	})
}

// Zip is the loop of a function of two operands of one type.
func Zip[R, T tensor.Element](cost float64, f func(dst []R, x, y []T)) Loop {
	return Loop{
		In: []tensor.Type{tensor.TypeOf[T]()}, Out: tensor.TypeOf[R](), Cost: cost, Safe: true,
		Row: func(dst, x, y, _ []byte) error {
			f(tensor.View[R](dst), tensor.View[T](x), tensor.View[T](y))
			return nil
		},
	}
}

// Try is like [Zip] for a function that fails on some values.
func Try[R, T tensor.Element](cost float64, f func(dst []R, x, y []T) error) Loop {
	return Loop{
		In: []tensor.Type{tensor.TypeOf[T]()}, Out: tensor.TypeOf[R](), Cost: cost,
		Row: func(dst, x, y, _ []byte) error {
			return f(tensor.View[R](dst), tensor.View[T](x), tensor.View[T](y))
		},
	}
}

// WithScalars adds the forms with one element on the left or on the right; nil
// for none.
func WithScalars[R, T tensor.Element](l Loop, left func(dst []R, x T, y []T), right func(dst []R, x []T, y T)) Loop {
	if left != nil {
		l.Left = func(dst, x, y, _ []byte) error {
			left(tensor.View[R](dst), tensor.View[T](x)[0], tensor.View[T](y))
			return nil
		}
	}
	if right != nil {
		l.Right = func(dst, x, y, _ []byte) error {
			right(tensor.View[R](dst), tensor.View[T](x), tensor.View[T](y)[0])
			return nil
		}
	}
	return l
}

// Wide returns the type in which values of type t are computed: float32 for
// the floating-point types that Go lacks, else t itself.
func Wide(t tensor.Type) tensor.Type {
	switch t {
	case tensor.Float16, tensor.BFloat16,
		tensor.Float8E4M3FN, tensor.Float8E4M3FNUZ, tensor.Float8E5M2, tensor.Float8E5M2FNUZ,
		tensor.Float8E8M0, tensor.Float6E2M3, tensor.Float6E3M2, tensor.Float4E2M1:
		return tensor.Float32
	case tensor.Int4, tensor.Int2:
		return tensor.Int8
	case tensor.Uint4, tensor.Uint2:
		return tensor.Uint8
	}
	return t
}
