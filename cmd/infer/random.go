package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// readShapes reads "name=1x3x224x224" each; "name=" is a scalar.
func readShapes(texts []string) (map[string][]int, error) {
	shapes := map[string][]int{}
	for _, text := range texts {
		i := strings.LastIndexByte(text, '=') // names may have one, shapes do not
		if i < 0 {
			return nil, usagef("-shape %s: want NAME=1x3x224x224", text)
		}
		shape := []int{}
		for _, f := range strings.FieldsFunc(text[i+1:], func(r rune) bool { return r == 'x' || r == ',' }) {
			d, err := strconv.Atoi(f)
			if err != nil || d < 0 {
				return nil, usagef("-shape %s: %q is no size", text, f)
			}
			shape = append(shape, d)
		}
		shapes[text[:i]] = shape
	}
	return shapes, nil
}

// randomInputs makes inputs that are the same in each process: floats from 0 to
// 1, integers 0 or 1 (which are valid indices of nearly anything). An open first
// dim is a batch of 1; other open dims must be in shapes.
func randomInputs(m *backend.Model, shapes map[string][]int) ([]tensor.Value, error) {
	r := rand.New(rand.NewPCG(1, 2))
	used := 0
	in := make([]tensor.Value, len(m.Inputs()))
	for i, p := range m.Inputs() {
		if p.Default {
			continue
		}
		if p.Type.Kind != graph.Tensor {
			return nil, fmt.Errorf("input %q is %s; only tensors can be made up", p.Name, typeText(&p.Type))
		}
		shape, given := shapes[p.Name]
		if given {
			used++
		} else if shape = closed(&p.Type); shape == nil {
			return nil, fmt.Errorf("input %q is %s: give its shape, as in -shape %s=1x3x224x224", p.Name, typeText(&p.Type), p.Name)
		}
		if _, ok := tensor.Elements(shape); !ok {
			return nil, fmt.Errorf("input %q: shape %v is too large", p.Name, shape)
		}
		t, err := randomTensor(r, p.Type.Elem, shape)
		if err != nil {
			return nil, fmt.Errorf("input %q: %w", p.Name, err)
		}
		in[i] = t
	}
	if used != len(shapes) {
		return nil, fmt.Errorf("-shape names %s, of which %d are inputs; inputs are %s", plural(len(shapes), "value"), used, portNames(fed(m)))
	}
	return in, nil
}

// closed returns a declared shape with an open first dim made 1; nil if others
// are open.
func closed(t *graph.Type) []int {
	if !t.Ranked {
		return nil
	}
	shape := []int{}
	for k, d := range t.Shape {
		if d.Size < 0 && k > 0 {
			return nil
		}
		if d.Size < 0 {
			d.Size = 1
		}
		shape = append(shape, d.Size)
	}
	return shape
}

func randomTensor(r *rand.Rand, t tensor.Type, shape []int) (*tensor.Tensor, error) {
	if t == tensor.String {
		return tensor.New(t, shape...), nil
	}
	x := tensor.New(tensor.Float32, shape...)
	data := tensor.Data[float32](x)
	for i := range data {
		data[i] = r.Float32()
	}
	switch t {
	case tensor.Float32:
		return x, nil
	case tensor.Float16, tensor.BFloat16, tensor.Float64:
		return tensor.Convert(t, x, tensor.ConvertOptions{})
	}
	for i, v := range data {
		data[i] = float32(int(v + 0.5))
	}
	return tensor.Convert(t, x, tensor.ConvertOptions{Saturate: true})
}
