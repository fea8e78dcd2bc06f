package contrib

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// attendKernel works on units of one head of keys and values and a block of
// queries. It packs the keys and values that the block sees into scratch memory,
// which pays for itself from a few queries on, and computes two matrix products
// with a softmax between. Queries that are single go side by side, all heads of
// a group, instead.
type attendKernel struct {
	set *kernels.Set
	*attend
}

// queryBlock is how many queries of a head are multiplied at a time.
const queryBlock = 64

// attendMemo is what a frame keeps.
type attendMemo struct {
	batch, heads, groups, steps, keys int // groups: heads of keys
	size, width                       int // of a head of queries and keys, of values
	blocks, rows                      int // of queries: blocks, queries or heads in one
	mask                              []float32
}

// Strided says which inputs may have any strides.
func (k *attendKernel) Strided(in int) bool { return in <= attendV }

func (k *attendKernel) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*attendMemo)
	if m == nil {
		m = new(attendMemo)
		f.Memo = m
	}
	q, v := f.In[attendQ].Shape, f.In[attendV].Shape
	m.batch, m.heads, m.groups, m.steps, m.keys = q[0], q[1], v[1], q[2], v[2]
	m.size, m.width = q[3], v[3]
	m.rows = min(queryBlock, m.steps)
	m.blocks = (m.steps + queryBlock - 1) / queryBlock
	if m.steps == 1 {
		m.rows = m.heads / max(m.groups, 1)
	}
	f.Scratch = 4 * (kernels.PackedLen(m.size, m.keys) + kernels.PackedLen(m.keys, m.width) + m.rows*(m.keys+m.size) + 4*kernels.Strip)
	group := m.heads / max(m.groups, 1)
	products := min(queryBlock, m.steps) * group
	cost := float64(m.keys*(m.size+m.width)) * (0.5 + float64(products)/40)
	f.Split(m.batch*m.groups*m.blocks, cost+float64(products*m.keys)+200)
	if mask := optional(f, attendMask); mask != nil {
		n := mask.Len()
		if len(mask.Shape) == 1 {
			n = m.batch * m.keys
		}
		if cap(m.mask) < n {
			m.mask = make([]float32, n)
		}
		m.mask = m.mask[:n]
		f.Phases = append(f.Phases, f.Phases[0])
		f.Phases[0] = op.Phase{Chunks: 1, Cost: n}
	}
	return nil
}

// Describe implements [op.Describer]: of the two products, masked scores too.
func (k *attendKernel) Describe(f *op.Frame) (string, float64) {
	m := f.Memo.(*attendMemo)
	pairs := float64(m.batch*m.heads) * float64(m.steps) * float64(m.keys)
	return "blocks of queries", 2 * pairs * float64(m.size+m.width)
}

func (k *attendKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*attendMemo)
	if phase < len(f.Phases)-1 {
		k.fillMask(m, f.In[attendMask])
		return nil
	}
	work := tensor.View[float32](f.Work(worker))
	lo, hi := f.Span(phase, chunk, m.batch*m.groups*m.blocks)
	for u := lo; u < hi; u++ {
		if err := f.Run.Canceled(); err != nil {
			return err
		}
		block, u := u%m.blocks, u/m.blocks
		if err := k.unit(m, f, u/m.groups, u%m.groups, block*queryBlock, work); err != nil {
			return err
		}
	}
	return nil
}

// fillMask writes what the mask adds to scores.
func (k *attendKernel) fillMask(m *attendMemo, mask *op.Value) {
	x := op.Data[int32](mask)[:mask.Len()]
	if len(mask.Shape) > 1 {
		for i, v := range x {
			m.mask[i] = 0
			if v <= 0 {
				m.mask[i] = k.filter
			}
		}
		return
	}
	for b := range m.batch {
		first, end := 0, int(x[b])
		if len(x) == 2*m.batch && m.batch > 0 {
			first = int(x[m.batch+b])
		}
		for t := range m.keys {
			v := float32(0)
			if t < first || t >= end {
				v = k.filter
			}
			m.mask[b*m.keys+t] = v
		}
	}
}

// maskRow returns what the mask adds to the scores of query s; nil for nothing.
func (m *attendMemo) maskRow(mask *op.Value, b, s int) []float32 {
	if mask == nil {
		return nil
	}
	switch len(mask.Shape) {
	case 3:
		b = b*m.steps + s
	case 4:
		n := mask.Shape[3]
		return m.mask[(b*n+m.keys-m.steps+s)*n:]
	}
	return m.mask[b*m.keys:]
}

// sees returns the range of keys that query s sees.
func (k *attendKernel) sees(m *attendMemo, positions *op.Value, b, s int) (lo, hi int) {
	if !k.causal {
		return 0, m.keys
	}
	at := m.keys - m.steps + s
	if positions != nil {
		at = int(op.Data[int64](positions)[b*m.steps+s])
	}
	hi = max(0, min(at+1, m.keys))
	if k.window > 0 {
		lo = min(hi, max(0, at+1-k.window))
	}
	return lo, hi
}

