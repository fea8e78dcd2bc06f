package benchmark

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// Layers returns the layers: convolutions of ResNets, MobileNets and generators,
// products and normalizations of transformers, recurrent layers of speech.
func Layers() []Case {
	var all []Case
	for _, l := range []struct{ channels, size int }{{64, 56}, {128, 28}, {256, 14}, {512, 7}} {
		all = append(all, convLayer(window{l.channels, l.channels, 3, 1, 1}, l.size))
	}
	for _, l := range []struct{ in, out, size int }{{64, 256, 56}, {512, 128, 28}, {1024, 256, 14}, {512, 2048, 7}} {
		all = append(all, convLayer(window{l.in, l.out, 1, 1, 1}, l.size))
	}
	return append(all,
		convLayer(window{144, 144, 3, 1, 144}, 56),
		Case{"convtranspose 4x4/2 256-128@16", func(n *net) { n.Output(n.up(n.input(1, 256, 16, 16), 256, 128)) }},
		matmul(1024, 1024, 1024),
		matmul(128, 768, 3072),
		matmul(1, 1024, 1024),
		Case{"softmax 1536x128", func(n *net) { n.Output(n.op("Softmax", n.input(12, 128, 128))) }},
		Case{"layernorm 128x768", func(n *net) { n.Output(n.normalize(n.input(1, 128, 768), 768)) }},
		recurrent("LSTM", 4),
		recurrent("GRU", 3),
	)
}

func convLayer(w window, size int) Case {
	kind := "conv"
	if w.group == w.in {
		kind = "depthwise"
	}
	name := fmt.Sprintf("%s %dx%d %d-%d@%d", kind, w.kernel, w.kernel, w.in, w.out, size)
	return Case{name, func(n *net) { n.Output(n.conv(n.input(1, w.in, size, size), w)) }}
}

// matmul multiplies m rows by a constant matrix of k×c.
func matmul(m, k, c int) Case {
	return Case{fmt.Sprintf("matmul %dx%dx%d", m, k, c), func(n *net) { n.Output(n.op("MatMul", n.input(m, k), n.weights(1, k, k, c))) }}
}

// recurrent is a layer of 128 inputs and 256 units over 64 steps.
func recurrent(kind string, gates int) Case {
	const steps, in, units = 64, 128, 256
	return Case{fmt.Sprintf("%s %d-%d T%d", kind, in, units, steps), func(n *net) {
		x := n.Input("x", tensor.Float32, steps, 1, in)
		w, r, b := n.weights(1, in, 1, gates*units, in), n.weights(1, units, 1, gates*units, units), n.weights(0.01, 1, 1, 2*gates*units)
		c := n.Node(kind, x, w, r, b).Named(kind).Attr("hidden_size", units)
		if kind == "GRU" {
			c.Attr("linear_before_reset", 1) // as PyTorch exports it
		}
		n.Output(c.Out("y"))
	}}
}
