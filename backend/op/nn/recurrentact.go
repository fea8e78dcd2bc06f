package nn

import (
	"fmt"
	"math"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// An activation is a function of a recurrent layer, with its parameters.
type activation struct {
	name        string // in lower case
	alpha, beta float32
}

// parameters are the default parameters of activations that have some. A NaN
// stands for one the function has not.
var parameters = map[string][2]float32{
	"affine": {1, 0}, "leakyrelu": {0.01, nan}, "thresholdedrelu": {1, nan}, "scaledtanh": {1, 1}, "hardsigmoid": {0.2, 0.5}, "elu": {1, nan},
	"relu": {nan, nan}, "tanh": {nan, nan}, "sigmoid": {nan, nan}, "softsign": {nan, nan}, "softplus": {nan, nan},
}

var nan = float32(math.NaN())

// newActivations parses the functions of each direction. Names may be written
// in any case; activation_alpha and activation_beta hold values for the
// functions that take them, in order.
func newActivations(n *graph.Node, directions int, defaults []string) ([][]activation, error) {
	names := n.Strs("activations")
	if len(names) == 0 || n.Op == "RNN" && !n.Has("activations") {
		names = defaults
	}
	if len(names) == len(defaults) && directions == 2 {
		names = append(append([]string(nil), names...), names...)
	}
	if len(names) < directions*len(defaults) {
		return nil, fmt.Errorf("%w: %d activations, want %d", op.ErrAttr, len(names), directions*len(defaults))
	}
	alpha, beta := n.Floats("activation_alpha"), n.Floats("activation_beta")
	all := make([][]activation, directions)
	for i, name := range names[:directions*len(defaults)] {
		a := activation{name: strings.ToLower(name)}
		p, ok := parameters[a.name]
		if !ok {
			return nil, fmt.Errorf("%w: activation %q", op.ErrAttr, name)
		}
		a.alpha, alpha = take(p[0], alpha)
		a.beta, beta = take(p[1], beta)
		d := i / len(defaults)
		all[d] = append(all[d], a)
	}
	return all, nil
}

// take returns the next value of a list for a parameter, its default where the
// list is at its end, and the rest of the list.
func take(def float32, list []float32) (float32, []float32) {
	if def != def || len(list) == 0 {
		return def, list
	}
	return list[0], list[1:]
}

// value is the function itself.
func (a activation) value(x float64) float64 {
	alpha, beta := float64(a.alpha), float64(a.beta)
	switch a.name {
	case "affine":
		return float64(alpha*x) + beta
	case "relu":
		return max(0, x)
	case "leakyrelu":
		if x >= 0 {
			return x
		}
		return alpha * x
	case "thresholdedrelu":
		if x >= alpha {
			return x
		}
		return 0
	case "tanh":
		return math.Tanh(x)
	case "scaledtanh":
		return alpha * math.Tanh(beta*x)
	case "sigmoid":
		return 1 / (1 + math.Exp(-x))
	case "hardsigmoid":
		return min(max(float64(alpha*x)+beta, 0), 1)
	case "elu":
		if x >= 0 {
			return x
		}
		return alpha * math.Expm1(x)
	case "softsign":
		return x / (1 + math.Abs(x))
	case "softplus":
		return math.Log1p(math.Exp(-math.Abs(x))) + max(x, 0)
	}
	panic("nn: activation " + a.name)
}
