package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A gemmCase is a random product, with operands between fences.
type gemmCase struct {
	m, n, k, lda, ldc int
	a, dense, b, c    []float32
	e                 Epilogue
}

// newGemmCase draws the rest of a product: strides, values and an epilogue, by
// the bits of kind.
func newGemmCase(r *rand.Rand, m, n, k, kind int) *gemmCase {
	g := &gemmCase{m: m, n: n, k: k, lda: k + kind%3, ldc: n + kind%5}
	g.a = guard(random(r, max(0, (m-1)*g.lda+k))).data
	g.dense = guard(random(r, k*n)).data
	g.b = guard(make([]float32, PackedLen(k, n))).data
	Pack(g.b, k, n, g.dense, n, 1)
	g.c = random(r, max(0, (m-1)*g.ldc+n))
	if kind&1 != 0 {
		g.e.Bias = guard(random(r, n)).data
	}
	g.e.Load = kind&2 != 0
	if kind&4 != 0 {
		g.e.Ldr = n + 3
		g.e.Residual = guard(random(r, max(0, (m-1)*g.e.Ldr+n))).data
	}
	if kind&8 != 0 {
		g.e.Clamp, g.e.Lo, g.e.Hi = true, 0, 6
	}
	return g
}

// want computes the product element by element, as the comment at the head of
// gemm.go says.
func (g *gemmCase) want() []float32 {
	out := append([]float32(nil), g.c...)
	for i := range g.m {
		for j := range g.n {
			sum := float32(0)
			if g.e.Load {
				sum = out[i*g.ldc+j]
			} else if g.e.Bias != nil {
				sum = g.e.Bias[j]
			}
			for p := range g.k {
				sum = Fma32(g.a[i*g.lda+p], g.dense[p*g.n+j], sum)
			}
			if g.e.Residual != nil {
				sum += g.e.Residual[i*g.e.Ldr+j]
			}
			if g.e.Clamp && g.e.Lo > sum {
				sum = g.e.Lo
			}
			if g.e.Clamp && g.e.Hi < sum {
				sum = g.e.Hi
			}
			out[i*g.ldc+j] = sum
		}
	}
	return out
}

func (g *gemmCase) check(t *testing.T, s *Set, kind int) {
	t.Helper()
	c := guard(g.c)
	s.Gemm(g.m, g.n, g.k, g.a, g.lda, g.b, c.data, g.ldc, &g.e)
	c.equal(t, g.want(), "m=%d n=%d k=%d kind=%d", g.m, g.n, g.k, kind)
}

// TestGemm holds every Set to the one chain of Fma32 an element, for all heights
// of a tile, all tails and all epilogues.
func TestGemm(t *testing.T) {
	for _, s := range All() {
		t.Run(s.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			kind := 0
			for _, m := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 17, 24, 25} {
				for _, n := range lengths {
					for _, k := range []int{0, 1, 2, 3, 4, 5, 7, 8, 11, 33} {
						if kind++; testing.Short() && kind%7 != 0 {
							continue
						}
						newGemmCase(r, m, n, k, kind).check(t, s, kind)
					}
				}
			}
		})
	}
}

// TestGemmBlocks covers what small products do not reach: several panels, and
// parts of k, which must not change a bit.
func TestGemmBlocks(t *testing.T) {
	for _, s := range All() {
		t.Run(s.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 4))
			for kind, size := range [][3]int{
				{7, 161, 300}, {1, 300, 129}, {2, 24, maxDepth}, {5, 40, maxDepth + 1}, {9, 17, maxDepth + 3}, {1, 65, 5000}, {3, 16, 2*maxDepth + 2},
			} {
				newGemmCase(r, size[0], size[1], size[2], kind).check(t, s, kind)
				newGemmCase(r, size[0], size[1], size[2], 15-kind).check(t, s, 15-kind)
			}
		})
	}
}

// TestGemmSpecial checks that NaN and infinities come out where they must, and
// that clamping keeps NaN.
func TestGemmSpecial(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	negZero := float32(math.Copysign(0, -1))
	special := []float32{nan, inf, -inf, 0, negZero, 1, -1, math.MaxFloat32, math.SmallestNonzeroFloat32, 6, -6}
	for _, s := range All() {
		for _, limits := range [][2]float32{{0, 6}, {negZero, inf}, {-inf, 0}, {nan, nan}, {2, 1}} {
			for n := 1; n <= 33; n += 8 {
				r := rand.New(rand.NewPCG(5, uint64(n)))
				g := newGemmCase(r, 8, n, 2, 7)
				for _, x := range [][]float32{g.a, g.dense, g.e.Bias, g.e.Residual} {
					for i := range x {
						x[i] = special[r.IntN(len(special))]
					}
				}
				Pack(g.b, g.k, n, g.dense, n, 1)
				g.e.Clamp, g.e.Lo, g.e.Hi, g.e.Load = true, limits[0], limits[1], false
				c := guard(g.c)
				s.Gemm(g.m, g.n, g.k, g.a, g.lda, g.b, c.data, g.ldc, &g.e)
				c.equal(t, g.want(), "%s limits=%v n=%d", s.name, limits, n)
			}
		}
	}
}

