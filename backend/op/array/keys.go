package array

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A keyer writes, for n elements of x from one on at a stride, numbers whose
// order is that of the elements: -0 equals 0, and NaN is above all else. Keys of
// types of up to 4 bytes fit 32 bits.
type keyer func(dst []uint64, x *op.Value, from, stride int)

// keyerOf returns the keyer of an element type; nil if it has no order.
func keyerOf(t tensor.Type) keyer {
	switch t {
	case tensor.Bool, tensor.Uint8:
		return keys(func(v uint8) uint64 { return uint64(v) })
	case tensor.Uint16:
		return keys(func(v uint16) uint64 { return uint64(v) })
	case tensor.Uint32:
		return keys(func(v uint32) uint64 { return uint64(v) })
	case tensor.Uint64:
		return keys(func(v uint64) uint64 { return v })
	case tensor.Int8:
		return keys(func(v int8) uint64 { return uint64(uint8(v) ^ 1<<7) })
	case tensor.Int16:
		return keys(func(v int16) uint64 { return uint64(uint16(v) ^ 1<<15) })
	case tensor.Int32:
		return keys(func(v int32) uint64 { return uint64(uint32(v) ^ 1<<31) })
	case tensor.Int64:
		return keys(func(v int64) uint64 { return uint64(v) ^ 1<<63 })
	case tensor.Float32:
		return float32Keys
	case tensor.Float64:
		return keys(key64)
	case tensor.Float16:
		return keys(func(v tensor.F16) uint64 { return key32(v.Float32()) })
	case tensor.BFloat16:
		return keys(func(v tensor.BF16) uint64 { return key32(v.Float32()) })
	}
	return nil
}

func keys[T tensor.Element](key func(T) uint64) keyer {
	return func(dst []uint64, x *op.Value, from, stride int) {
		s := op.Data[T](x)
		for i := range dst {
			dst[i] = key(s[from+i*stride])
		}
	}
}

func float32Keys(dst []uint64, x *op.Value, from, stride int) {
	s := op.Data[float32](x)
	for i := range dst {
		dst[i] = key32(s[from+i*stride])
	}
}

// key32 flips the sign of positive numbers and all bits of negative ones.
func key32(v float32) uint64 {
	b := math.Float32bits(v + 0) // -0 + 0 is 0
	if v != v {
		return math.MaxUint32
	}
	return uint64(b ^ uint32(int32(b)>>31) | ^b&(1<<31))
}

func key64(v float64) uint64 {
	b := math.Float64bits(v + 0)
	if v != v {
		return math.MaxUint64
	}
	return b ^ uint64(int64(b)>>63) | ^b&(1<<63)
}
