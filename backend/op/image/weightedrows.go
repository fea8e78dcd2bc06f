package image

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// rowsPlan is how channels-last images are sampled in both of their dims at
// once: a chunk computes some rows of the output, and samples the rows of the
// input along their length when it first needs them. It keeps as many as the
// weights of an output row span. The operations are those of the passes.
type rowsPlan struct {
	use    bool
	ring   int // sampled rows that are kept
	chunk  int // output rows of a chunk
	chunks int // of an image
}

// maxRing bounds the memory of sampled rows, and maxTaps the weights of one.
const (
	maxRing = 8
	maxTaps = 64
)

// planRows makes a plan if the only passes are along the two dims of images whose
// memory is as the passes need it.
func (k *weightedKernel[T]) planRows(m *weightedMemo[T], x, y *op.Value) {
	m.rows.use = false
	if k.order != op.ChannelsLast || len(x.Shape) != 4 || !m.direct || !m.outputs || len(m.passes) != 2 || y.Len() == 0 {
		return
	}
	across, down := &m.axes[m.passes[0].axis], &m.axes[m.passes[1].axis]
	if across.dim != 3 || down.dim != 2 || slices.Min(across.index) < 0 || slices.Min(down.index) < 0 {
		return
	}
	ring, last := 1, 0
	for i := 0; i < len(down.index); i += down.taps {
		span := down.index[i : i+down.taps]
		lo, hi := slices.Min(span), slices.Max(span)
		if lo < last {
			return
		}
		ring, last = max(ring, hi-lo+1), lo
	}
	if ring > maxRing || down.taps > maxTaps {
		return
	}
	h := y.Shape[2]
	const few = 32 // rows of a chunk; those at its edges are sampled twice
	m.rows = rowsPlan{use: true, ring: ring, chunks: max(1, h/few)}
	m.rows.chunk = (h + m.rows.chunks - 1) / m.rows.chunks
}

// sampleRows computes the output rows of a chunk.
func (k *weightedKernel[T]) sampleRows(m *weightedMemo[T], f *op.Frame, chunk, worker int) {
	x, y := f.In[0], f.Out[0]
	across, down := &m.axes[m.passes[0].axis], &m.axes[m.passes[1].axis]
	n, from := chunk/m.rows.chunks, chunk%m.rows.chunks*m.rows.chunk
	size := y.Shape[3] * m.lanes
	all := tensor.View[T](f.Work(worker))
	ring, work := all[:m.rows.ring*size], all[m.rows.ring*size:][:size]
	image, out := op.Data[T](x)[n*x.Stride[0]:], op.Data[T](y)[n*y.Stride[0]:]
	var slots [maxTaps]int
	next := 0 // first input row that has not been sampled
	for r := from; r < min(from+m.rows.chunk, y.Shape[2]); r++ {
		index, weight := down.index[r*down.taps:][:down.taps], down.weight[r*down.taps:][:down.taps]
		for next = max(next, slices.Min(index)); next <= slices.Max(index); next++ {
			k.line(ring[next%m.rows.ring*size:][:size], image[next*x.Stride[2]:], work, m.lanes, across)
		}
		at := slots[:0]
		for _, i := range index {
			at = append(at, i%m.rows.ring)
		}
		k.blend.rows(out[r*y.Stride[2]:][:size], ring, work, at, weight)
	}
}

func (s blend32) line(dst, x, work []float32, lanes int, a *axis) {
	to := dst
	for t := range a.taps {
		for p := range a.out {
			s.MulScalar(to[p*lanes:][:lanes], x[a.index[p*a.taps+t]*lanes:][:lanes], float32(a.weight[p*a.taps+t]))
		}
		if t > 0 {
			s.Add(dst, dst, work)
		}
		to = work
	}
}

func (s blend64) line(dst, x, work []float64, lanes int, a *axis) {
	for p := range a.out {
		s.rows(dst[p*lanes:][:lanes], x, work, a.index[p*a.taps:][:a.taps], a.weight[p*a.taps:][:a.taps])
	}
}
