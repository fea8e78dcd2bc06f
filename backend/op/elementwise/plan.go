package elementwise

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
)

// maxOperands is the number of values a [Plan] walks together: an output and
// up to three inputs.
const maxOperands = 4

// A Plan is the loop nest of one output and the inputs that broadcast to it.
// Operand 0 is the output. Dims are ordered by the output's strides, largest
// first, and merged where every operand allows it.
type Plan struct {
	Len    int   // elements
	dims   []int // the last is the row
	stride [maxOperands][]int
	n      int // operands
}

// Set plans out = f(in...). The dims of in[i] are aligned at the last dim of
// out, those of in[1] at the last but tail. Lanes is the number of channels to
// compute where that is more than there are, else 0. An input may be nil.
func (p *Plan) Set(out *op.Value, in []*op.Value, tail, lanes int) {
	p.n = 1 + len(in)
	p.dims = p.dims[:0]
	for i := range p.n {
		p.stride[i] = p.stride[i][:0]
	}
	p.Len = 1
	for d, size := range out.Shape {
		if size == 1 {
			continue
		}
		if d == 1 && lanes > 0 {
			size = lanes
		}
		p.Len *= size
		p.dims = append(p.dims, size)
		p.stride[0] = append(p.stride[0], out.Stride[d])
		for i, v := range in {
			if v == nil {
				p.stride[1+i] = append(p.stride[1+i], 0)
				continue
			}
			j := d - len(out.Shape) + len(v.Shape)
			if i == 1 {
				j += tail
			}
			s := 0
			if j >= 0 && j < len(v.Shape) && v.Shape[j] != 1 {
				s = v.Stride[j]
			}
			p.stride[1+i] = append(p.stride[1+i], s)
		}
	}
	p.sort()
	p.merge()
}

// sort orders the dims by the output's stride, so that writes are sequential.
func (p *Plan) sort() {
	for i := 1; i < len(p.dims); i++ {
		for j := i; j > 0 && p.stride[0][j] > p.stride[0][j-1]; j-- {
			p.dims[j], p.dims[j-1] = p.dims[j-1], p.dims[j]
			for k := range p.n {
				s := p.stride[k]
				s[j], s[j-1] = s[j-1], s[j]
			}
		}
	}
}

// merge makes one dim of neighbours that are one run in every operand.
func (p *Plan) merge() {
	if len(p.dims) == 0 { // a single element
		p.dims = append(p.dims, 1)
		for k := range p.n {
			p.stride[k] = append(p.stride[k], 1)
		}
		return
	}
	last := 0
	for i := 1; i < len(p.dims); i++ {
		run := true
		for k := range p.n {
			run = run && p.stride[k][last] == p.dims[i]*p.stride[k][i]
		}
		if run {
			p.dims[last] *= p.dims[i]
		} else {
			last++
			p.dims[last] = p.dims[i]
		}
		for k := range p.n {
			p.stride[k][last] = p.stride[k][i]
		}
	}
	p.dims = p.dims[:last+1]
	for k := range p.n {
		p.stride[k] = p.stride[k][:last+1]
	}
}

// row returns the length of a row.
func (p *Plan) row() int { return p.dims[len(p.dims)-1] }

// step returns the stride of a row in operand k; 0 if there is none.
func (p *Plan) step(k int) int {
	if k >= p.n {
		return 0
	}
	return p.stride[k][len(p.dims)-1]
}

// A Cursor goes over part of a plan, row by row:
//
//	for c := p.Range(lo, hi); c.Next(); {
//		// c.N elements, from c.At[k] on in operand k
//	}
type Cursor struct {
	At [maxOperands]int // offset of the first element in each operand
	N  int              // elements of this row, or part of a row

	p      *Plan
	lo, hi int
	left   int // rows that follow in the same dim around the row
}

// Range returns a cursor over elements lo to hi-1, in the plan's order.
func (p *Plan) Range(lo, hi int) Cursor { return Cursor{p: p, lo: lo, hi: hi} }

// Next moves to the next row and reports whether there is one.
func (c *Cursor) Next() bool {
	c.lo += c.N
	if c.lo >= c.hi {
		return false
	}
	p, last := c.p, len(c.p.dims)-1
	n := p.dims[last]
	if c.left > 0 && c.N == n {
		c.left--
		c.N = min(n, c.hi-c.lo)
		for k := range p.n {
			c.At[k] += p.stride[k][last-1]
		}
		return true
	}
	row := c.lo / n
	c.seek(row, c.lo-row*n)
	c.N = min(n-(c.lo-row*n), c.hi-c.lo)
	return true
}

// seek computes the offsets of column col of a row.
func (c *Cursor) seek(row, col int) {
	p, last := c.p, len(c.p.dims)-1
	for k := range p.n {
		c.At[k] = col * p.stride[k][last]
	}
	for d := last - 1; d >= 0; d-- {
		next := row / p.dims[d]
		i := row - next*p.dims[d]
		if d == last-1 {
			c.left = p.dims[d] - 1 - i
		}
		for k := range p.n {
			c.At[k] += i * p.stride[k][d]
		}
		row = next
	}
}
