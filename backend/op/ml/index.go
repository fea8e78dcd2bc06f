package ml

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// An index finds the position of a value in a list of keys. Floats are equal as
// numbers, and any NaN is any other; of equal keys the last one counts.
type index struct {
	strings map[string]int32
	numbers map[uint64]int32 // by bits
}

// newIndex returns an index of the elements of a tensor.
func newIndex(keys *tensor.Tensor) index {
	v := op.FromTensor(keys)
	x := index{}
	if keys.Type() == tensor.String {
		x.strings = make(map[string]int32, len(v.Strings))
		for i, s := range v.Strings {
			x.strings[s] = int32(i)
		}
		return x
	}
	x.numbers = make(map[uint64]int32, v.Len())
	for i := range v.Len() {
		x.numbers[bitsAt(v, i)] = int32(i)
	}
	return x
}

// find returns the position of element i of v, -1 if it is no key.
func (x *index) find(v *op.Value, i int) int {
	var at int32
	var ok bool
	if v.Type == tensor.String {
		at, ok = x.strings[v.Strings[i]]
	} else {
		at, ok = x.numbers[bitsAt(v, i)]
	}
	if !ok {
		return -1
	}
	return int(at)
}

// bitsAt returns an element as bits that are equal for equal elements.
func bitsAt(v *op.Value, i int) uint64 {
	switch v.Type {
	case tensor.Int16:
		return uint64(op.Data[int16](v)[i])
	case tensor.Int32:
		return uint64(op.Data[int32](v)[i])
	case tensor.Int64:
		return uint64(op.Data[int64](v)[i])
	case tensor.Float32:
		return floatBits(float64(op.Data[float32](v)[i]))
	}
	return floatBits(op.Data[float64](v)[i])
}

func floatBits(x float64) uint64 {
	switch {
	case x != x:
		return math.Float64bits(math.NaN())
	case x == 0:
		return 0 // -0 too
	}
	return math.Float64bits(x)
}
