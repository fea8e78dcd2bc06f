package onnxgo

import (
	"bytes"
	"fmt"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// exactly returns x with elements of another type, or an error if one of them
// has no equal in that type.
func exactly(t tensor.Type, x *tensor.Tensor) (*tensor.Tensor, error) {
	if t == x.Type() {
		return x, nil
	}
	if t == tensor.String || x.Type() == tensor.String {
		return nil, fmt.Errorf("elements of type %v, want %v", x.Type(), t)
	}
	y, err := tensor.Convert(t, x, tensor.ConvertOptions{})
	if err != nil {
		return nil, err
	}
	back, err := tensor.Convert(x.Type(), y, tensor.ConvertOptions{})
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(back.Bytes(), x.Bytes()) {
		return nil, fmt.Errorf("elements of type %v, which change when converted to %v", x.Type(), t)
	}
	return y, nil
}
