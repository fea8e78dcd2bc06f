package attention

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A source is where the matrices of queries, keys or values lie: element (i, j)
// of head h of sample b is at b·batch + h·head + i·row + j·col.
type source struct{ batch, head, row, col int }

// sourceOf returns the strides of a value of rank 3 or 4.
func sourceOf(v *op.Value, size int) source {
	s := v.Stride
	if len(s) == 3 {
		return source{s[0], size * s[2], s[1], s[2]}
	}
	return source{s[0], s[1], s[2], s[3]}
}

// plan is what a frame keeps.
type plan[T number] struct {
	batch, heads, group int // samples, heads of keys, heads of queries for each of these
	queries, total      int // rows of a query head; keys in all, the past included
	past                int
	size, width         int // elements of a key, of a value

	q, k, v        source
	own            [2][]T // keys and values with their past, where no output holds them
	rows, blocks   int    // query rows of a block, blocks of a head of keys
	swapped        bool   // few rows: keys are multiplied by queries
	sq, ss, sk, sv int    // scratch in elements: queries, scores, packed keys, packed values
}

// units is the number of blocks.
func (p *plan[T]) units() int { return p.batch * p.heads * p.blocks }

// kernel computes in type T.
type kernel[T number] struct {
	op *attention
	l  *algebra[T]
}

// Strided says that queries, keys and values may have any strides.
func (k *kernel[T]) Strided(in int) bool { return in <= inV }

func (k *kernel[T]) Resolve(f *op.Frame) error {
	p, ok := f.Memo.(*plan[T])
	if !ok {
		p = new(plan[T])
		f.Memo = p
	}
	q, _ := dimsOf(&f.InInfo[inQ], k.op.qHeads)
	key, _ := dimsOf(&f.InInfo[inK], k.op.kvHeads)
	value, _ := dimsOf(&f.InInfo[inV], k.op.kvHeads)
	p.batch, p.heads, p.queries, p.size, p.width = q.batch, key.heads, q.length, q.size, value.size
	p.group, p.past, p.total = q.heads/key.heads, 0, key.length
	if x := input(f, inPastK); x != nil {
		p.past = x.Shape[2]
		p.total += p.past
	}
	p.q, p.k, p.v = sourceOf(f.In[inQ], p.size), sourceOf(f.In[inK], p.size), sourceOf(f.In[inV], p.width)

	k.blocks(p)
	f.Scratch = int(tensor.TypeOf[T]().Size()) * (p.sq + p.ss + p.sk + p.sv + p.total)
	perKey := float64(p.rows)*(float64(p.size+p.width)/k.l.rate+1) + float64(p.size+p.width)*0.3
	f.Split(p.units(), float64(p.total)*perKey)

	copies := 0
	for i, size := range [2]int{p.size, p.width} {
		s := &p.k
		if i == 1 {
			s = &p.v
		}
		switch {
		case output(f, outK+i) != nil:
			copies++
		case p.past > 0:
			copies++
			if n := p.batch * p.heads * p.total * size; cap(p.own[i]) < n {
				p.own[i] = make([]T, n)
			}
		default:
			continue
		}
		if p.past > 0 {
			*s = source{p.heads * p.total * size, p.total * size, size, 1}
		}
	}
	if copies > 0 {
		f.Phases = append(f.Phases, f.Phases[0])
		n := p.batch * p.heads
		f.Phases[0] = op.Phase{Chunks: max(1, n), Cost: p.total * (p.size + p.width) / 4}
	}
	return nil
}

// Describe implements [op.Describer]: of the two products, masked scores too.
func (k *kernel[T]) Describe(f *op.Frame) (string, float64) {
	p := f.Memo.(*plan[T])
	pairs := float64(p.batch*p.heads*p.group) * float64(p.queries) * float64(p.total)
	return "blocks of queries", 2 * pairs * float64(p.size+p.width)
}

// blocks chooses how many rows are computed together from the sizes alone: so
// many that packing keys and values is little beside them, unless their scores
// would leave the cache.
func (k *kernel[T]) blocks(p *plan[T]) {
	const most, few, elements = 256, 8, 512 << 10
	all := p.group * p.queries
	p.rows = max(16, min(most, elements/max(1, p.total)))
	p.rows = min(p.rows, max(all, 1))
	p.blocks = (all + p.rows - 1) / p.rows
	p.swapped = all <= few && p.k.col == 1 && p.past == 0
	p.sq, p.ss = p.rows*p.size, p.rows*p.total
	p.sk, p.sv = k.l.packedLen(p.size, p.total), k.l.packedLen(p.total, p.width)
	if p.swapped {
		p.sk = k.l.packedLen(p.size, p.rows) + p.rows*p.total
	}
}

// input returns input i, nil where it is omitted.
func input(f *op.Frame, i int) *op.Value {
	if i >= len(f.In) {
		return nil
	}
	return f.In[i]
}

// output returns output i, nil where it is omitted.
func output(f *op.Frame, i int) *op.Value {
	if i >= len(f.Out) {
		return nil
	}
	return f.Out[i]
}
