package attention

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

func (k *kernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	p := f.Memo.(*plan[T])
	if phase < len(f.Phases)-1 {
		if p.batch*p.heads > 0 {
			k.append(f, p, chunk)
		}
		return nil
	}
	lo, hi := f.Span(phase, chunk, p.units())
	work := tensor.View[T](f.Work(worker))
	w := scratch[T]{
		q: take(&work, p.sq), scores: take(&work, p.ss), keys: take(&work, p.sk), values: take(&work, p.sv), mask: take(&work, p.total),
		head: -1,
	}
	for i := lo; i < hi; i++ {
		head := i / p.blocks
		if head != w.head {
			if err := f.Run.Canceled(); err != nil {
				return err
			}
			w.head = head
			if err := k.load(f, p, &w, i%p.blocks*p.rows, hi-i); err != nil {
				return err
			}
		}
		if err := k.block(f, p, &w, i%p.blocks*p.rows); err != nil {
			return err
		}
	}
	return nil
}

// scratch is a worker's memory, with the packed keys and values of one head.
type scratch[T number] struct {
	q, scores, keys, values, mask []T

	head  int // of keys, over all samples
	valid int // keys of the sample that count
	// offset is the position of the first query among the keys.
	offset int
	limit  int // keys that any query of this worker may attend to
}

// append copies the keys and values of a head, the past and the new ones, to
// where they lie together.
func (k *kernel[T]) append(f *op.Frame, p *plan[T], head int) {
	for i, size := range [2]int{p.size, p.width} {
		dst, out := p.own[i], output(f, outK+i)
		if size == 0 || out == nil && p.past == 0 {
			continue
		}
		if out != nil {
			dst = op.Data[T](out)
		}
		dst = dst[head*p.total*size:][:p.total*size]
		if p.past > 0 {
			n := p.past * size
			copy(dst[:n], op.Data[T](f.In[inPastK+i])[head*n:])
			dst = dst[n:]
		}
		x, s := op.Data[T](f.In[inK+i]), sourceOf(f.In[inK+i], size)
		at := head/p.heads*s.batch + head%p.heads*s.head
		for r := range p.total - p.past {
			row := dst[r*size:][:size]
			from := x[at+r*s.row:]
			if s.col == 1 {
				copy(row, from)
				continue
			}
			for j := range row {
				row[j] = from[j*s.col]
			}
		}
	}
}

// data returns the storage of keys (0) or values (1).
func (p *plan[T]) data(f *op.Frame, i int) []T {
	switch {
	case p.past == 0:
		return op.Data[T](f.In[inK+i])
	case output(f, outK+i) != nil:
		return op.Data[T](f.Out[outK+i])
	}
	return p.own[i]
}

// load packs the keys and values of a head, as far as the queries of a number of
// blocks from row first on may attend to them.
func (k *kernel[T]) load(f *op.Frame, p *plan[T], w *scratch[T], first, blocks int) error {
	b, h := w.head/p.heads, w.head%p.heads
	w.valid, w.offset = p.total, p.past
	if x := input(f, inLengths); x != nil {
		n := op.Data[int64](x)[b]
		if n < 0 || n > int64(p.total) {
			return fmt.Errorf("%w: sample %d has %d of %d keys", op.ErrInput, b, n, p.total)
		}
		w.valid = int(n)
		w.offset = w.valid - p.queries
	}
	w.limit = p.total
	if output(f, outScores) == nil {
		last := min(first+blocks*p.rows, p.group*p.queries) - 1
		if first/p.queries == last/p.queries {
			last %= p.queries
		} else {
			last = p.queries - 1
		}
		_, w.limit = k.op.visible(w.offset+last, w.valid)
	}
	if w.limit == 0 {
		return nil
	}
	if !p.swapped && p.size > 0 {
		k.l.pack(w.keys, p.size, w.limit, p.data(f, 0)[b*p.k.batch+h*p.k.head:], p.k.col, p.k.row)
	}
	if p.width > 0 {
		k.l.pack(w.values, w.limit, p.width, p.data(f, 1)[b*p.v.batch+h*p.v.head:], p.v.row, p.v.col)
	}
	return nil
}

