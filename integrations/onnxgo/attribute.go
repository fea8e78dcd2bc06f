package onnxgo

import (
	"fmt"

	"github.com/owulveryck/onnx-go"
	gorgonia "gorgonia.org/tensor"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// attribute converts an attribute of an operator from the form that onnx-go has
// given it.
func attribute(operator, name string, x any) (graph.Attr, error) {
	a := graph.Attr{Name: name}
	switch x := x.(type) {
	case float32:
		a.Kind, a.Float = graph.AttrFloat, x
	case int64:
		a.Kind, a.Int = graph.AttrInt, x
	case string:
		a.Kind, a.String = graph.AttrString, x
	case []float32:
		a.Kind, a.Floats = graph.AttrFloats, x
	case []int64:
		a.Kind, a.Ints = graph.AttrInts, x
	case []string:
		a.Kind, a.Strings = graph.AttrStrings, x
	case gorgonia.Tensor:
		t, err := fromDense(x)
		if err != nil {
			return a, fmt.Errorf("attribute %s of %s: %w", name, operator, err)
		}
		a.Kind, a.Tensors = graph.AttrTensor, []*tensor.Tensor{t}
	default:
		return a, &onnx.ErrNotImplemented{Operator: operator, AttributeName: name, AttributeValue: x,
			Message: fmt.Sprintf("attributes of type %T are not known", x)}
	}
	return a, nil
}
