package backendtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Light is the group of classic networks whose weights are made by a node, so
// that the files stay small; they have one output and an input without a file.
const Light = "light"

// Groups returns the groups of tests, in the order of their table.
func Groups() []string {
	return []string{"node", "pytorch-converted", "pytorch-operator", "simple", Light}
}

// tolerances is the folder of the whole networks: of those only the tolerance is
// wanted, for their light forms.
const tolerances = "real"

// A Test is a model, its inputs, and the outputs it should have. Its methods read
// the files anew each time and may be called from many goroutines.
type Test struct {
	Group, Name string
	// Tolerance is how far outputs may be off; Lax is what onnx allows its own
	// reference evaluator, mostly the same.
	Tolerance, Lax Tolerance

	from            source
	model           string // file
	inputs, outputs string // files, up to their number
}

// String returns the group and the name, as in node/test_conv.
func (t *Test) String() string { return t.Group + "/" + t.Name }

// find lists the tests of a source, by group and name.
func find(from source) ([]*Test, error) {
	var tests []*Test
	for _, group := range Groups() {
		pattern := path.Join(group, "*", "model.onnx")
		if group == Light {
			pattern = path.Join(group, "*.onnx")
		}
		models, err := from.glob(pattern)
		if err != nil {
			return nil, err
		}
		for _, m := range models {
			t := &Test{Group: group, Name: path.Base(path.Dir(m)), Tolerance: Standard, from: from, model: m}
			data := path.Join(path.Dir(m), "test_data_set_0")
			t.inputs, t.outputs = data+"/input_", data+"/output_"
			if group == Light {
				t.Name = strings.TrimSuffix(path.Base(m), ".onnx")
				t.outputs = strings.TrimSuffix(m, ".onnx") + "_output_"
				if t.Tolerance, err = realTolerance(from, t.Name); err != nil {
					return nil, err
				}
			}
			t.Lax = laxTolerance(t.Name, t.Tolerance)
			tests = append(tests, t)
		}
	}
	return tests, nil
}

// realTolerance reads the tolerance of a light model, which is kept with the
// whole model's description.
func realTolerance(from source, name string) (Tolerance, error) {
	tol := Standard
	file := path.Join(tolerances, "test_"+strings.TrimPrefix(name, "light_"), "data.json")
	b, err := from.read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return tol, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &tol)
	}
	if err != nil {
		return tol, fmt.Errorf("%s: %w", file, err)
	}
	return tol, nil
}

// Graph reads the model.
func (t *Test) Graph() (*graph.Graph, error) {
	b, err := t.from.read(t.model)
	if err != nil {
		return nil, err
	}
	g, err := onnx.Read(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.model, err)
	}
	return g, nil
}

// Inputs reads the values of the inputs of g, the test's graph; nil stands for
// an input that has a default. That of a light model is 0, 1/n, 2/n...
func (t *Test) Inputs(g *graph.Graph) ([]tensor.Value, error) {
	in := make([]tensor.Value, len(g.Inputs))
	k := 0 // files are numbered without the inputs that have a default
	for i, id := range g.Inputs {
		v := &g.Values[id]
		switch {
		case v.Const != nil:
			continue
		case t.Group == Light:
			in[i] = ramp(v.Type.Shape)
			continue
		}
		var err error
		if in[i], err = t.value(t.inputs, k, v.Type); err != nil {
			return nil, err
		}
		k++
	}
	return in, nil
}

// Outputs reads the values that the outputs of g, the test's graph, should have.
func (t *Test) Outputs(g *graph.Graph) ([]tensor.Value, error) {
	out := make([]tensor.Value, len(g.Outputs))
	for i, id := range g.Outputs {
		var err error
		if out[i], err = t.value(t.outputs, i, g.Values[id].Type); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *Test) value(prefix string, k int, ty graph.Type) (tensor.Value, error) {
	file := fmt.Sprintf("%s%d.pb", prefix, k)
	b, err := t.from.read(file)
	if err != nil {
		return nil, err
	}
	v, err := onnx.ReadValue(b, ty)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return v, nil
}

// ramp returns 0 to 1 in a shape whose unknown dims are 1.
func ramp(dims []graph.Dim) *tensor.Tensor {
	shape := make([]int, len(dims))
	for i, d := range dims {
		shape[i] = d.Size
		if d.Size < 0 {
			shape[i] = 1
		}
	}
	x := tensor.New(tensor.Float32, shape...)
	data := tensor.Data[float32](x)
	for i := range data {
		data[i] = float32(float64(i) / float64(len(data)))
	}
	return x
}
