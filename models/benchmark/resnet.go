package benchmark

import "github.com/sardonyx-go/sardonyx/graph"

// resnet18 is the network of 18 layers for images of 224×224; He, Zhang, Ren and
// Sun, "Deep Residual Learning for Image Recognition", 2016.
func resnet18(n *net) {
	x := n.op("Relu", n.conv(n.input(1, 3, 224, 224), window{3, 64, 7, 2, 1}))
	x = n.Node("MaxPool", x).Named("pool").Attr("kernel_shape", []int{3, 3}).Attr("strides", []int{2, 2}).Attr("pads", []int{1, 1, 1, 1}).Out("pool")
	in := 64
	for stage, out := range []int{64, 128, 256, 512} {
		for block := range 2 {
			stride := 1
			if stage > 0 && block == 0 {
				stride = 2
			}
			x = n.residual(x, in, out, stride)
			in = out
		}
	}
	n.Output(n.classify(x, 512, 1000))
}

// residual adds two convolutions and what they are the difference from. It is
// halved, lest the variance double with every block.
func (n *net) residual(x graph.ValueID, in, out, stride int) graph.ValueID {
	y := n.op("Relu", n.conv(x, window{in, out, 3, stride, 1}))
	y = n.Node("Conv", y, n.weights(0.5, out*9, out, out, 3, 3), n.bias(out)).Named(n.name("conv")).
		Attr("kernel_shape", []int{3, 3}).Attr("pads", []int{1, 1, 1, 1}).Out(n.name("y"))
	if in != out {
		x = n.conv(x, window{in, out, 1, stride, 1})
	}
	return n.op("Relu", n.op("Add", y, x))
}
