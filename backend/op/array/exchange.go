package array

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A nest is a loop over the elements of two strided arrays of one shape: dims of
// size 1 are gone, those that are one run in both are merged, and the
// destination's strides fall from the first to the last.
type nest struct {
	dims [stackRank]dim
	n    int
}

type dim struct{ size, ds, ss int }

// newNest returns the loop; false if it has more dims than fit.
func newNest(shape, ds, ss []int) (nest, bool) {
	var t nest
	for i, size := range shape {
		if size == 1 {
			continue
		}
		if t.n == stackRank {
			return t, false
		}
		j := t.n
		for ; j > 0 && t.dims[j-1].ds < ds[i]; j-- {
			t.dims[j] = t.dims[j-1]
		}
		t.dims[j] = dim{size, ds[i], ss[i]}
		t.n++
	}
	k := 0
	for i := 1; i < t.n; i++ {
		d, last := t.dims[i], &t.dims[k]
		if last.ds == d.size*d.ds && last.ss == d.size*d.ss {
			*last = dim{last.size * d.size, d.ds, d.ss}
			continue
		}
		k++
		t.dims[k] = d
	}
	t.n = min(t.n, k+1)
	return t, true
}

// band is how many rows of the source's fast dim one transposition takes.
const band = 64

// exchange copies part chunk of chunks of src to dst, of one shape, where the
// dim that is contiguous in the one is not in the other: matrix by matrix, in
// blocks that use whole cache lines of both. It returns false where that is not
// so and there is nothing to gain.
func exchange(s *kernels.Set, dst, src *op.Value, chunk, chunks int) bool {
	if src.Type == tensor.String || src.Len() == 0 {
		return false
	}
	t, ok := newNest(src.Shape, dst.Stride, src.Stride)
	if !ok || t.n < 2 || t.dims[t.n-1].ds != 1 || t.dims[t.n-1].ss == 1 {
		return false
	}
	row := t.dims[t.n-1] // contiguous in dst
	j := t.n - 2
	for j >= 0 && t.dims[j].ss != 1 {
		j--
	}
	if j < 0 || row.size*t.dims[j].size < 64 {
		return false
	}
	col := t.dims[j] // contiguous in src
	copy(t.dims[j:], t.dims[j+1:t.n-1])
	outer := t.dims[:t.n-2]
	bands, planes := (col.size+band-1)/band, 1
	for _, d := range outer {
		planes *= d.size
	}
	for u := planes * bands * chunk / chunks; u < planes*bands*(chunk+1)/chunks; u++ {
		first := u % bands * band
		at, from, plane := first*col.ds, first, u/bands
		for i := len(outer) - 1; i >= 0; i-- {
			at += plane % outer[i].size * outer[i].ds
			from += plane % outer[i].size * outer[i].ss
			plane /= outer[i].size
		}
		cols := min(band, col.size-first)
		switch src.Type.Size() {
		case 4:
			s.Transpose(op.Data[float32](dst)[at:], col.ds, op.Data[float32](src)[from:], row.ss, row.size, cols)
		case 1:
			exchangeCells(op.Data[uint8](dst)[at:], col.ds, op.Data[uint8](src)[from:], row.ss, row.size, cols)
		case 2:
			exchangeCells(op.Data[uint16](dst)[at:], col.ds, op.Data[uint16](src)[from:], row.ss, row.size, cols)
		case 8:
			exchangeCells(op.Data[uint64](dst)[at:], col.ds, op.Data[uint64](src)[from:], row.ss, row.size, cols)
		default:
			exchangeCells(op.Data[complex128](dst)[at:], col.ds, op.Data[complex128](src)[from:], row.ss, row.size, cols)
		}
	}
	return true
}

// exchangeCells is kernels.Transpose for any element: 8 rows at a time, so that
// the lines of the destination that they fill stay in the cache.
func exchangeCells[T uint8 | uint16 | uint64 | complex128](dst []T, ldd int, src []T, lds, rows, cols int) {
	const block = 8
	i := 0
	for ; i+block <= rows; i += block {
		s0, s1 := src[i*lds:][:cols], src[(i+1)*lds:][:cols]
		s2, s3 := src[(i+2)*lds:][:cols], src[(i+3)*lds:][:cols]
		s4, s5 := src[(i+4)*lds:][:cols], src[(i+5)*lds:][:cols]
		s6, s7 := src[(i+6)*lds:][:cols], src[(i+7)*lds:][:cols]
		for j := range s0 {
			d := dst[j*ldd+i:][:block]
			d[0], d[1], d[2], d[3] = s0[j], s1[j], s2[j], s3[j]
			d[4], d[5], d[6], d[7] = s4[j], s5[j], s6[j], s7[j]
		}
	}
	for ; i < rows; i++ {
		for j, v := range src[i*lds:][:cols] {
			dst[j*ldd+i] = v
		}
	}
}
