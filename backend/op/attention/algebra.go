package attention

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A number is the type in which attention is computed.
type number interface{ float32 | float64 }

// algebra is what attention takes from linear algebra, for one type.
type algebra[T number] struct {
	rate float64 // multiplications and additions a nanosecond

	packedLen func(k, n int) int
	// pack copies B(p,j) = b[p*rs+j*cs], k×n, to the order that product reads.
	pack func(dst []T, k, n int, b []T, rs, cs int)
	// product sets C = A·B, for a packed B.
	product func(m, n, k int, a []T, lda int, b, c []T, ldc int)
	// exponentials sets x[i] = exp(x[i]-top) and returns their sum.
	exponentials func(x []T, top T) T
	greatest     func(x []T) T
	scale        func(dst, x []T, a T)
	tanh         func(x []T)
	add          func(dst, x []T)
	transpose    func(dst []T, ldd int, src []T, lds, rows, cols int)
}

// algebra32 computes with vector kernels.
func algebra32(s *kernels.Set) *algebra[float32] {
	return &algebra[float32]{
		rate: 100, packedLen: kernels.PackedLen, pack: kernels.Pack,
		product: func(m, n, k int, a []float32, lda int, b, c []float32, ldc int) {
			s.Gemm(m, n, k, a, lda, b, c, ldc, nil)
		},
		exponentials: func(x []float32, top float32) float32 { return s.ExpSum(x, x, top) },
		greatest:     s.MaxOf, scale: s.MulScalar,
		tanh:      func(x []float32) { s.Tanh(x, x) },
		add:       func(dst, x []float32) { s.Add(dst, dst, x) },
		transpose: s.Transpose,
	}
}

// algebra64 computes by definition.
func algebra64() *algebra[float64] {
	return &algebra[float64]{
		rate: 1, packedLen: func(k, n int) int { return k * n },
		pack: func(dst []float64, k, n int, b []float64, rs, cs int) {
			for p := range k {
				for j := range n {
					dst[p*n+j] = b[p*rs+j*cs]
				}
			}
		},
		product: product64,
		exponentials: func(x []float64, top float64) float64 {
			sum := 0.
			for i, v := range x {
				x[i] = math.Exp(v - top)
				sum += x[i]
			}
			return sum
		},
		greatest: func(x []float64) float64 {
			top := math.Inf(-1)
			for _, v := range x {
				top = max(top, v)
			}
			return top
		},
		scale: func(dst, x []float64, a float64) {
			for i, v := range x {
				dst[i] = v * a
			}
		},
		tanh: func(x []float64) {
			for i, v := range x {
				x[i] = math.Tanh(v)
			}
		},
		add: func(dst, x []float64) {
			for i, v := range x {
				dst[i] += v
			}
		},
		transpose: func(dst []float64, ldd int, src []float64, lds, rows, cols int) {
			for i := range rows {
				for j := range cols {
					dst[j*ldd+i] = src[i*lds+j]
				}
			}
		},
	}
}

func product64(m, n, k int, a []float64, lda int, b, c []float64, ldc int) {
	for i := range m {
		row := c[i*ldc:][:n]
		clear(row)
		for p := range k {
			v := a[i*lda+p]
			for j, w := range b[p*n:][:n] {
				row[j] = math.FMA(v, w, row[j])
			}
		}
	}
}

// softmax makes scores probabilities. Where nothing is to be attended to, a row
// of minus infinity, all are 0.
func (l *algebra[T]) softmax(x []T) {
	top := l.greatest(x)
	if len(x) == 0 || math.IsInf(float64(top), -1) {
		clear(x)
		return
	}
	l.scale(x, x, 1/l.exponentials(x, top))
}

// prepare returns the kernel made for the type in which values of the given
// types are computed, behind the adapter for narrow types if one is.
func prepare(e *op.Env, in, out []op.Info, float func(*algebra[float32]) op.Kernel, double func(*algebra[float64]) op.Kernel, floats ...int) (op.Kernel, error) {
	wide := elementwise.Wide(in[0].Type)
	for _, i := range floats {
		if i < len(in) && in[i].Present() && in[i].Type == tensor.Float64 {
			wide = tensor.Float64
		}
	}
	narrow := false
	for _, i := range floats {
		if i >= len(in) || !in[i].Present() {
			continue
		}
		if t := elementwise.Wide(in[i].Type); t != wide && t != tensor.Float32 {
			return nil, elementwise.Unsupported(in[i].Type)
		}
		narrow = narrow || in[i].Type != wide
	}
	for i := range out {
		narrow = narrow || out[i].Present() && out[i].Type != wide
	}
	var k op.Kernel
	switch {
	case wide == tensor.Float32:
		k = float(algebra32(e.Set))
	case wide == tensor.Float64 && double != nil:
		k = double(algebra64())
	default:
		return nil, elementwise.Unsupported(in[0].Type)
	}
	if narrow {
		return op.Widen(e.Set, k, wide), nil
	}
	return k, nil
}

// take cuts n elements off scratch memory.
func take[T any](work *[]T, n int) []T {
	w := (*work)[:n:n]
	*work = (*work)[n:]
	return w
}

// tail returns x from element i on; nothing if there is none.
func tail[T any](x []T, i int) []T { return x[min(i, len(x)):] }

// present reports whether input i is there.
func present(in []op.Info, i int) bool { return i < len(in) && in[i].Present() }
