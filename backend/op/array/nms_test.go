package array

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// plainSuppression is NonMaxSuppression of one class as it is defined: the best
// box that is left, compared with all that have been selected.
func plainSuppression(boxes, scores []float32, limit int, iou, threshold float32) []int64 {
	var selected []int64
	var kept []corners
	done := make([]bool, len(scores))
	for len(kept) < limit {
		best := -1
		for i, s := range scores {
			if !done[i] && s > threshold && (best < 0 || s > scores[best]) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		done[best] = true
		b := suppressing{}.corners(boxes[4*best : 4*best+4])
		hit := false
		for i := range kept {
			hit = hit || overlaps(&b, &kept[i], iou)
		}
		if !hit {
			kept = append(kept, b)
			selected = append(selected, 0, 0, int64(best))
		}
	}
	return selected
}

// Boxes of any sizes and places, also of none, give what comparing all pairs
// gives: the grid leaves nothing out.
func TestNonMaxSuppressionGrid(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		n := 1 + r.IntN(1500)
		span, large := float32(math.Ldexp(1, r.IntN(14)-3)), r.IntN(12)
		boxes, scores := make([]float32, 4*n), make([]float32, n)
		for i := range n {
			side := float32(math.Ldexp(1, r.IntN(large+1)-large/2))
			y, x := (r.Float32()-0.5)*span, (r.Float32()-0.5)*span
			copy(boxes[4*i:], []float32{y, x, y + r.Float32()*side, x + r.Float32()*side})
			scores[i] = float32(r.IntN(n)) / 8
			if seed%4 == 3 && r.IntN(50) == 0 {
				boxes[4*i+r.IntN(4)] = []float32{inf, -inf, nan, 3e38, -3e38, 1e-45, 1e12}[r.IntN(7)]
			}
		}
		limit, iou, threshold := 1+r.IntN(2*n), []float32{0, 0.3, 0.55, 0.9, 1, -1}[r.IntN(6)], []float32{-1, 10}[r.IntN(2)]
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			node := &graph.Node{Op: "NonMaxSuppression", Version: 11, Outputs: []graph.ValueID{1}}
			o, err := newNonMaxSuppression(node)
			require.NoError(t, err)
			in := []*op.Value{
				op.FromTensor(tensor.Of(boxes, 1, n, 4)), op.FromTensor(tensor.Of(scores, 1, 1, n)),
				op.FromTensor(tensor.Of([]int64{int64(limit)}, 1)),
				op.FromTensor(tensor.Of([]float32{iou}, 1)), op.FromTensor(tensor.Of([]float32{threshold}, 1)),
			}
			out, err := op.Evaluate(context.Background(), op.NewEnv(node), o, in)
			require.NoError(t, err)
			want := plainSuppression(boxes, scores, limit, iou, threshold)
			require.Equal(t, len(want), out[0].Len())
			if len(want) > 0 {
				require.Equal(t, want, op.Data[int64](out[0]))
			}
		})
	}
}

// Keys of both halves and of few digits come out sorted, equal ones by the lower
// half.
func TestRadixSort(t *testing.T) {
	for _, n := range []int{0, 1, 7, radixFrom - 1, radixFrom, 5000} {
		for _, mask := range []uint64{math.MaxUint64, 0xff << 32, 0x800000ff << 32, 0} {
			r := rand.New(rand.NewPCG(1, 2))
			e := make([]uint64, n)
			for i := range e {
				e[i] = r.Uint64()&mask&^math.MaxUint32 | uint64(i)
			}
			radixSort(e, make([]uint64, n), 32)
			require.IsNonDecreasing(t, append([]uint64{0}, e...))
		}
	}
}
