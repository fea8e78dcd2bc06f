package training

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// newAdagrad parses Adagrad (Duchi, Hazan and Singer, 2011). The state is the sum
// of squared gradients.
func newAdagrad(n *graph.Node) (op.Op, error) {
	decay, epsilon, norm := float64(n.Float("decay_factor", 0)), float64(n.Float("epsilon", 1e-6)), float64(n.Float("norm_coefficient", 0))
	return &optimizer{
		states: 1, cost: 8,
		factors: func(rate float64, steps int64) [2]float64 { return [2]float64{rate / (1 + float64(steps)*decay)} },
		update: func(f [2]float64, x, g, s, _ float64) (float64, float64, float64) {
			g += float64(norm * x)
			s += float64(g * g)
			return x - float64(f[0]*g)/(math.Sqrt(s)+epsilon), s, 0
		},
	}, nil
}

// newAdam parses Adam (Kingma and Ba, 2015). The states are running averages of
// gradients and of their squares.
func newAdam(n *graph.Node) (op.Op, error) {
	alpha, beta := float64(n.Float("alpha", 0.9)), float64(n.Float("beta", 0.999))
	epsilon := float64(n.Float("epsilon", 1e-6))
	norm, post := float64(n.Float("norm_coefficient", 0)), float64(n.Float("norm_coefficient_post", 0))
	return &optimizer{
		states: 2, cost: 10,
		factors: func(rate float64, steps int64) [2]float64 {
			if steps > 0 {
				rate *= math.Sqrt(1-math.Pow(beta, float64(steps))) / (1 - math.Pow(alpha, float64(steps)))
			}
			return [2]float64{rate}
		},
		update: func(f [2]float64, x, g, v, h float64) (float64, float64, float64) {
			g += float64(norm * x)
			v = float64(alpha*v) + float64((1-alpha)*g)
			h = float64(beta*h) + float64((1-beta)*g*g)
			return (1 - post) * (x - float64(f[0]*v)/(math.Sqrt(h)+epsilon)), v, h
		},
	}, nil
}

// newMomentum parses Momentum, Nesterov's or the standard one. The state is the
// momentum.
func newMomentum(n *graph.Node) (op.Op, error) {
	alpha, beta, norm := float64(n.Float("alpha", 0)), float64(n.Float("beta", 0)), float64(n.Float("norm_coefficient", 0))
	mode := n.Str("mode", "")
	if mode != "nesterov" && mode != "standard" || !n.Has("alpha") || !n.Has("beta") {
		return nil, fmt.Errorf("%w: mode is %q, alpha %v, beta %v; all are required", op.ErrAttr, mode, alpha, beta)
	}
	return &optimizer{
		states: 1, cost: 5,
		factors: func(rate float64, steps int64) [2]float64 {
			if steps > 0 {
				return [2]float64{rate, beta}
			}
			return [2]float64{rate, 1}
		},
		update: func(f [2]float64, x, g, v, _ float64) (float64, float64, float64) {
			g += float64(norm * x)
			v = float64(alpha*v) + float64(f[1]*g)
			if mode == "nesterov" {
				return x - float64(f[0]*(g+float64(alpha*v))), v, 0
			}
			return x - float64(f[0]*v), v, 0
		},
	}, nil
}
