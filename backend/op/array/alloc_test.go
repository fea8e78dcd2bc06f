package array_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	. "github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestAllocations: after the first time, neither inferring nor resolving nor
// running allocates.
func TestAllocations(t *testing.T) {
	x, image := iota32(6, 8), iota32(2, 4, 6, 6)
	index := tensor.Of([]int64{1, 0, 2, 3}, 2, 2)
	for _, c := range []struct {
		node *graph.Node
		in   []*tensor.Tensor
	}{
		{Node("Reshape", 14, 2), []*tensor.Tensor{x, int64s(8, -1)}},
		{Node("Transpose", 13, 1), []*tensor.Tensor{image}},
		{outputs(Node("Split", 13, 2), 2), []*tensor.Tensor{x, int64s(2, 4)}},
		{Node("Concat", 13, 2, Int("axis", 0)), []*tensor.Tensor{x, x}},
		{Node("Slice", 13, 5), []*tensor.Tensor{x, int64s(-1), int64s(-9), int64s(0), int64s(-1)}},
		{Node("Expand", 13, 2), []*tensor.Tensor{x, int64s(2, 1, 1)}},
		{Node("Tile", 13, 2), []*tensor.Tensor{image, int64s(2, 1, 3, 1)}},
		{Node("Gather", 13, 2), []*tensor.Tensor{x, index}},
		{Node("GatherElements", 13, 2), []*tensor.Tensor{x, index}},
		{Node("GatherND", 13, 2), []*tensor.Tensor{x, index}},
		{Node("ScatterElements", 18, 3, Str("reduction", "add")), []*tensor.Tensor{x, index, iota32(2, 2)}},
		{Node("ScatterND", 18, 3), []*tensor.Tensor{x, index, iota32(2)}},
		{Node("Pad", 13, 2), []*tensor.Tensor{image, int64s(0, 0, 1, 1, 0, 0, 1, 1)}},
		{Node("OneHot", 11, 3), []*tensor.Tensor{index, tensor.Scalar(int64(5)), int64s(0, 1)}},
		{outputs(Node("TopK", 11, 2), 2), []*tensor.Tensor{x, int64s(3)}},
		{outputs(Node("Unique", 11, 1), 4), []*tensor.Tensor{x}},
		{Node("NonZero", 13, 1), []*tensor.Tensor{x}},
		{Node("Compress", 11, 2, Int("axis", 0)), []*tensor.Tensor{x, tensor.Of([]bool{true, false, true}, 3)}},
		{Node("Range", 11, 3), []*tensor.Tensor{tensor.Scalar(float32(0)), tensor.Scalar(float32(9)), tensor.Scalar(float32(2))}},
		{Node("DepthToSpace", 13, 1, Int("blocksize", 2)), []*tensor.Tensor{image}},
		{Node("ReverseSequence", 10, 2), []*tensor.Tensor{x, int64s(1, 2, 3, 4, 5, 6, 1, 2)}},
		{Node("Trilu", 14, 1), []*tensor.Tensor{x}},
		{Node("Shape", 15, 1), []*tensor.Tensor{x}},
		{Node("ConstantOfShape", 9, 1), []*tensor.Tensor{int64s(3, 4)}},
		{Node("NonMaxSuppression", 11, 3), []*tensor.Tensor{iota32(1, 6, 4), iota32(1, 2, 6), int64s(3)}},
		{Node("Col2Im", 18, 3), []*tensor.Tensor{iota32(1, 4, 4), int64s(3, 3), int64s(2, 2)}},
	} {
		var in []*op.Value
		for _, v := range c.in {
			in = append(in, op.FromTensor(v))
		}
		m := newMachine(t, c.node, op.Plain, in...)
		m.store()
		step := func() {
			for i := range m.frame.OutInfo {
				m.frame.OutInfo[i].Clear()
			}
			m.infer(t)
			m.frame.Phases = append(m.frame.Phases[:0], op.Phase{Chunks: 1})
			if err := m.kernel.Resolve(m.frame); err != nil {
				t.Fatal(err)
			}
			if m.frame.Workers == nil {
				m.frame.Workers = [][]byte{tensor.Alloc(m.frame.Scratch)}
			}
			for p := range m.frame.Phases {
				for ch := range m.frame.Phases[p].Chunks {
					if err := m.kernel.Run(m.frame, p, ch, 0); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		step()
		require.Zero(t, testing.AllocsPerRun(20, step), c.node.Op)
	}
}