// TestGemmColumns computes a range of columns alone, as workers do: same bits.
func TestGemmColumns(t *testing.T) {
	for _, s := range All() {
		g := newGemmCase(rand.New(rand.NewPCG(7, 8)), 10, 75, 19, 1)
		want, got := g.want(), guard(g.c)
		for _, r := range [][2]int{{48, 75}, {0, 16}, {16, 48}} {
			from, to := r[0], r[1]
			s.Gemm(g.m, to-from, g.k, g.a, g.lda, g.b[from*g.k:], got.data[from:], g.ldc, &Epilogue{Bias: g.e.Bias[from:]})
		}
		got.equal(t, want, "%s", s.name)
	}
}

// TestGemmParts computes a product in three parts of k, as Load promises: same
// bits as at once.
func TestGemmParts(t *testing.T) {
	for _, s := range All() {
		g := newGemmCase(rand.New(rand.NewPCG(19, 20)), 9, 40, 50, 1)
		want, got := g.want(), guard(g.c)
		e := Epilogue{Bias: g.e.Bias}
		for _, part := range [][2]int{{0, 7}, {7, 31}, {31, 50}} {
			from, k := part[0], part[1]-part[0]
			b := make([]float32, PackedLen(k, g.n))
			Pack(b, k, g.n, g.dense[from*g.n:], g.n, 1)
			s.Gemm(g.m, g.n, k, g.a[from:], g.lda, b, got.data, g.ldc, &e)
			e = Epilogue{Load: true}
		}
		got.equal(t, want, "%s", s.name)
	}
}

// TestGemmIndirect compares the implicit A with the same matrix written out,
// with scattered rows, padding and an output table.
func TestGemmIndirect(t *testing.T) {
	for _, s := range All() {
		t.Run(s.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(9, 10))
			kind := 0
			for _, m := range []int{1, 2, 3, 5, 6, 7, 8, 9, 19} {
				for _, n := range []int{1, 8, 15, 16, 24, 32, 33, 48, 65} {
					for _, shape := range [][2]int{{1, 1}, {1, 9}, {3, 7}, {9, 4}, {4, 16}, {2, 0}, {0, 3}} {
						kind++
						indirectCase(t, s, r, m, n, shape[0], shape[1], kind)
					}
				}
			}
			for kind := range 4 { // cut between taps, and within one
				indirectCase(t, s, r, 5, 24, 9, 1000, 8+kind)
				indirectCase(t, s, r, 2, 24, 2, 4500, 8+kind)
				indirectCase(t, s, r, 2, 24, 1, maxDepth+1, kind)
				indirectCase(t, s, r, 2, 24, 1, maxDepth+1, 4+kind)
			}
		})
	}
}

func indirectCase(t *testing.T, s *Set, r *rand.Rand, m, n, taps, run, kind int) {
	t.Helper()
	g := newGemmCase(r, m, n, taps*run, kind)
	x, zero := guard(random(r, 3*m+run)).data, guard(random(r, run)).data
	ldo := m + kind%4
	offs := make([]int32, taps*ldo)
	g.a, g.lda = make([]float32, m*g.k), g.k
	for tap := range taps {
		for i := range m {
			row := g.a[i*g.k+tap*run:][:run]
			offs[tap*ldo+i] = int32(r.IntN(3*m+1+m/2) - m/2)
			if o := offs[tap*ldo+i]; o < 0 {
				offs[tap*ldo+i] = -1
				copy(row, zero)
			} else {
				copy(row, x[o:])
			}
		}
	}
	require.NoError(t, CheckOffsets(offs, run, len(x)))

	var outs []int32
	if kind%2 == 0 { // rows of C upside down, with a gap; the residual alike
		g.e.Ldr = g.ldc
		if g.e.Residual != nil {
			g.e.Residual = guard(random(r, len(g.c))).data
		}
		for i := range m {
			outs = append(outs, int32((m-1-i)*g.ldc))
		}
		g.reverse()
	}
	want := g.want()
	if outs != nil {
		g.reverse()
	}
	c := guard(g.c)
	s.GemmIndirect(m, n, x, zero, offs, ldo, taps, run, g.b, c.data, g.ldc, outs, &g.e)
	if outs != nil {
		g.c = c.data
		g.reverse()
	}
	c.equal(t, want, "m=%d n=%d taps=%d run=%d kind=%d", m, n, taps, run, kind)
}

