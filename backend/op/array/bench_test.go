package array_test

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op"
	. "github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// BenchmarkMove measures copies in bytes written, on one core.
func BenchmarkMove(b *testing.B) {
	words := make([]int64, 4096)
	for i := range words {
		words[i] = int64(i * 7919 % 30000)
	}
	for _, c := range []struct {
		name string
		node *graph.Node
		in   []*tensor.Tensor
	}{
		{"transpose 1024x1024", Node("Transpose", 13, 1), []*tensor.Tensor{iota32(1024, 1024)}},
		{"transpose heads", Node("Transpose", 13, 1, Ints("perm", 0, 2, 1, 3)), []*tensor.Tensor{iota32(4, 128, 12, 64)}},
		{"transpose keys", Node("Transpose", 13, 1, Ints("perm", 0, 2, 3, 1)), []*tensor.Tensor{iota32(4, 128, 12, 64)}},
		{"image to NHWC", Node("Transpose", 13, 1, Ints("perm", 0, 2, 3, 1)), []*tensor.Tensor{iota32(1, 3, 512, 512)}},
		{"concat", Node("Concat", 13, 2, Int("axis", 1)), []*tensor.Tensor{iota32(256, 1000), iota32(256, 1000)}},
		{"slice every other", Node("Slice", 1, 1, Ints("starts", 0, 0), Ints("ends", 999, 999)), []*tensor.Tensor{iota32(1000, 1000)}},
		{"gather rows of 64", Node("Gather", 13, 2), []*tensor.Tensor{iota32(30000, 64), tensor.Of(words, len(words))}},
		{"pad", Node("Pad", 2, 1, Ints("pads", 0, 0, 1, 1, 0, 0, 1, 1)), []*tensor.Tensor{iota32(1, 64, 112, 112)}},
		{"tile", Node("Tile", 13, 2), []*tensor.Tensor{iota32(64, 256), int64s(8, 4)}},
		{"depth to space", Node("DepthToSpace", 13, 1, Int("blocksize", 2)), []*tensor.Tensor{iota32(1, 256, 64, 64)}},
		{"topk 100 of 8400", outputs(Node("TopK", 11, 2), 2), []*tensor.Tensor{scattered(80, 8400), int64s(100)}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var in []*op.Value
			for _, v := range c.in {
				in = append(in, op.FromTensor(v))
			}
			m := newMachine(b, c.node, op.Plain, in...)
			m.store()
			b.SetBytes(int64(len(m.frame.Out[0].Bytes)))
			for b.Loop() {
				m.run(b, 0)
			}
		})
	}
}

// scattered returns numbers in no order.
func scattered(shape ...int) *tensor.Tensor {
	x := iota32(shape...)
	for i := range tensor.Data[float32](x) {
		tensor.Data[float32](x)[i] = float32(uint32(i) * 2654435761)
	}
	return x
}
