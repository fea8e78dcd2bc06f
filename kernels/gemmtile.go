//go:build !purego && (amd64 || arm64)

package kernels

// A gemmTile computes a block of rows, of a number fixed by the function, and
// cols columns, which it walks in steps of its width. Pointers are to the first
// element of the block; those that product has no slice for are nil.
type gemmTile = func(x *float32, lda int, zero *float32, offs *int32, ldo, taps, run int,
	b *float32, depth int, c *float32, ldc int, outs *int32, cols int,
	bias, res *float32, ldr, flags int, lo, hi float32)

// Flags of a gemmTile.
const (
	flagLoad  = 1 << iota // start at C
	flagClamp             // limit to lo...hi
)

// tiles are the functions of one width: tiles.rows[r-1] computes r rows.
type tiles struct {
	cols int
	rows []gemmTile
	few  bool // for products of no more rows than it has: too low to fill the pipeline otherwise
}

// tiled computes a panel with the tiles of an instruction set, widest first.
// Each takes the columns that fill it, counting in the narrowest width, so that
// no tile reads strips that do not exist.
func (p product) tiled(set []tiles, j, cols int) {
	unit := set[len(set)-1].cols
	for _, t := range set {
		if t.few && p.m > len(t.rows) {
			continue
		}
		whole := (cols + unit - 1) / unit * unit
		n := min(cols, whole/t.cols*t.cols)
		if n > 0 {
			p.blocks(t.rows, j, n)
		}
		j, cols = j+n, cols-n
	}
}

// blocks divides the rows evenly: all blocks are high enough to keep the
// pipeline full, where a last block of one or two rows would not be.
func (p *product) blocks(rows []gemmTile, j, cols int) {
	n := (p.m + len(rows) - 1) / len(rows)
	for q := range n {
		i, end := q*p.m/n, (q+1)*p.m/n
		p.block(rows[end-i-1], i, j, cols)
	}
}

// block calls one tile function. It is not inlined, because its prologue is
// where a goroutine can be preempted: assembly cannot, and a loop of calls to
// it would hold up the garbage collector.
//
//go:noinline
func (p *product) block(tile gemmTile, i, j, cols int) {
	x, offs := p.x, p.offs
	if offs == nil {
		x = x[min(len(x), i*p.lda):]
	} else {
		offs = offs[i:]
	}
	at, outs := j, p.outs
	ldr := p.Ldr
	res := at
	if outs == nil {
		at, res = i*p.ldc+j, i*ldr+j
	} else {
		outs = outs[i:]
	}
	var bias, residual *float32
	if p.Bias != nil {
		bias = &p.Bias[j]
	}
	if p.Residual != nil {
		residual = &p.Residual[res]
	}
	flags := 0
	if p.Load {
		flags |= flagLoad
	}
	if p.Clamp {
		flags |= flagClamp
	}
	tile(first(x), p.lda, first(p.zero), first(offs), p.ldo, p.taps, p.run,
		first(p.b[min(len(p.b), j*p.depth):]), p.depth, &p.c[at], p.ldc, first(outs), cols,
		bias, residual, ldr, flags, p.Lo, p.Hi)
}

// first returns the address of the first element of s, or nil if there is none.
func first[T any](s []T) *T {
	if len(s) == 0 {
		return nil
	}
	return &s[0]
}
