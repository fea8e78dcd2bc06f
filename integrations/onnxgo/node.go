package onnxgo

import (
	"context"
	"fmt"

	"gorgonia.org/tensor"
)

// A Node stands for a value of the model: onnx.Namer and onnx.DataCarrier of
// onnx-go. onnx-go makes several nodes for a value that the file mentions several
// times, as an input and among its value_info for instance. Nodes of one name are
// one value.
type Node struct {
	*value
	id    int64
	g     *Graph
	named bool
}

// A value is what an operation puts out, or what is given.
type value struct {
	name     string        // unique in the graph
	data     tensor.Tensor // given, computed, or the zeros that onnx-go declares a type by
	declared tensor.Tensor // of an input: of the type that it must have
	computed bool          // by an operation
	input    bool          // it is read by every Run
	set      int           // how often before the operations
	varies   bool          // an input that has had two shapes
	wanted   bool          // a result that has been asked for
}

// ID returns the number of the node.
func (n *Node) ID() int64 { return n.id }

// SetName names the node. A node whose name is empty stands for an input or
// output that is omitted.
func (n *Node) SetName(name string) {
	n.named = true
	if v := n.g.names[name]; v != nil {
		n.value = v
		return
	}
	delete(n.g.names, n.name)
	n.name = name
	if name != "" {
		n.g.names[name] = n.value
	}
}

// GetName returns the name of the node, empty if it has none.
func (n *Node) GetName() string {
	if !n.named {
		return ""
	}
	return n.name
}

func (n *Node) omitted() bool { return n.name == "" }

// SetTensor sets the value of a constant or an input. Of inputs, the elements
// are read by each Run, and converted if the model declares another type for
// them; a Run fails if that would change one.
func (n *Node) SetTensor(t tensor.Tensor) error {
	if t == nil {
		return fmt.Errorf("no tensor for value %q", n.name)
	}
	if n.computed {
		return fmt.Errorf("value %q is computed, and cannot be set", n.name)
	}
	if len(n.g.calls) == 0 {
		n.set++
	} else if !n.input {
		n.input, n.declared = true, n.data
		n.g.program = nil
	}
	n.data = t
	return nil
}

// GetTensor returns the tensor that was set, or that the last Run computed; nil
// if there is none. Run computes the results that nothing else is computed from.
// Any other is computed when it is first asked for, and from then on by Run; if
// that fails, GetTensor returns nil and Run says why.
func (n *Node) GetTensor() tensor.Tensor {
	if n.computed && !n.wanted && n.g.program != nil {
		feed := n.g.program.feed
		n.wanted, n.g.program = true, nil
		if err := n.g.compute(context.Background(), feed); err != nil {
			n.data = nil
		}
	}
	return n.data
}
