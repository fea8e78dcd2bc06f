package graph_test

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A graph with a branch: the builder makes it, String shows it.
func Example() {
	b := graph.NewBuilder(17)
	x := b.Input("x", tensor.Float32, "N", 2)
	cond := b.Input("training", tensor.Bool)
	w := b.Const("w", tensor.Of([]float32{1, 2, 3, 4}, 2, 2))
	h := b.Node("MatMul", x, w).Named("dense").Out("h")

	noisy := b.Body()
	noisy.Output(noisy.Node("Dropout", noisy.Capture(b, h)).Attr("seed", 7).Out("noisy"))
	plain := b.Body()
	plain.Output(plain.Node("Identity", plain.Capture(b, h)).Out("plain"))

	y := b.Node("If", cond).Attr("then_branch", noisy.Graph).Attr("else_branch", plain.Graph).Out("y")
	b.Output(y)

	if err := b.Graph.Check(); err != nil {
		fmt.Println(err)
	}
	fmt.Print(b.Graph)
	// Output:
	// graph "" opset ai.onnx 17
	// x = input float32[N 2]
	// training = input bool[]
	// w = const float32[2 2] [1 2 3 4]
	// h = MatMul(x, w) # dense
	// y = If(training)
	//   then_branch:
	//     h = capture h
	//     noisy = Dropout(h) seed=7
	//     return noisy
	//   else_branch:
	//     h = capture h
	//     plain = Identity(h)
	//     return plain
	// return y
}
