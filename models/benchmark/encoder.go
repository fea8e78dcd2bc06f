package benchmark

import (
	"math"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Sizes of the encoder: two layers of BERT-base on 128 tokens.
const (
	tokens = 128
	width  = 768
	heads  = 12
	hidden = 3072
)

// encoder is a transformer encoder, normalized after each part, as in Devlin,
// Chang, Lee and Toutanova, "BERT", 2019; embeddings are its input.
func encoder(n *net) {
	x := n.input(1, tokens, width)
	for range 2 {
		x = n.normalize(n.op("Add", x, n.attend(x)), width)
		y := n.dense(n.gelu(n.dense(x, width, hidden)), hidden, width)
		x = n.normalize(n.op("Add", x, y), width)
	}
	n.Output(x)
}

// attend adds attention of several heads, written out as PyTorch exports it.
func (n *net) attend(x graph.ValueID) graph.ValueID {
	split := func(perm ...int) graph.ValueID {
		y := n.op("Reshape", n.dense(x, width, width), n.ints(1, tokens, heads, width/heads))
		return n.Node("Transpose", y).Named(n.name("heads")).Attr("perm", perm).Out(n.name("y"))
	}
	q, k, v := split(0, 2, 1, 3), split(0, 2, 3, 1), split(0, 2, 1, 3)
	scores := n.op("Div", n.op("MatMul", q, k), n.scalar(math.Sqrt(width/heads)))
	y := n.op("MatMul", n.op("Softmax", scores), v)
	y = n.Node("Transpose", y).Named(n.name("heads")).Attr("perm", []int{0, 2, 1, 3}).Out(n.name("y"))
	return n.dense(n.op("Reshape", y, n.ints(1, tokens, width)), width, width)
}

// gelu is x/2·(1 + erf(x/√2)).
func (n *net) gelu(x graph.ValueID) graph.ValueID {
	e := n.op("Add", n.op("Erf", n.op("Div", x, n.scalar(math.Sqrt2))), n.scalar(1))
	return n.op("Mul", n.op("Mul", x, e), n.scalar(0.5))
}

// normalize adds a layer normalization over the last dim.
func (n *net) normalize(x graph.ValueID, size int) graph.ValueID {
	return n.Node("LayerNormalization", x, n.weights(1, 3, size), n.bias(size)).Named(n.name("norm")).Attr("epsilon", 1e-5).Out(n.name("y"))
}

func (n *net) scalar(v float64) graph.ValueID {
	return n.Const(n.name("c"), tensor.Scalar(float32(v)))
}
