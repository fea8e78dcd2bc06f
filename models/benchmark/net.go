package benchmark

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// opset is the version of the operators, that of most exporters.
const opset = 17

// A net builds a model. Its methods add a layer behind value x, with weights of
// its own, and return the layer's output.
type net struct {
	*graph.Builder
	r     *rand.Rand
	names int
}

func newNet() *net { return &net{Builder: graph.NewBuilder(opset), r: rand.New(rand.NewPCG(1, 2))} }

// name returns a new name for a value.
func (n *net) name(kind string) string {
	n.names++
	return fmt.Sprint(kind, n.names)
}

// input adds the model's input.
func (n *net) input(dims ...any) graph.ValueID { return n.Input("x", tensor.Float32, dims...) }

// weights adds a constant of numbers from -bound to bound, bound = √(3·gain/fan):
// sums of fan products keep gain times the variance of what they are taken of.
func (n *net) weights(gain float64, fan int, dims ...int) graph.ValueID {
	t := tensor.New(tensor.Float32, dims...)
	bound := float32(math.Sqrt(3 * gain / float64(fan)))
	data := tensor.Data[float32](t)
	for i := range data {
		data[i] = bound * (2*n.r.Float32() - 1)
	}
	return n.Const(n.name("w"), t)
}

// bias adds a small constant.
func (n *net) bias(size int) graph.ValueID { return n.weights(0.01, 1, size) }

func (n *net) op(kind string, in ...graph.ValueID) graph.ValueID {
	return n.Node(kind, in...).Named(n.name(kind)).Out(n.name("y"))
}

// A window says how a convolution moves.
type window struct{ in, out, kernel, stride, group int }

// conv adds a convolution that keeps the size of the image, divided by the
// stride.
func (n *net) conv(x graph.ValueID, w window) graph.ValueID {
	g, k := max(1, w.group), w.kernel
	p := (k - 1) / 2
	return n.Node("Conv", x, n.weights(2, w.in/g*k*k, w.out, w.in/g, k, k), n.bias(w.out)).Named(n.name("conv")).
		Attr("kernel_shape", []int{k, k}).Attr("strides", []int{w.stride, w.stride}).Attr("pads", []int{p, p, p, p}).Attr("group", g).
		Out(n.name("y"))
}

// up adds a ConvTranspose of 4×4 taps and stride 2 that doubles the size.
func (n *net) up(x graph.ValueID, in, out int) graph.ValueID {
	return n.Node("ConvTranspose", x, n.weights(2, in*4, in, out, 4, 4), n.bias(out)).Named(n.name("up")).
		Attr("kernel_shape", []int{4, 4}).Attr("strides", []int{2, 2}).Attr("pads", []int{1, 1, 1, 1}).
		Out(n.name("y"))
}

// dense adds a product with weights [in out], and a bias.
func (n *net) dense(x graph.ValueID, in, out int) graph.ValueID {
	return n.op("Add", n.op("MatMul", x, n.weights(1, in, in, out)), n.bias(out))
}

// classify adds the end of a classifier of images.
func (n *net) classify(x graph.ValueID, channels, classes int) graph.ValueID {
	x = n.op("Flatten", n.op("GlobalAveragePool", x))
	return n.Node("Gemm", x, n.weights(1, channels, classes, channels), n.bias(classes)).Named(n.name("classes")).Attr("transB", 1).Out("logits")
}

func (n *net) ints(v ...int64) graph.ValueID { return n.Const(n.name("shape"), tensor.Of(v, len(v))) }