// unit computes queries from s0 on of the heads that use one head of keys.
func (k *attendKernel) unit(m *attendMemo, f *op.Frame, b, g, s0 int, work []float32) error {
	q, key, val, y := f.In[attendQ], f.In[attendK], f.In[attendV], f.Out[0]
	positions := optional(f, attendPositions)
	n := min(queryBlock, m.steps-s0)
	lo, hi := m.keys, 0
	for s := s0; s < s0+n; s++ {
		l, h := k.sees(m, positions, b, s)
		lo, hi = min(lo, l), max(hi, h)
	}
	if lo > hi {
		lo = hi
	}
	keys, group := hi-lo, m.heads/m.groups
	packedK, packedV := take(&work, kernels.PackedLen(m.size, keys)), take(&work, kernels.PackedLen(keys, m.width))
	if keys > 0 {
		kernels.Pack(packedK, m.size, keys, op.Data[float32](key)[b*key.Stride[0]+g*key.Stride[1]+lo*key.Stride[2]:], key.Stride[3], key.Stride[2])
		kernels.Pack(packedV, keys, m.width, op.Data[float32](val)[b*val.Stride[0]+g*val.Stride[1]+lo*val.Stride[2]:], val.Stride[2], val.Stride[3])
	}
	scores, copies := take(&work, m.rows*keys), take(&work, m.rows*m.size)

	// Rows of a product are queries, or heads where queries are single.
	rows, times, qRow, yRow := n, group, q.Stride[2], m.heads*m.width
	if m.steps == 1 {
		rows, times, qRow, yRow = group, 1, q.Stride[1], m.width
	}
	for i := range times {
		h := g*group + i
		a := op.Data[float32](q)[b*q.Stride[0]+h*q.Stride[1]+s0*q.Stride[2]:]
		if q.Stride[3] != 1 && m.size > 1 {
			for r := range rows {
				for d := range m.size {
					copies[r*m.size+d] = a[r*qRow+d*q.Stride[3]]
				}
			}
			a, qRow = copies, m.size
		}
		if rows == 1 {
			qRow, yRow = m.size, m.width
		}
		k.set.Gemm(rows, keys, m.size, a, qRow, packedK, scores, keys, nil)
		for r := range rows {
			head, s := h, s0+r
			if m.steps == 1 {
				head, s = h+r, 0
			}
			if err := k.weigh(m, f, b, head, s, lo, scores[r*keys:][:keys]); err != nil {
				return err
			}
		}
		k.set.Gemm(rows, m.width, keys, scores, keys, packedV, op.Data[float32](y)[((b*m.steps+s0)*m.heads+h)*m.width:], yRow, nil)
	}
	return nil
}

// weigh turns the scores of a query for keys from first on into weights.
func (k *attendKernel) weigh(m *attendMemo, f *op.Frame, b, h, s, first int, row []float32) error {
	lo, hi := k.sees(m, optional(f, attendPositions), b, s)
	clear(row[:lo-first])
	clear(row[hi-first:])
	x := row[lo-first : hi-first]
	if len(x) == 0 {
		return nil
	}
	k.set.MulScalar(x, x, k.factor(m.size))
	if k.softcap > 0 {
		k.set.DivScalar(x, x, k.softcap)
		k.set.Tanh(x, x)
		k.set.MulScalar(x, x, k.softcap)
	}
	if mask := m.maskRow(optional(f, attendMask), b, s); mask != nil {
		k.set.Add(x, x, mask[lo:hi])
	}
	if bias := optional(f, attendBias); bias != nil {
		if hi > bias.Shape[3] {
			return fmt.Errorf("%w: the bias is for %d keys, query %d sees %d", op.ErrShape, bias.Shape[3], s, hi)
		}
		at := ((b%bias.Shape[0]*bias.Shape[1]+h%bias.Shape[1])*m.steps + s) * bias.Shape[3]
		k.set.Add(x, x, op.Data[float32](bias)[at+lo:at+hi])
	}
	sink := data(f.In, attendSink)
	if sink == nil && !k.smooth {
		k.set.Softmax(x, x)
		return nil
	}
	extra := float32(0)
	if sink != nil {
		extra = sink[h]
	}
	top := max(k.set.MaxOf(x), extra)
	sum := k.set.ExpSum(x, x, top)
	k.set.DivScalar(x, x, sum+kernels.Exp32(extra-top))
	return nil
}

// factor returns what products of queries and keys are multiplied by.
func (k *attendKernel) factor(size int) float32 {
	if k.scale != 0 {
		return k.scale
	}
	return float32(1 / math.Sqrt(float64(size)))
}

// take cuts n elements off scratch memory, rounded up to a cache line.
func take(work *[]float32, n int) []float32 {
	w := (*work)[:n]
	*work = (*work)[min(len(*work), (n+kernels.Strip-1)/kernels.Strip*kernels.Strip):]
	return w
}