// block computes the query rows from number first on. Rows are those of all query
// heads that share the head of keys, one head after the other.
func (k *kernel[T]) block(f *op.Frame, p *plan[T], w *scratch[T], first int) error {
	rows := min(p.rows, p.group*p.queries-first)
	k.gather(f, p, w, first, rows)
	k.score(f, p, w, rows)
	for r := range rows {
		row := w.scores[r*p.total:][:w.limit]
		if err := k.weigh(f, p, w, first+r, row); err != nil {
			return err
		}
	}
	k.combine(f, p, w, first, rows)
	return nil
}

// gather copies queries, scaled.
func (k *kernel[T]) gather(f *op.Frame, p *plan[T], w *scratch[T], first, rows int) {
	x, scale := op.Data[T](f.In[inQ]), T(k.op.scaleFor(p.size))
	b, h := w.head/p.heads, w.head%p.heads
	for r := range rows {
		head, i := (first+r)/p.queries, (first+r)%p.queries
		from := tail(x, b*p.q.batch+(h*p.group+head)*p.q.head+i*p.q.row)
		dst := w.q[r*p.size:][:p.size]
		if p.q.col == 1 {
			k.l.scale(dst, from[:p.size], scale)
			continue
		}
		for j := range dst {
			dst[j] = from[j*p.q.col] * scale
		}
	}
}

// score multiplies queries by keys. With few queries these are packed instead of
// the keys, which are then read once, where they lie.
func (k *kernel[T]) score(f *op.Frame, p *plan[T], w *scratch[T], rows int) {
	switch {
	case w.limit == 0:
	case p.size == 0:
		clear(w.scores[:rows*p.total])
	case p.swapped:
		b, h := w.head/p.heads, w.head%p.heads
		n := k.l.packedLen(p.size, rows)
		k.l.pack(w.keys, p.size, rows, w.q, 1, p.size)
		k.l.product(w.limit, rows, p.size, p.data(f, 0)[b*p.k.batch+h*p.k.head:], p.k.row, w.keys[:n], w.keys[n:], rows)
		k.l.transpose(w.scores, p.total, w.keys[n:], rows, w.limit, rows)
	default:
		k.l.product(rows, w.limit, p.size, w.q, p.size, w.keys, w.scores, p.total)
	}
}

// weigh makes the scores of a row probabilities.
func (k *kernel[T]) weigh(f *op.Frame, p *plan[T], w *scratch[T], r int, row []T) error {
	head, i := w.head%p.heads*p.group+r/p.queries, r%p.queries
	b := w.head / p.heads
	shown := k.shown(f, (b*p.heads*p.group+head)*p.queries+i, p.total)
	show := func(stage int) {
		if shown != nil && stage == k.op.stage {
			copy(shown, row)
		}
	}
	show(rawScores)
	if c := k.op.softcap; c > 0 {
		k.l.scale(row, row, T(1/c))
		k.l.tanh(row)
		k.l.scale(row, row, T(c))
	}
	show(cappedScores)
	lo, hi := k.op.visible(w.offset+i, w.valid)
	lo, hi, err := k.mask(f, p, w, b, head, i, lo, hi, row)
	if err != nil {
		return err
	}
	if shown != nil && k.op.stage == biasedScores {
		fill(row[:lo], minusInf[T]())
		fill(row[hi:], minusInf[T]())
	}
	show(biasedScores)
	clear(row[:lo])
	clear(row[hi:])
	k.l.softmax(row[lo:hi])
	show(probabilities)
	return nil
}

// shown returns row i of the scores in the output, nil if they are not wanted.
func (k *kernel[T]) shown(f *op.Frame, i, total int) []T {
	if v := output(f, outScores); v != nil {
		return op.Data[T](v)[i*total:][:total]
	}
	return nil
}

// combine sets the output rows to their sums of values.
func (k *kernel[T]) combine(f *op.Frame, p *plan[T], w *scratch[T], first, rows int) {
	y := op.Data[T](f.Out[outY])
	b, h := w.head/p.heads, w.head%p.heads
	heads := p.heads * p.group
	d := source{heads * p.queries * p.width, p.queries * p.width, p.width, 1}
	if len(f.Out[outY].Shape) == 3 {
		d = source{heads * p.queries * p.width, p.width, heads * p.width, 1}
	}
	for r := 0; r < rows; {
		head, i := (first+r)/p.queries, (first+r)%p.queries
		n := min(rows-r, p.queries-i)
		at := tail(y, b*d.batch+(h*p.group+head)*d.head+i*d.row)
		if p.width > 0 {
			k.l.product(n, p.width, w.limit, w.scores[r*p.total:], p.total, w.values, at, d.row)
		}
		r += n
	}
}
