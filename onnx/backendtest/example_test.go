package backendtest_test

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/onnx/backendtest"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A test is run by whoever can run a model.
func Example() {
	tests, err := backendtest.Open("../../testdata/node")
	if err != nil {
		panic(err)
	}
	for _, t := range tests {
		if t.Name != "test_hardswish" {
			continue
		}
		got, want, err := run(t)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%v: %v, difference %q\n", t, want, t.Tolerance.Differ(got, want))
	}
	// Output: node/test_hardswish: float32[3 4 5], difference ""
}

func run(t *backendtest.Test) (got, want tensor.Value, err error) {
	g, err := t.Graph()
	if err != nil {
		return nil, nil, err
	}
	in, err := t.Inputs(g)
	if err != nil {
		return nil, nil, err
	}
	out, err := t.Outputs(g)
	if err != nil {
		return nil, nil, err
	}
	m, err := backend.Compile(g, backend.Options{})
	if err != nil {
		return nil, nil, err
	}
	res, err := m.NewSession().Run(context.Background(), in)
	if err != nil {
		return nil, nil, err
	}
	return res[0], out[0], nil
}
