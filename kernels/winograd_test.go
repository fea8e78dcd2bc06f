package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// winogradLanes are numbers of channels: below, at and between multiples of the
// vectors.
var winogradLanes = []int{1, 5, 8, 11, 16, 17, 20, 24, 31, 32, 47, 64}

// eachWinograd runs a test for every algorithm and every number of channels.
func eachWinograd(t *testing.T, test func(t *testing.T, r *rand.Rand, f Winograd, n int)) {
	for f := range winograds {
		t.Run(fmt.Sprintf("F%d%d", f.Outputs(), f.Taps()), func(t *testing.T) {
			r := rand.New(rand.NewPCG(21, uint64(f)))
			for _, n := range winogradLanes {
				for range 10 {
					test(t, r, f, n)
				}
			}
		})
	}
}

// TestWinogradInput holds every Set to the definition: padding on any side,
// pixels and planes with room between them, nothing read or written there.
func TestWinogradInput(t *testing.T) {
	eachWinograd(t, func(t *testing.T, r *rand.Rand, f Winograd, n int) {
		a := f.Inputs()
		ld, plane := n+r.IntN(9), n+r.IntN(9)
		rows, cols := make([]int32, a), make([]int32, a)
		for i := range a {
			rows[i], cols[i] = int32(i*a*ld), int32(i*ld)
			if r.IntN(5) == 0 {
				rows[i] = -1
			}
			if r.IntN(5) == 0 {
				cols[i] = -1
			}
		}
		x := make([]float32, (a*a-1)*ld+n)
		for i := range x {
			x[i] = nan32
		}
		for i := 0; i < len(x); i += ld {
			copy(x[i:], random(r, n))
		}
		want := make([]float32, (a*a-1)*plane+n)
		for i := range want {
			want[i] = 77
		}
		untouched := append([]float32(nil), want...)
		portable.WinogradInput(f, want, plane, x, rows, cols, make([]float32, n), n)
		for _, s := range All()[1:] {
			dst, gx, zero := guard(untouched), guard(x), guard(make([]float32, n))
			s.WinogradInput(f, dst.data, plane, gx.data, rows, cols, zero.data, n)
			dst.equal(t, want, "%s n=%d rows %v cols %v", s.name, n, rows, cols)
		}
	})
}

// TestWinogradOutput does the same for outputs: tiles that are cut off, a
// residual or none, limits, and NaN among the sums.
func TestWinogradOutput(t *testing.T) {
	eachWinograd(t, func(t *testing.T, r *rand.Rand, f Winograd, n int) {
		size, plane := f.Outputs(), n+r.IntN(9)
		tile := WinogradTile{Rows: 1 + r.IntN(size), Cols: 1 + r.IntN(size), Pixel: n + r.IntN(9), Lo: -inf32, Hi: inf32}
		tile.Row = size*tile.Pixel + r.IntN(9)
		tile.ResidualPixel = n + r.IntN(9)
		tile.ResidualRow = size*tile.ResidualPixel + r.IntN(9)
		m := random(r, (f.Planes()-1)*plane+n)
		if r.IntN(3) == 0 {
			m[r.IntN(len(m))] = nan32
		}
		if r.IntN(2) == 0 {
			tile.Residual = random(r, (tile.Rows-1)*tile.ResidualRow+(tile.Cols-1)*tile.ResidualPixel+n)
		}
		if r.IntN(2) == 0 {
			tile.Lo, tile.Hi = 0, 2
		}
		want := make([]float32, (tile.Rows-1)*tile.Row+(tile.Cols-1)*tile.Pixel+n)
		for i := range want {
			want[i] = 77
		}
		untouched := append([]float32(nil), want...)
		portable.WinogradOutput(f, want, m, plane, n, &tile)
		for _, s := range All()[1:] {
			dst, gm, on := guard(untouched), guard(m), tile
			if tile.Residual != nil {
				on.Residual = guard(tile.Residual).data
			}
			s.WinogradOutput(f, dst.data, gm.data, plane, n, &on)
			dst.equal(t, want, "%s n=%d %+v", s.name, n, tile)
		}
	})
}

// TestWinogradIsConvolution holds the definitions of an algorithm's three
// transforms to each other: small integers, a residual and limits give exactly
// what a convolution does, up to the rounding of G.
func TestWinogradIsConvolution(t *testing.T) {
	eachWinograd(t, func(t *testing.T, r *rand.Rand, f Winograd, n int) {
		a, taps, size := f.Inputs(), f.Taps(), f.Outputs()
		x, rows, cols := make([]float32, a*a*n), make([]int32, a), make([]int32, a)
		for i := range x {
			x[i] = float32(r.IntN(9) - 4)
		}
		for i := range a {
			rows[i], cols[i] = int32(i*a*n), int32(i*n)
		}
		var w [9]float64
		var u [6][6]float64
		for i := range taps * taps {
			w[i] = float64(r.IntN(9) - 4)
		}
		WinogradWeights(f, &u, &w)
		v := make([]float32, a*a*n)
		portable.WinogradInput(f, v, n, x, rows, cols, make([]float32, n), n)
		for i := range v {
			v[i] *= float32(u[i/n/a][i/n%a])
		}
		for i := range n {
			v[f.BiasPlane()*n+i] += 3
		}
		y, res := make([]float32, size*size*n), make([]float32, size*size*n)
		for i := range res {
			res[i] = float32(r.IntN(5))
		}
		portable.WinogradOutput(f, y, v, n, n, &WinogradTile{
			Rows: size, Cols: size, Row: size * n, Pixel: n,
			Residual: res, ResidualRow: size * n, ResidualPixel: n, Lo: -50, Hi: 60,
		})
		for i := range y {
			c, px, py := i%n, i/n%size, i/n/size
			want := float64(3 + res[i])
			for ky := range taps {
				for kx := range taps {
					want += w[ky*taps+kx] * float64(x[((py+ky)*a+px+kx)*n+c])
				}
			}
			require.InDelta(t, min(60, max(-50, want)), y[i], 2e-3, "pixel %d %d channel %d", py, px, c)
		}
	})
}
