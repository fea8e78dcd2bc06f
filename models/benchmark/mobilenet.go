package benchmark

import (
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// mobileNetV2 is the network of width 1 for images of 224×224; Sandler, Howard,
// Zhu, Zhmoginov and Chen, "MobileNetV2: Inverted Residuals and Linear
// Bottlenecks", 2018, table 2.
func mobileNetV2(n *net) {
	x := n.relu6(n.conv(n.input(1, 3, 224, 224), window{3, 32, 3, 2, 1}))
	in := 32
	for _, s := range []struct{ expand, out, blocks, stride int }{
		{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1},
	} {
		for block := range s.blocks {
			stride := 1
			if block == 0 {
				stride = s.stride
			}
			x = n.inverted(x, in, s.out, s.expand, stride)
			in = s.out
		}
	}
	x = n.relu6(n.conv(x, window{320, 1280, 1, 1, 1}))
	n.Output(n.classify(x, 1280, 1000))
}

// inverted widens, filters each channel, and narrows.
func (n *net) inverted(x graph.ValueID, in, out, expand, stride int) graph.ValueID {
	y, wide := x, in*expand
	if expand > 1 {
		y = n.relu6(n.conv(y, window{in, wide, 1, 1, 1}))
	}
	y = n.relu6(n.conv(y, window{wide, wide, 3, stride, wide}))
	y = n.conv(y, window{wide, out, 1, 1, 1})
	if stride == 1 && in == out {
		y = n.op("Add", x, y)
	}
	return y
}

func (n *net) relu6(x graph.ValueID) graph.ValueID {
	limit := func(v float32) graph.ValueID { return n.Const(n.name("limit"), tensor.Scalar(v)) }
	return n.op("Clip", x, limit(0), limit(6))
}
