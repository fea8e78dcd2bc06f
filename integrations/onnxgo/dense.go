package onnxgo

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	gorgonia "gorgonia.org/tensor"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// fromDense returns a tensor of gorgonia's as one of the engine, over the same
// elements unless it is a view.
func fromDense(t gorgonia.Tensor) (x *tensor.Tensor, err error) {
	defer recovered(&err)
	d, ok := t.(*gorgonia.Dense)
	if !ok {
		return nil, fmt.Errorf("tensor of type %T, want %T", t, d)
	}
	if d.IsMaterializable() {
		d = d.Materialize().(*gorgonia.Dense)
	}
	if d.DataOrder().IsColMajor() || len(d.Mask()) > 0 {
		return nil, errors.New("tensor is masked or in column-major order, want plain row-major order")
	}
	data := reflect.ValueOf(d.Data())
	if data.Kind() != reflect.Slice { // gorgonia's scalars, among them vectors of one element
		one := reflect.MakeSlice(reflect.SliceOf(data.Type()), 1, 1)
		one.Index(0).Set(data)
		data = one
	}
	shape := slices.Clone([]int(d.Shape()))
	switch v := data.Interface().(type) {
	case []float32:
		return of(v, shape)
	case []float64:
		return of(v, shape)
	case []int8:
		return of(v, shape)
	case []int16:
		return of(v, shape)
	case []int32:
		return of(v, shape)
	case []int64:
		return of(v, shape)
	case []uint8:
		return of(v, shape)
	case []uint16:
		return of(v, shape)
	case []uint32:
		return of(v, shape)
	case []uint64:
		return of(v, shape)
	case []bool:
		return of(v, shape)
	case []complex64:
		return of(v, shape)
	case []complex128:
		return of(v, shape)
	case []int: // the default of gorgonia, which ONNX does not have
		ints := make([]int64, len(v))
		for i, x := range v {
			ints[i] = int64(x)
		}
		return of(ints, shape)
	case []string:
		if err := fill(len(v), shape); err != nil {
			return nil, err
		}
		return tensor.OfStrings(v, shape...), nil
	default:
		return nil, fmt.Errorf("elements of type %v, none of ONNX", data.Type().Elem())
	}
}

func of[T tensor.Element](data []T, shape []int) (*tensor.Tensor, error) {
	if err := fill(len(data), shape); err != nil {
		return nil, err
	}
	return tensor.Of(data, shape...), nil
}

// fill reports that a number of elements is not that of a shape.
func fill(n int, shape []int) error {
	if want, ok := tensor.Elements(shape); !ok || n != want {
		return fmt.Errorf("%d elements for shape %v", n, shape)
	}
	return nil
}

// toDense returns a result of the engine as a tensor of gorgonia's, over the same
// elements.
func toDense(v tensor.Value) (t gorgonia.Tensor, err error) {
	defer recovered(&err)
	x, ok := v.(*tensor.Tensor)
	if !ok {
		return nil, fmt.Errorf("a result of type %T, want a tensor", v)
	}
	var data any
	switch x.Type() {
	case tensor.Float32:
		data = tensor.Data[float32](x)
	case tensor.Float64:
		data = tensor.Data[float64](x)
	case tensor.Int8:
		data = tensor.Data[int8](x)
	case tensor.Int16:
		data = tensor.Data[int16](x)
	case tensor.Int32:
		data = tensor.Data[int32](x)
	case tensor.Int64:
		data = tensor.Data[int64](x)
	case tensor.Uint8:
		data = tensor.Data[uint8](x)
	case tensor.Uint16:
		data = tensor.Data[uint16](x)
	case tensor.Uint32:
		data = tensor.Data[uint32](x)
	case tensor.Uint64:
		data = tensor.Data[uint64](x)
	case tensor.Bool:
		data = tensor.Data[bool](x)
	case tensor.Complex64:
		data = tensor.Data[complex64](x)
	case tensor.Complex128:
		data = tensor.Data[complex128](x)
	case tensor.String:
		data = x.Strings()
	default:
		return nil, fmt.Errorf("elements of type %v, which gorgonia does not have", x.Type())
	}
	return gorgonia.New(gorgonia.WithShape(x.Shape()...), gorgonia.WithBacking(data)), nil
}

// recovered turns a panic of gorgonia's, its way to refuse a tensor, into an
// error.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("tensor refused: %v", r)
	}
}
