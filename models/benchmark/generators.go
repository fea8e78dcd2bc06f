package benchmark

import "github.com/sardonyx-go/sardonyx/graph"

// unet maps an image of 128×128 to a mask: four levels, each of two
// convolutions, joined with those of the way down; after Ronneberger, Fischer
// and Brox, "U-Net", 2015, with half its channels.
func unet(n *net) {
	const levels, base = 4, 32
	pair := func(x graph.ValueID, in, out int) graph.ValueID {
		x = n.op("Relu", n.conv(x, window{in, out, 3, 1, 1}))
		return n.op("Relu", n.conv(x, window{out, out, 3, 1, 1}))
	}
	var across []graph.ValueID
	x, in := n.input(1, 3, 128, 128), 3
	for level := range levels {
		out := base << level
		x = pair(x, in, out)
		in = out
		if level < levels-1 {
			across = append(across, x)
			x = n.Node("MaxPool", x).Named(n.name("pool")).Attr("kernel_shape", []int{2, 2}).Attr("strides", []int{2, 2}).Out(n.name("y"))
		}
	}
	for level := levels - 2; level >= 0; level-- {
		out := base << level
		x = n.Node("Concat", across[level], n.up(x, in, out)).Named(n.name("join")).Attr("axis", 1).Out(n.name("y"))
		x = pair(x, 2*out, out)
		in = out
	}
	n.Output(n.op("Sigmoid", n.conv(x, window{in, 1, 1, 1, 1})))
}

// dcgan makes an image of 64×64 from 100 numbers; Radford, Metz and Chintala,
// "Unsupervised Representation Learning with Deep Convolutional Generative
// Adversarial Networks", 2016, with half its channels.
func dcgan(n *net) {
	x := n.Node("ConvTranspose", n.input(1, 100, 1, 1), n.weights(2, 100, 100, 512, 4, 4), n.bias(512)).Named("first").
		Attr("kernel_shape", []int{4, 4}).Out("first")
	for in := 512; in > 64; in /= 2 {
		x = n.up(n.op("Relu", x), in, in/2)
	}
	n.Output(n.op("Tanh", n.up(n.op("Relu", x), 64, 3)))
}
