package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// indices reads an int32 or int64 tensor as positions along an axis.
type indices struct {
	narrow []int32
	wide   []int64
}

func indicesOf(v *op.Value) indices {
	if v.Type == tensor.Int32 {
		return indices{narrow: op.Data[int32](v)}
	}
	return indices{wide: op.Data[int64](v)}
}

// value returns element i as it is.
func (x indices) value(i int) int64 {
	if x.wide != nil {
		return x.wide[i]
	}
	return int64(x.narrow[i])
}

// at returns element i as a position in 0..n-1, counted from the end where it is
// negative; -1 if it is out of range.
func (x indices) at(i, n int) int {
	v := x.value(i)
	if v < 0 {
		v += int64(n)
	}
	if uint64(v) >= uint64(n) {
		return -1
	}
	return int(v)
}

// outOfRange is the error for an index that at refuses.
func (x indices) outOfRange(i, n int) error {
	return fmt.Errorf("%w: index %d is %d, size of the axis is %d", op.ErrInput, i, x.value(i), n)
}

// checkIndices reports an input that is no int32 or int64 tensor.
func checkIndices(x *op.Info, name string) error {
	if x.Type != tensor.Int32 && x.Type != tensor.Int64 {
		return fmt.Errorf("%w: %s is %v, not int32 or int64", op.ErrType, name, x.Type)
	}
	return nil
}
