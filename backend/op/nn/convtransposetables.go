package nn

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
)

// transposeTables say which pixels of an image a transposeProduct multiplies.
type transposeTables struct {
	outs   []int32 // by phase and row: where the output pixel is
	offs   []int32 // by phase, tap and row: where the input pixel is, or -1
	blocks []phaseBlock
	used   []int // taps, counted within their phase, by block
}

// A phaseBlock is rows of a phase: output pixels that a chunk computes.
type phaseBlock struct {
	phase     int
	row, rows int // in outs
	table, of int // its first row in offs, and what a tap is apart from the next
	from, to  int // in used: the taps that reach a pixel of the block
}

// transposeRows is how many output pixels a chunk computes at most.
const transposeRows = 240

// fill computes the tables for images of x and y.
func (m *transposeTables) fill(c *convTranspose, w *phaseWeights, x, y *op.Value, kernel []int) {
	if op.Product(x.Shape) > math.MaxInt32 || op.Product(y.Shape) > math.MaxInt32 {
		panic("nn: feature map is too large for 32-bit offsets")
	}
	n := len(kernel)
	m.outs, m.offs, m.blocks, m.used = m.outs[:0], m.offs[:0], m.blocks[:0], m.used[:0]
	var first, count, pixel, at [8]int
	for phase, taps := range w.taps {
		rows, rest := 1, phase
		for i := n - 1; i >= 0; i-- {
			s := one(c.stride, i)
			_, pad := c.spatial(i, n, x.Shape[2+i], kernel[i])
			first[i] = ((rest%s-pad)%s + s) % s
			rest /= s
			count[i] = max(0, (y.Shape[2+i]-first[i]+s-1)/s)
			rows *= count[i]
		}
		start, table := len(m.outs), len(m.offs)
		pixel = [8]int{}
		for range rows {
			to := 0
			for i := range n {
				to += (first[i] + pixel[i]*one(c.stride, i)) * y.Stride[2+i]
			}
			m.outs = append(m.outs, int32(to))
			advance(pixel[:n], count[:n])
		}
		for _, t := range taps {
			for i, rest := n-1, t; i >= 0; i-- {
				s := one(c.stride, i)
				_, pad := c.spatial(i, n, x.Shape[2+i], kernel[i])
				at[i] = (first[i] + pad - rest%kernel[i]*one(c.dilation, i)) / s // exact
				rest /= kernel[i]
			}
			pixel = [8]int{}
			for range rows {
				from, inside := 0, true
				for i := range n {
					p := at[i] + pixel[i]
					inside = inside && p >= 0 && p < x.Shape[2+i]
					from += p * x.Stride[2+i]
				}
				if !inside {
					from = -1
				}
				m.offs = append(m.offs, int32(from))
				advance(pixel[:n], count[:n])
			}
		}
		m.divide(phaseBlock{phase: phase, row: start, rows: rows, table: table, of: rows}, len(taps))
	}
}

// advance counts up an index over dims of these sizes, the last one fastest.
func advance(index, size []int) {
	for i := len(index) - 1; i >= 0; i-- {
		if index[i]++; index[i] < size[i] {
			return
		}
		index[i] = 0
	}
}

// divide cuts all rows of a phase in blocks. Of a small image most taps lie in
// the padding of many pixels: one block reads the weights of every tap once,
// blocks of a pixel each compute none in vain.
func (m *transposeTables) divide(all phaseBlock, taps int) {
	step := transposeRows
	if all.rows <= 32 {
		const read, compute = 10, 1 // costs of a weight, and of its product with a pixel
		together, apart := 0, 0
		for t := range taps {
			n := 0
			for _, o := range m.offs[all.table+t*all.of:][:all.rows] {
				if o >= 0 {
					n++
				}
			}
			if n > 0 {
				together += max(read, all.rows*compute)
				apart += n * read
			}
		}
		if apart < together {
			step = 1
		}
	}
	for r := 0; r < all.rows; r += step {
		b := all
		b.row, b.table, b.rows, b.from = all.row+r, all.table+r, min(step, all.rows-r), len(m.used)
		for t := range taps {
			for _, o := range m.offs[b.table+t*b.of:][:b.rows] {
				if o >= 0 {
					m.used = append(m.used, t)
					break
				}
			}
		}
		b.to = len(m.used)
		m.blocks = append(m.blocks, b)
	}
}
