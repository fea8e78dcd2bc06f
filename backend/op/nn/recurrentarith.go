package nn

import (
	"github.com/sardonyx-go/sardonyx/kernels"
)

// arithmetic is what recurrent layers compute with.
type arithmetic[T float32 | float64] interface {
	// pack returns the k×n matrix B(p,j) = b[j*k+p] as multiply wants it, in
	// dst's memory if that is large enough.
	pack(dst []T, k, n int, b []T) []T
	// multiply sets C(i,j) to bias[j], or C(i,j) if bias is nil, plus A·B.
	multiply(m, n, k int, a []T, lda int, b, c []T, ldc int, bias []T)
	add(dst, x, y []T)
	sub(dst, x, y []T)
	mul(dst, x, y []T)
	clip(row []T, limit float32)
	activate(a activation, row []T)
}

type float32Arithmetic struct{ *kernels.Set }

func (s float32Arithmetic) pack(dst []float32, k, n int, b []float32) []float32 {
	size := kernels.PackedLen(k, n)
	if cap(dst) < size {
		dst = make([]float32, size)
	}
	kernels.Pack(dst[:size], k, n, b, 1, k)
	return dst[:size]
}

func (s float32Arithmetic) multiply(m, n, k int, a []float32, lda int, b, c []float32, ldc int, bias []float32) {
	s.Gemm(m, n, k, a, lda, b, c, ldc, &kernels.Epilogue{Bias: bias, Load: bias == nil})
}

func (s float32Arithmetic) add(dst, x, y []float32)           { s.Add(dst, x, y) }
func (s float32Arithmetic) sub(dst, x, y []float32)           { s.Sub(dst, x, y) }
func (s float32Arithmetic) mul(dst, x, y []float32)           { s.Mul(dst, x, y) }
func (s float32Arithmetic) clip(row []float32, limit float32) { s.Clip(row, row, -limit, limit) }

func (s float32Arithmetic) activate(a activation, row []float32) {
	switch a.name {
	case "sigmoid":
		s.Sigmoid(row, row)
	case "tanh":
		s.Tanh(row, row)
	case "relu":
		s.Relu(row, row)
	case "affine":
		s.MulScalar(row, row, a.alpha)
		s.AddScalar(row, row, a.beta)
	case "leakyrelu":
		s.LeakyRelu(row, row, a.alpha)
	case "scaledtanh":
		s.MulScalar(row, row, a.beta)
		s.Tanh(row, row)
		s.MulScalar(row, row, a.alpha)
	case "hardsigmoid":
		s.HardSigmoid(row, row, a.alpha, a.beta)
	case "elu":
		s.Elu(row, row, a.alpha)
	case "softplus":
		s.Softplus(row, row)
	default:
		for i, x := range row {
			row[i] = float32(a.value(float64(x)))
		}
	}
}

type float64Arithmetic struct{}

func (float64Arithmetic) pack(dst []float64, k, n int, b []float64) []float64 {
	if cap(dst) < k*n {
		dst = make([]float64, k*n)
	}
	dst = dst[:k*n]
	for j := range n {
		for p := range k {
			dst[p*n+j] = b[j*k+p]
		}
	}
	return dst
}

func (float64Arithmetic) multiply(m, n, k int, a []float64, lda int, b, c []float64, ldc int, bias []float64) {
	for i := range m {
		row := c[i*ldc:][:n]
		if bias != nil {
			copy(row, bias)
		}
		for p, v := range a[i*lda:][:k] {
			for j, w := range b[p*n:][:n] {
				row[j] += float64(v * w)
			}
		}
	}
}

func (float64Arithmetic) add(dst, x, y []float64) {
	for i := range dst {
		dst[i] = x[i] + y[i]
	}
}

func (float64Arithmetic) sub(dst, x, y []float64) {
	for i := range dst {
		dst[i] = x[i] - y[i]
	}
}

func (float64Arithmetic) mul(dst, x, y []float64) {
	for i := range dst {
		dst[i] = x[i] * y[i]
	}
}

func (float64Arithmetic) clip(row []float64, limit float32) {
	for i, x := range row {
		row[i] = max(-float64(limit), min(float64(limit), x))
	}
}

func (float64Arithmetic) activate(a activation, row []float64) {
	for i, x := range row {
		row[i] = a.value(x)
	}
}
