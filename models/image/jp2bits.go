package image

// jp2Bits reads the header of a packet: a byte behind 0xff has 7 bits.
type jp2Bits struct {
	data []byte
	byte byte
	left int
	end  bool
}

func (b *jp2Bits) bit() int {
	if b.left == 0 {
		b.left = 8
		if b.byte == 0xff {
			b.left = 7
		}
		if len(b.data) == 0 {
			b.end = true
			return 0
		}
		b.byte, b.data = b.data[0], b.data[1:]
	}
	b.left--
	return int(b.byte>>b.left) & 1
}

func (b *jp2Bits) bits(n int) int {
	v := 0
	for range n {
		v = v<<1 | b.bit()
	}
	return v
}

// align skips to the byte behind the header.
func (b *jp2Bits) align() {
	if b.byte == 0xff && len(b.data) > 0 {
		b.data = b.data[1:]
	}
	b.byte, b.left = 0, 0
}

// passes reads how many coding passes follow.
func (b *jp2Bits) passes() int {
	switch {
	case b.bit() == 0:
		return 1
	case b.bit() == 0:
		return 2
	}
	if n := b.bits(2); n < 3 {
		return 3 + n
	}
	if n := b.bits(5); n < 31 {
		return 6 + n
	}
	return 37 + b.bits(7)
}

// A jp2Tree is a tag tree: numbers of a grid, each known as far as they have
// been asked for, with the least of four of them in the level above.
type jp2Tree struct {
	cols   []int // by level, leaves first
	values [][]int
	lows   [][]int
}

func newJP2Tree(cols, rows int) jp2Tree {
	var t jp2Tree
	for {
		v := make([]int, cols*rows)
		for i := range v {
			v[i] = 1 << 30
		}
		t.cols, t.values, t.lows = append(t.cols, cols), append(t.values, v), append(t.lows, make([]int, cols*rows))
		if cols*rows <= 1 {
			return t
		}
		cols, rows = (cols+1)/2, (rows+1)/2
	}
}

// below reads as much as it takes to know whether leaf i is less than limit.
func (t *jp2Tree) below(b *jp2Bits, i, limit int) bool {
	x, y := i%t.cols[0], i/t.cols[0]
	low := 0
	for l := len(t.cols) - 1; l >= 0; l-- {
		at := y>>l*t.cols[l] + x>>l
		low = max(low, t.lows[l][at])
		for low < limit && low < t.values[l][at] {
			if b.bit() == 1 {
				t.values[l][at] = low
			} else {
				low++
			}
		}
		t.lows[l][at] = low
	}
	return t.values[0][i] < limit
}
