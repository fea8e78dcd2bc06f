package array_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	. "github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestTranspose: every permutation of sizes that leave odd edges, in any number of
// chunks and for every size of element, against the definition y[i...] = x[perm(i)...].
func TestTranspose(t *testing.T) {
	shape := []int{3, 17, 1, 70}
	types := []tensor.Type{tensor.Uint8, tensor.Float16, tensor.Float32, tensor.Int64, tensor.Complex128, tensor.String}
	for _, perm := range permutations(4) {
		for _, ty := range types {
			x := tensor.New(ty, shape...)
			for i := range x.Bytes() {
				x.Bytes()[i] = byte(i * 131 >> 3)
			}
			for i := range x.Strings() {
				x.Strings()[i] = string(rune('a' + i%26))
			}
			n := Node("Transpose", 13, 1, Ints("perm", perm...))
			for _, chunks := range []int{1, 2, 5} {
				m := newMachine(t, n, op.Plain, op.FromTensor(x))
				y := m.frame.Out[0]
				m.store()
				y.Strings = make([]string, len(x.Strings()))
				m.run(t, chunks)
				size := ty.Size()
				at := 0
				each(y.Shape, func(i []int) {
					from := 0
					for d, k := range i {
						from += k * m.frame.In[0].Stride[perm[d]]
					}
					if ty == tensor.String {
						require.Equal(t, x.Strings()[from], y.Strings[at], "%v %v", perm, i)
					} else if string(x.Bytes()[from*size:(from+1)*size]) != string(y.Bytes[at*size:(at+1)*size]) {
						t.Fatalf("perm %v of %v in %d chunks: element %v is wrong", perm, ty, chunks, i)
					}
					at++
				})
			}
		}
	}
}

// each calls f for all indices of a shape, in row-major order.
func each(shape []int, f func([]int)) {
	i := make([]int, len(shape))
	for {
		f(i)
		d := len(shape) - 1
		for ; d >= 0; d-- {
			if i[d]++; i[d] < shape[d] {
				break
			}
			i[d] = 0
		}
		if d < 0 {
			return
		}
	}
}

func permutations(n int) [][]int64 {
	if n == 0 {
		return [][]int64{nil}
	}
	var all [][]int64
	for _, p := range permutations(n - 1) {
		for i := range n {
			q := append(append(append([]int64{}, p[:i]...), int64(n-1)), p[i:]...)
			all = append(all, q)
		}
	}
	return all
}
