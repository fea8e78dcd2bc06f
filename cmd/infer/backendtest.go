package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A backendTest is one of the tests that onnx's backend/test holds: a model,
// its inputs, and the outputs it should have.
type backendTest struct {
	group, name string
	model       string // path
	inputs      string // path of the files of inputs, up to their number
	outputs     string
	tol, lax    tolerance
	outcome
}

// An outcome is why a test failed, if it did.
type outcome struct {
	err       error
	passesLax bool // it failed, but not by the tolerance of onnx's own runner
}

// groups of tests, in the order of their table.
var groups = []string{"node", "pytorch-converted", "pytorch-operator", "simple", light}

// light is the group of classic networks whose weights are made by a node, so
// that the files stay small; they have one output and an input without a file.
const light = "light"

// testLimit ends a test that hangs.
const testLimit = 30 * time.Second

func (t *backendTest) String() string { return t.group + "/" + t.name }

func (t *backendTest) light() bool { return t.group == light }

// findTests lists the tests in a folder that has a folder for each group.
func findTests(dir string) ([]*backendTest, error) {
	var tests []*backendTest
	for _, group := range groups {
		pattern := filepath.Join(dir, group, "*", "model.onnx")
		if group == light {
			pattern = filepath.Join(dir, group, "*.onnx")
		}
		models, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}
		for _, m := range models {
			t := &backendTest{group: group, model: m, tol: standard}
			if group == light {
				t.name = strings.TrimSuffix(filepath.Base(m), ".onnx")
				t.outputs = strings.TrimSuffix(m, ".onnx") + "_output_"
				if t.tol, err = realTolerance(dir, t.name); err != nil {
					return nil, err
				}
			} else {
				t.name = filepath.Base(filepath.Dir(m))
				t.inputs = filepath.Join(filepath.Dir(m), "test_data_set_0", "input_")
				t.outputs = filepath.Join(filepath.Dir(m), "test_data_set_0", "output_")
			}
			t.lax = laxTolerance(t.name, t.tol)
			tests = append(tests, t)
		}
	}
	if len(tests) == 0 {
		return nil, fmt.Errorf("%s: no ONNX backend tests; want folders %s", dir, strings.Join(groups, ", "))
	}
	return tests, nil
}

// realTolerance reads the tolerance of a light model, which is kept with the
// whole model's description.
func realTolerance(dir, name string) (tolerance, error) {
	tol := standard
	path := filepath.Join(dir, "real", "test_"+strings.TrimPrefix(name, "light_"), "data.json")
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return tol, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &tol)
	}
	if err != nil {
		return tol, fmt.Errorf("%s: %w", path, err)
	}
	return tol, nil
}

// attempt runs a test whatever it does: a panic is a failure, and so is no
// answer within a time.
func attempt(ctx context.Context, limit time.Duration, run func(context.Context) outcome) outcome {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan outcome, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- outcome{err: fmt.Errorf("panic: %v", p)}
			}
		}()
		done <- run(ctx)
	}()
	var o outcome
	select {
	case o = <-done:
	case <-ctx.Done(): // what does not look at the context is left behind
		o.err = ctx.Err()
	}
	if errors.Is(o.err, context.DeadlineExceeded) {
		o.err = fmt.Errorf("no answer in %v", limit)
	}
	return o
}

func (t *backendTest) run(ctx context.Context) outcome {
	m, got, err := t.results(ctx)
	if err != nil {
		return outcome{err: err}
	}
	var o outcome
	lax := true
	for i, p := range m.Outputs() {
		want, err := readPB(fmt.Sprintf("%s%d.pb", t.outputs, i), p.Type)
		if err != nil {
			return outcome{err: err}
		}
		d := t.tol.differ(got[i], want)
		if d == "" {
			continue
		}
		lax = lax && t.lax.differ(got[i], want) == ""
		if o.err == nil {
			o.err = fmt.Errorf("%w: output %d: %s", errWrong, i, d)
		}
	}
	o.passesLax = o.err != nil && lax
	return o
}

// results runs the model.
func (t *backendTest) results(ctx context.Context) (*backend.Model, []tensor.Value, error) {
	g, err := onnx.ReadFile(t.model)
	if err != nil {
		return nil, nil, err
	}
	threads := 1
	if t.light() {
		threads = 0
	}
	m, err := backend.Compile(g, options(ctx, threads))
	if err != nil {
		return nil, nil, err
	}
	in, err := t.readInputs(m)
	if err != nil {
		return nil, nil, err
	}
	got, err := m.NewSession().Run(ctx, in)
	return m, got, err
}

// errWrong is the cause where a result differs.
var errWrong = errors.New("wrong")

// readInputs reads an input's file for each entry of the graph's inputs that has no
// default; a light model's is 0 to 1.
func (t *backendTest) readInputs(m *backend.Model) ([]tensor.Value, error) {
	in := make([]tensor.Value, len(m.Inputs()))
	k := 0
	for i, p := range m.Inputs() {
		if p.Default {
			continue
		}
		if t.light() {
			in[i] = ramp(p.Type.Shape)
			continue
		}
		v, err := readPB(fmt.Sprintf("%s%d.pb", t.inputs, k), p.Type)
		if err != nil {
			return nil, err
		}
		in[i] = v
		k++
	}
	return in, nil
}

// ramp is the input of the light models: 0, 1/n, 2/n...
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

func readPB(path string, ty graph.Type) (tensor.Value, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	v, err := onnx.ReadValue(b, ty)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return v, nil
}
