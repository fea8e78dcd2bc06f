package op

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/sardonyx-go/sardonyx/graph"
)

// MaxValue is the largest size of a value, in bytes: 2 TiB, or 1 GiB where an
// int has 32 bits. What is larger is a mistake in a shape, and sums of a few
// such sizes must not overflow.
const MaxValue = math.MaxInt >> (21*(bits.UintSize/64) + 1)

// Fits reports a tensor of known shape that takes more bytes than limit. A dim
// of 0 counts as 1, as it does in strides.
func (x *Info) Fits(limit int) error {
	if x.Kind != graph.Tensor || !x.Static() {
		return nil
	}
	n := max(1, x.Type.Size())
	for _, d := range x.Shape {
		if d > limit/n {
			return fmt.Errorf("%w: an output of shape %v is larger than %d bytes", ErrMemory, x.Shape, limit)
		}
		n *= max(d, 1)
	}
	return nil
}
