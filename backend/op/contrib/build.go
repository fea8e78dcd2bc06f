package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// one is the result of an expansion with one output.
func one(id graph.ValueID, err error) ([]graph.ValueID, error) { return []graph.ValueID{id}, err }

// input returns input i of a node, graph.None where it is omitted.
func input(n *graph.Node, i int) graph.ValueID {
	if i < len(n.Inputs) {
		return n.Inputs[i]
	}
	return graph.None
}

// wants reports whether a node has output i.
func wants(n *graph.Node, i int) bool { return i < len(n.Outputs) && n.Outputs[i] != graph.None }

// keep copies attributes of n, those it has, to another node.
func keep(c graph.Call, n *graph.Node, names ...string) graph.Call {
	for _, name := range names {
		if a := n.Attr(name); a != nil {
			c.Node().Set(*a)
		}
	}
	return c
}

// window are the attributes that say how a window slides.
var window = []string{"auto_pad", "ceil_mode", "count_include_pad", "dilations", "group", "kernel_shape", "pads", "strides"}

// floats adds a vector of float32.
func floats(b *graph.Builder, v ...float32) graph.ValueID {
	return b.Const("", tensor.Of(v, len(v)))
}

// number adds a scalar of float32.
func number(b *graph.Builder, v float32) graph.ValueID { return b.Const("", tensor.Scalar(v)) }

// cast adds a conversion to another element type.
func cast(b *graph.Builder, x graph.ValueID, t tensor.Type) graph.ValueID {
	return b.Node("Cast", x).Attr("to", int(t)).Out("")
}

// transpose adds a transposition.
func transpose(b *graph.Builder, x graph.ValueID, perm []int) graph.ValueID {
	return b.Node("Transpose", x).Attr("perm", perm).Out("")
}

// split adds a division into n equal parts along an axis.
func split(b *graph.Builder, x graph.ValueID, axis, n int) []graph.ValueID {
	c := b.Node("Split", x).Attr("axis", axis).Attr("num_outputs", n)
	parts := make([]graph.ValueID, n)
	for i := range parts {
		parts[i] = c.Out("")
	}
	return parts
}

// splitAt adds a division into parts of some sizes along an axis.
func splitAt(b *graph.Builder, x graph.ValueID, axis int, sizes ...int) []graph.ValueID {
	c := b.Node("Split", x, op.Vector(b, sizes...)).Attr("axis", axis)
	parts := make([]graph.ValueID, len(sizes))
	for i := range parts {
		parts[i] = c.Out("")
	}
	return parts
}

// concat adds a concatenation.
func concat(b *graph.Builder, axis int, x ...graph.ValueID) graph.ValueID {
	return b.Node("Concat", x...).Attr("axis", axis).Out("")
}

// rankOf returns the rank of an input, which an expansion has to know.
func rankOf(in []op.Info, i int, name string) (int, error) {
	if r := in[i].Rank(); r >= 0 {
		return r, nil
	}
	return 0, fmt.Errorf("%w: the rank of %s is not known", op.ErrUnsupported, name)
}

// channelsLast returns the permutations from N D1...Dn C to N C D1...Dn and
// back.
func channelsLast(rank int) (in, out []int) {
	in, out = []int{0, rank - 1}, []int{0}
	for i := 1; i < rank-1; i++ {
		in, out = append(in, i), append(out, i+1)
	}
	return in, append(out, 1)
}