// reverse exchanges the rows of c and the residual, top to bottom, in place.
func (g *gemmCase) reverse() {
	for _, x := range [][]float32{g.c, g.e.Residual} {
		for i, k := 0, g.m-1; x != nil && i < k; i, k = i+1, k-1 {
			for j := range g.n {
				x[i*g.ldc+j], x[k*g.ldc+j] = x[k*g.ldc+j], x[i*g.ldc+j]
			}
		}
	}
}

// TestGemmInPlaceResidual protects the documented case Residual == c.
func TestGemmInPlaceResidual(t *testing.T) {
	for _, s := range All() {
		for _, k := range []int{12, maxDepth + 1} {
			g := newGemmCase(rand.New(rand.NewPCG(11, 12)), 9, 50, k, 1)
			c := guard(g.c)
			g.e.Residual, g.e.Ldr = append([]float32(nil), g.c...), g.ldc
			want := g.want()
			g.e.Residual = c.data
			s.Gemm(g.m, g.n, g.k, g.a, g.lda, g.b, c.data, g.ldc, &g.e)
			c.equal(t, want, "%s k=%d", s.name, k)
		}
	}
}

func TestCheckOffsets(t *testing.T) {
	require.NoError(t, CheckOffsets([]int32{-1, 0, 5}, 5, 10))
	require.EqualError(t, CheckOffsets([]int32{0, 6}, 5, 10), "offset 1 is 6: a run of 5 elements must lie within 10")
	require.Error(t, CheckOffsets([]int32{-2}, 5, 10))
	require.Error(t, CheckOffsets([]int32{0}, 11, 10))
}

// TestGemmAllocates protects the promise of a session that allocates nothing.
func TestGemmAllocates(t *testing.T) {
	for _, s := range All() {
		g := newGemmCase(rand.New(rand.NewPCG(13, 14)), 9, 50, 12, 1)
		offs := make([]int32, 9)
		require.Zero(t, testing.AllocsPerRun(10, func() {
			s.Gemm(g.m, g.n, g.k, g.a, g.lda, g.b, g.c, g.ldc, &Epilogue{Bias: g.e.Bias, Clamp: true, Hi: 6})
			s.GemmIndirect(9, 50, g.a, nil, offs, 9, 1, 12, g.b, g.c, g.ldc, nil, &Epilogue{Bias: g.e.Bias})
		}), s.name)
	}
}

// TestGemmYields fails if a loop of products cannot be stopped for a garbage
// collection: assembly has no points of preemption.
func TestGemmYields(t *testing.T) {
	for _, s := range All() {
		g := newGemmCase(rand.New(rand.NewPCG(15, 16)), 64, 64, 64, 0)
		stop, done := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			for {
				select {
				case <-stop:
					return
				default:
				}
				for range 2000 {
					s.Gemm(g.m, g.n, g.k, g.a, g.lda, g.b, g.c, g.ldc, nil)
					if s == &portable {
						break
					}
				}
			}
		}()
		var worst time.Duration
		for range 5 {
			start := time.Now()
			runtime.GC()
			worst = max(worst, time.Since(start))
		}
		close(stop)
		<-done
		require.Less(t, worst, 200*time.Millisecond, s.name)
	}
}

// FuzzGemm draws sizes and epilogues the tables above did not think of.
func FuzzGemm(f *testing.F) {
	f.Add(uint16(7), uint16(49), uint16(17), uint16(5), uint64(1))
	f.Fuzz(func(t *testing.T, m, n, k, kind uint16, seed uint64) {
		g := newGemmCase(rand.New(rand.NewPCG(seed, 0)), int(m%40), int(n%150), int(k%200), int(kind))
		for _, s := range All() {
			g.check(t, s, int(kind))
		}
	})
}

func ExampleSet_Gemm() {
	a := []float32{
		1, 2, 3,
		4, 5, 6,
	}
	b := []float32{
		1, 0,
		0, 1,
		1, 1,
	}
	packed := make([]float32, PackedLen(3, 2))
	Pack(packed, 3, 2, b, 2, 1)

	c := make([]float32, 2*2)
	Best().Gemm(2, 2, 3, a, 3, packed, c, 2, &Epilogue{Bias: []float32{10, 20}})
	fmt.Println(c)
	// Output: [14 25 20 31]
}
