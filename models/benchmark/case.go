package benchmark

import "github.com/sardonyx-go/sardonyx/graph"

// A Case is a model to measure.
type Case struct {
	Name  string
	build func(n *net)
}

// Graph builds the model, the same each time.
func (c Case) Graph() *graph.Graph {
	n := newNet()
	c.build(n)
	return n.Graph
}

// All returns the layers, then the networks.
func All() []Case { return append(Layers(), Nets()...) }

// Nets returns the networks.
func Nets() []Case {
	return []Case{
		{"resnet18", resnet18},
		{"mobilenet_v2", mobileNetV2},
		{"encoder", encoder},
		{"unet", unet},
		{"dcgan", dcgan},
	}
}
