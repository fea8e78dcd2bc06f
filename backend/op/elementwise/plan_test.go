package elementwise

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

func value(shape ...int) *op.Value {
	v := &op.Value{Kind: graph.Tensor, Type: tensor.Float32, Shape: shape}
	v.SetPlain()
	return v
}

func channelsLast(ld int, shape ...int) *op.Value {
	v := value(shape...)
	v.SetChannelsLast(ld)
	return v
}

// TestMerge protects speed: tensors of one shape are one row, whatever their
// order, and an operand of channels is a row of pixels in channels-last order
// and a repeated element of planes in plain order.
func TestMerge(t *testing.T) {
	for _, c := range []struct {
		name  string
		out   *op.Value
		in    []*op.Value
		lanes int
		dims  []int
		steps []int // of the row, by operand
	}{
		{"same shape", value(2, 3, 4, 5), []*op.Value{value(2, 3, 4, 5), value(2, 3, 4, 5)}, 0, []int{120}, []int{1, 1, 1}},
		{"scalar", value(2, 3, 4, 5), []*op.Value{value(2, 3, 4, 5), value()}, 0, []int{120}, []int{1, 1, 0}},
		{"channels, plain", value(2, 3, 4, 5), []*op.Value{value(2, 3, 4, 5), value(3, 1, 1)}, 0, []int{2, 3, 20}, []int{1, 1, 0}},
		{"last dim", value(2, 3, 4, 5), []*op.Value{value(2, 3, 4, 5), value(5)}, 0, []int{24, 5}, []int{1, 1, 1}},
		{"outer product", value(4, 5), []*op.Value{value(4, 1), value(5)}, 0, []int{4, 5}, []int{1, 0, 1}},
		{"channels-last", channelsLast(16, 2, 16, 4, 5), []*op.Value{channelsLast(16, 2, 16, 4, 5), value(16, 1, 1)}, 0, []int{40, 16}, []int{1, 1, 1}},
		{"gaps", channelsLast(16, 2, 11, 4, 5), []*op.Value{channelsLast(16, 2, 11, 4, 5)}, 0, []int{40, 11}, []int{1, 1}},
		{"gaps computed", channelsLast(16, 2, 11, 4, 5), []*op.Value{channelsLast(16, 2, 11, 4, 5)}, 16, []int{640}, []int{1, 1}},
		{"scalar result", value(), []*op.Value{value(), value(1, 1)}, 0, []int{1}, []int{1, 1, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p Plan
			p.Set(c.out, c.in, 0, c.lanes)
			require.Equal(t, c.dims, p.dims)
			for k, s := range c.steps {
				require.Equal(t, s, p.step(k), "operand %d", k)
			}
		})
	}
}

// TestCursor protects division into chunks: any parts, one after the other,
// visit every element once, in every operand.
func TestCursor(t *testing.T) {
	out, x, y := value(3, 4, 5, 2), value(3, 1, 5, 1), value(4, 1, 2)
	var p Plan
	p.Set(out, []*op.Value{x, y}, 0, 0)
	for _, part := range []int{1, 3, 7, 64, 120} {
		next := 0
		for lo := 0; lo < p.Len; lo += part {
			for c := p.Range(lo, min(lo+part, p.Len)); c.Next(); {
				for i := range c.N {
					at := c.At[0] + i*p.step(0)
					require.Equal(t, next, at)
					n, h, w, l := at/40, at/10%4, at/2%5, at%2
					require.Equal(t, n*5+w, c.At[1]+i*p.step(1))
					require.Equal(t, h*2+l, c.At[2]+i*p.step(2))
					next++
				}
			}
		}
		require.Equal(t, p.Len, next)
	}
}
