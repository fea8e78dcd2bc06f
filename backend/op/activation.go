package op

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/kernels"
)

// activations are the operators that [Activate] knows.
var activations = []string{
	"", "Relu", "Clip", "LeakyRelu", "HardSwish", "HardSigmoid", "Swish", "Silu", "Sigmoid", "Tanh", "Gelu", "GeluTanh", "Elu",
	"Softplus",
}

// CanActivate reports whether an operator may be fused as an activation.
func CanActivate(name string) bool { return slices.Contains(activations, name) }

// Activate applies an activation to a row in place, as the last step of a fused
// operator. Alpha and beta are the attributes of the operator of that name:
//
//	Clip        alpha lowest, beta highest result
//	LeakyRelu   alpha slope below 0
//	HardSigmoid alpha slope, beta at 0
//	Swish       x·sigmoid(alpha·x); Silu is that with alpha 1
//	Elu         alpha
//
// It panics for a name that [CanActivate] refuses.
func Activate(s *kernels.Set, name string, alpha, beta float32, row []float32) {
	switch name {
	case "":
	case "Relu":
		s.Relu(row, row)
	case "Clip":
		s.Clip(row, row, alpha, beta)
	case "LeakyRelu":
		s.LeakyRelu(row, row, alpha)
	case "HardSwish":
		s.HardSwish(row, row)
	case "HardSigmoid":
		s.HardSigmoid(row, row, alpha, beta)
	case "Silu":
		s.Silu(row, row)
	case "Swish":
		Swish(s, row, row, alpha)
	case "Sigmoid":
		s.Sigmoid(row, row)
	case "Tanh":
		s.Tanh(row, row)
	case "Gelu":
		s.Gelu(row, row)
	case "GeluTanh":
		s.GeluTanh(row, row)
	case "Elu":
		s.Elu(row, row, alpha)
	case "Softplus":
		s.Softplus(row, row)
	default:
		panic(fmt.Sprintf("op: %s is not an activation", name))
	}
}

// Swish sets dst[i] = x[i]·sigmoid(alpha·x[i]), computed as silu(alpha·x)/alpha.
// dst may be x.
func Swish(s *kernels.Set, dst, x []float32, alpha float32) {
	switch alpha {
	case 1:
		s.Silu(dst, x)
	case 0:
		s.MulScalar(dst, x, 0.5)
	default:
		s.MulScalar(dst, x, alpha)
		s.Silu(dst, dst)
		s.MulScalar(dst, dst, 1/alpha)
	}
}
