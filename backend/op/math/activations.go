package math

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// Activations with attributes: a table entry makes a [function] of a node.
var activations = map[string]func(n *graph.Node) (function, error){
	"Affine": func(n *graph.Node) (function, error) { // version 1, experimental
		alpha, beta := n.Float("alpha", 1), n.Float("beta", 0)
		return linear(alpha, beta), nil
	},
	"Celu": func(n *graph.Node) (function, error) {
		alpha := n.Float("alpha", 1)
		return function{cost: 15, f32: each32(func(x float32) float32 {
			if x > 0 {
				return x
			}
			return kernels.Elu32(x/alpha, alpha)
		}), f64: func(x float64) float64 { return max(0, x) + min(0, float64(alpha)*math.Expm1(x/float64(alpha))) }}, nil
	},
	"Elu": func(n *graph.Node) (function, error) {
		alpha := n.Float("alpha", 1)
		return function{cost: 0.4, f32: func(s *kernels.Set, dst, x []float32) { s.Elu(dst, x, alpha) },
			f64: func(x float64) float64 { return elu(x, float64(alpha)) }}, nil
	},
	"Gelu": func(n *graph.Node) (function, error) {
		switch a := n.Str("approximate", "none"); a {
		case "none":
			return function{(*kernels.Set).Gelu, func(x float64) float64 { return x / 2 * (1 + math.Erf(x/math.Sqrt2)) }, 0.3}, nil
		case "tanh":
			return function{(*kernels.Set).GeluTanh, geluTanh, 0.4}, nil
		default:
			return function{}, fmt.Errorf("%w: approximate is %q", op.ErrAttr, a)
		}
	},
	"HardSigmoid": func(n *graph.Node) (function, error) {
		alpha, beta := n.Float("alpha", 0.2), n.Float("beta", 0.5)
		return function{cost: 0.2, f32: func(s *kernels.Set, dst, x []float32) { s.HardSigmoid(dst, x, alpha, beta) },
			f64: func(x float64) float64 { return max(0, min(1, float64(alpha)*x+float64(beta))) }}, nil
	},
	"LeakyRelu": func(n *graph.Node) (function, error) {
		alpha := n.Float("alpha", 0.01)
		return function{cost: 0.2, f32: func(s *kernels.Set, dst, x []float32) { s.LeakyRelu(dst, x, alpha) },
			f64: func(x float64) float64 {
				if x < 0 {
					return float64(alpha) * x
				}
				return x
			}}, nil
	},
	"ParametricSoftplus": func(n *graph.Node) (function, error) { // version 1, experimental
		alpha, beta := n.Float("alpha", 1), n.Float("beta", 1)
		return function{cost: 1.5, f32: func(s *kernels.Set, dst, x []float32) {
			s.MulScalar(dst, x, beta)
			s.Softplus(dst, dst)
			s.MulScalar(dst, dst, alpha)
		}, f64: func(x float64) float64 { return float64(alpha) * softplus(float64(beta)*x) }}, nil
	},
	"ScaledTanh": func(n *graph.Node) (function, error) { // version 1, experimental
		alpha, beta := n.Float("alpha", 1), n.Float("beta", 1)
		return function{cost: 0.8, f32: func(s *kernels.Set, dst, x []float32) {
			s.MulScalar(dst, x, beta)
			s.Tanh(dst, dst)
			s.MulScalar(dst, dst, alpha)
		}, f64: func(x float64) float64 { return float64(alpha) * math.Tanh(float64(beta)*x) }}, nil
	},
	"Selu": func(n *graph.Node) (function, error) {
		alpha, gamma := n.Float("alpha", 1.67326319217681884765625), n.Float("gamma", 1.05070102214813232421875)
		if n.Version < 6 {
			alpha, gamma = n.Float("alpha", 1.6732), n.Float("gamma", 1.0507)
		}
		return function{cost: 0.6, f32: func(s *kernels.Set, dst, x []float32) {
			s.Elu(dst, x, alpha)
			s.MulScalar(dst, dst, gamma)
		}, f64: func(x float64) float64 { return float64(gamma) * elu(x, float64(alpha)) }}, nil
	},
	"Swish": func(n *graph.Node) (function, error) {
		alpha := n.Float("alpha", 1)
		return function{cost: 0.6, f32: func(s *kernels.Set, dst, x []float32) { op.Swish(s, dst, x, alpha) },
			f64: func(x float64) float64 { return x * sigmoid(float64(alpha)*x) }}, nil
	},
	"ThresholdedRelu": func(n *graph.Node) (function, error) {
		alpha := n.Float("alpha", 1)
		return function{cost: 1, f32: each32(func(x float32) float32 {
			if x > alpha {
				return x
			}
			return 0
		}), f64: func(x float64) float64 {
			if x > float64(alpha) {
				return x
			}
			return 0
		}}, nil
	},
}

// newActivation parses the operators of the table above.
func newActivation(n *graph.Node) (op.Op, error) {
	f, err := activations[n.Op](n)
	if err != nil {
		return nil, err
	}
	return f.op(false), nil
}

// each32 makes a vector function of one of a number.
func each32(f func(float32) float32) func(s *kernels.Set, dst, x []float32) {
	return func(_ *kernels.Set, dst, x []float32) {
		for i, v := range x {
			dst[i] = f(v)
		}
	}
}

// linear is alpha·x + beta.
func linear(alpha, beta float32) function {
	return function{cost: 0.4, f32: func(s *kernels.Set, dst, x []float32) {
		s.MulScalar(dst, x, alpha)
		s.AddScalar(dst, dst, beta)
	}, f64: func(x float64) float64 { return float64(alpha)*x + float64(beta) }}
}

func elu(x, alpha float64) float64 {
	if x > 0 {
		return x
	}
	return alpha * math.Expm1(x)
}

func geluTanh(x float64) float64 {
	return x / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
}

// newPRelu parses PRelu: x, or slope·x where that is negative. Up to version 6
// a slope of one dim belongs to the channels, dim 1 of the input.
func newPRelu(n *graph.Node) (op.Op, error) {
	o := &elementwise.Op{Arity: 2, Tail: func(x, y int) int { return 0 }, Loop: preluLoop}
	if n.Version < 7 {
		o.Tail = func(x, y int) int {
			if y == 1 {
				return max(0, x-2)
			}
			return 0
		}
	}
	return o, nil
}
