package ml

import (
	"fmt"
	"math"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Similarities of a sample and a support vector.
const (
	dotKernel     = "LINEAR"  // x·v
	polyKernel    = "POLY"    // (gamma x·v + coef0)^degree
	rbfKernel     = "RBF"     // exp(-gamma |x-v|²)
	sigmoidKernel = "SIGMOID" // tanh(gamma x·v + coef0)
)

// supports are the support vectors of a model and the similarity to them.
type supports struct {
	kernel              string
	gamma, coef0, power float64
	vectors             []float32 // [n, c]
	n, c                int
}

// newSupports parses what describes n support vectors; it takes at least one.
func newSupports(n *graph.Node, count int) (supports, error) {
	s := supports{kernel: n.Str("kernel_type", dotKernel), vectors: n.Floats("support_vectors"), n: count}
	if !slices.Contains([]string{dotKernel, polyKernel, rbfKernel, sigmoidKernel}, s.kernel) {
		return s, fmt.Errorf("%w: kernel_type is %q", op.ErrAttr, s.kernel)
	}
	switch p := n.Floats("kernel_params"); len(p) {
	case 0:
	case 3:
		s.gamma, s.coef0, s.power = float64(p[0]), float64(p[1]), float64(p[2])
	default:
		return s, fmt.Errorf("%w: %d kernel_params, want 3", op.ErrAttr, len(p))
	}
	if len(s.vectors) == 0 || len(s.vectors)%count != 0 {
		return s, fmt.Errorf("%w: %d elements of support_vectors for %d vectors", op.ErrAttr, len(s.vectors), count)
	}
	s.c = len(s.vectors) / count
	return s, nil
}

// similarity computes the similarities of samples to all support vectors.
type similarity struct {
	supports
	set    *kernels.Set
	packed []float32 // vectors as columns; nil for the RBF kernel
}

func (s supports) prepare(set *kernels.Set) similarity {
	k := similarity{supports: s, set: set}
	if s.kernel != rbfKernel {
		k.packed = tensor.View[float32](tensor.Alloc(4 * kernels.PackedLen(s.c, s.n)))
		kernels.Pack(k.packed, s.c, s.n, s.vectors, 1, s.c)
	}
	return k
}

// cost is of all vectors, in nanoseconds.
func (k *similarity) cost(int) float64 {
	perElement := map[string]float64{dotKernel: 0, polyKernel: 40, rbfKernel: 30, sigmoidKernel: 20}[k.kernel]
	return float64(k.n) * (0.1*float64(k.c) + perElement)
}

func (k *similarity) work(rows int) int { return 4 * (rows*k.n + k.c) }

// rows sets element (i, j) of work, n columns wide, to the similarity of sample i
// and vector j. Differences of RBF are squared one by one: a difference of squares
// would lose near neighbours to rounding.
func (k *similarity) rows(x []float32, rows int, work []float32) []float32 {
	y, diff := work[:rows*k.n], work[rows*k.n:][:k.c]
	if k.kernel == rbfKernel {
		for i := range rows {
			for j := range k.n {
				k.set.Sub(diff, x[i*k.c:], k.vectors[j*k.c:])
				y[i*k.n+j] = float32(math.Exp(-k.gamma * float64(k.set.SumSquares(diff, 0))))
			}
		}
		return y
	}
	k.set.Gemm(rows, k.n, k.c, x, k.c, k.packed, y, k.n, nil)
	switch k.kernel {
	case polyKernel:
		for i, v := range y {
			y[i] = float32(math.Pow(k.gamma*float64(v)+k.coef0, k.power))
		}
	case sigmoidKernel:
		for i, v := range y {
			y[i] = float32(math.Tanh(k.gamma*float64(v) + k.coef0))
		}
	}
	return y
}
