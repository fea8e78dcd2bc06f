//go:build !purego && (amd64 || arm64)

package kernels

// A gemmTile computes a block of rows, of a number fixed by the function, and
// cols columns, which it walks in steps of its width. Pointers are to the first
// element of the block; those that product has no slice for are nil.
type gemmTile = func(x *float32, lda int, zero *float32, offs *int32, ldo, taps, run int,
	b *float32, depth int, c *float32, ldc int, outs *int32, cols int,
	bias, res *float32, ldr, flags int, ahead *float32, lo, hi float32)

// Flags of a gemmTile.
const (
	flagLoad  = 1 << iota // start at C
	flagClamp             // limit to lo...hi
)

// A tileSet holds the tiles of an instruction set by width, which is a number of
// units; element r-1 of each computes r rows.
type tileSet struct {
	unit int        // columns of the narrowest tile: a strip, or half of one
	four []gemmTile // for products of no more rows than it has, whose sums would not fill the pipeline otherwise
	two  []gemmTile // the usual ones
	odd  []gemmTile // three units, for an odd number of them
	one  []gemmTile
	tall []gemmTile // a strip wide and without tables, of leastTall rows and up
}

// leastTall is the number of rows of the first tall tile.
const leastTall = 9

// tiled computes a panel with the tiles of an instruction set.
func (p *product) tiled(t *tileSet, j, cols int) {
	if p.isTall(t) {
		p.block(t.tall[p.m-leastTall], 0, j, cols, 0)
		return
	}
	units := (cols + t.unit - 1) / t.unit
	end := j + cols
	take := func(tiles []gemmTile, width, count int) {
		if n := min(end-j, count*width*t.unit); n > 0 {
			p.blocks(tiles, j, n)
			j += n
		}
		units -= count * width
	}
	if p.m <= len(t.four) {
		take(t.four, 4, units/4)
	}
	if odd := units%2 == 1 && units > 1; odd && t.odd != nil {
		take(t.two, 2, units/2-1)
		take(t.odd, 3, 1)
	}
	if t.two != nil {
		take(t.two, 2, units/2)
	}
	take(t.one, 1, units)
}

// blocks divides the rows evenly: all blocks are high enough to keep the
// pipeline full, where a last block of one or two rows would not be.
//
// A tile fetches a line of B into the L2 cache in four steps of k and strip, so
// the last four blocks fetch the panel that follows: with 49 rows, as at the end
// of a ResNet, a seventh of the time is otherwise spent waiting for it. Earlier
// blocks fetch what they read themselves, which does nothing.
func (p *product) blocks(tiles []gemmTile, j, cols int) {
	n := (p.m + len(tiles) - 1) / len(tiles)
	next := (j + cols) * p.depth
	lines := (cols + Strip - 1) / Strip * p.taps * (p.run / 4)
	for q := range n {
		ahead := j * p.depth
		if q >= n-4 && next < len(p.b) && p.depth == p.taps*p.run {
			ahead, next = next, next+lines*Strip
		}
		i, end := q*p.m/n, (q+1)*p.m/n
		p.block(tiles[end-i-1], i, j, cols, ahead)
	}
}

// block calls one tile function; b[ahead] is what it fetches. It is not inlined,
// because its prologue is where a goroutine can be preempted: assembly cannot,
// and a loop of calls to it would hold up the garbage collector.
//
//go:noinline
func (p *product) block(tile gemmTile, i, j, cols, ahead int) {
	x, offs := 0, p.offs
	if offs == nil {
		x = i * p.lda
	} else {
		offs = offs[i:]
	}
	c, residual, outs := i*p.ldc+j, i*p.Ldr+j, p.outs
	if outs != nil {
		c, residual, outs = j, j, outs[i:]
	}
	var bias, res *float32
	if p.Bias != nil {
		bias = &p.Bias[j]
	}
	if p.Residual != nil {
		res = &p.Residual[residual]
	}
	flags := 0
	if p.Load {
		flags |= flagLoad
	}
	if p.Clamp {
		flags |= flagClamp
	}
	tile(at(p.x, x), p.lda, at(p.zero, 0), at(offs, 0), p.ldo, p.taps, p.run,
		at(p.b, j*p.depth), p.depth, &p.c[c], p.ldc, at(outs, 0), cols,
		bias, res, p.Ldr, flags, at(p.b, ahead), p.Lo, p.Hi)
}

// at returns the address of s[i], or nil if there is no such element.
func at[T any](s []T, i int) *T {
	if i >= len(s) {
		return nil
	}
	return &s[i]
}

// isTall reports whether tall tiles are best: one of them has all rows. Rows of
// A that are 2 KiB apart, or a multiple of it, would share too few places of a
// first-level cache.
func (p *product) isTall(t *tileSet) bool {
	const alias = 2048 / 4
	return t.tall != nil && p.offs == nil && p.outs == nil && p.m >= leastTall && p.m < leastTall+len(t.tall) && p.lda%alias != 0
}
