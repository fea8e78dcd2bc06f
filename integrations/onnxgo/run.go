package onnxgo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/owulveryck/onnx-go"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A program is the compiled model.
type program struct {
	model   *backend.Model
	types   map[*value]*tensor.Tensor // inputs of the types it is compiled for
	feed    map[*value]*tensor.Tensor // inputs of the last run
	results []*value
}

// Run computes the model's outputs, from the inputs as they are now. The first
// Run compiles the model. So does one whose inputs differ in type or rank from
// those before, and the first whose inputs differ in size.
func (g *Graph) Run() error { return g.RunContext(context.Background()) }

// RunContext is Run, but ends early when the context does.
func (g *Graph) RunContext(ctx context.Context) error {
	if g.err != nil {
		return g.err
	}
	if len(g.calls) == 0 {
		return errors.New("graph without operations")
	}
	if g.program == nil {
		g.findInputs()
	}
	feed := map[*value]*tensor.Tensor{}
	for _, c := range g.calls {
		for _, n := range g.inputsOf(c) {
			if n == nil || !n.input || feed[n.value] != nil {
				continue
			}
			x, err := n.read()
			if err != nil {
				return fmt.Errorf("input %q: %w", n.name, err)
			}
			feed[n.value] = x
		}
	}
	return g.compute(ctx, feed)
}

// findInputs finds the inputs that nobody has set: their elements may be written
// in place. onnx-go makes nodes for inputs, then outputs, then constants that are
// no inputs, and sets those that are inputs twice.
func (g *Graph) findInputs() {
	last := int64(-1)
	for _, c := range g.calls {
		for _, n := range c.out {
			if n.data != nil {
				last = max(last, n.id)
			}
		}
	}
	for _, nodes := range g.inputs {
		for _, n := range nodes {
			if n != nil && !n.computed && !n.input && n.set == 1 && n.id < last {
				n.input, n.declared = true, n.data
			}
		}
	}
}

// read returns an input as it is now, in the type that the model declares.
func (v *value) read() (*tensor.Tensor, error) {
	x, err := fromDense(v.data)
	if err != nil || v.declared == nil {
		return x, err
	}
	d, err := fromDense(v.declared)
	if err != nil {
		return nil, err
	}
	return exactly(d.Type(), x)
}

// compute runs the model, after compiling it if it must.
func (g *Graph) compute(ctx context.Context, feed map[*value]*tensor.Tensor) error {
	if !g.fits(feed) {
		if err := g.compile(ctx, feed); err != nil {
			return err
		}
	}
	p := g.program
	p.feed = feed
	inputs := map[string]tensor.Value{}
	for v, x := range feed {
		inputs[v.name] = x
	}
	outputs, err := p.model.Run(ctx, inputs)
	if err != nil {
		return notImplemented(err)
	}
	for _, v := range p.results {
		if v.data, err = toDense(outputs[v.name]); err != nil {
			return fmt.Errorf("output %q: %w", v.name, err)
		}
	}
	return nil
}

// fits reports whether the model is compiled for inputs like these. It notes which
// of them come in several sizes.
func (g *Graph) fits(feed map[*value]*tensor.Tensor) bool {
	if g.program == nil {
		return false
	}
	fits := true
	for v, x := range feed {
		t := g.program.types[v]
		if x.Type() != t.Type() || x.Rank() != t.Rank() {
			fits = false
		} else if !v.varies && !slices.Equal(x.Shape(), t.Shape()) {
			v.varies, fits = true, false
		}
	}
	return fits
}

// compile compiles the model for inputs like those of feed.
func (g *Graph) compile(ctx context.Context, feed map[*value]*tensor.Tensor) error {
	built, results, err := g.build(feed)
	if err != nil {
		return err
	}
	options := g.Options
	if options.Registry == nil {
		options.Registry = backend.Operators()
	}
	if options.Context == nil {
		options.Context = ctx
	}
	setVersions(built, options.Registry, g.Opset)
	m, err := backend.Compile(built, options)
	if err != nil {
		return notImplemented(err)
	}
	g.program = &program{model: m, types: feed, results: results}
	return nil
}

// notImplemented returns the error of onnx-go for what the engine does not
// support, and any other error as it is. Callers of onnx-go test for its type and
// not for what it wraps, which is nothing.
func notImplemented(err error) error {
	var e *backend.Error
	if !errors.Is(err, backend.ErrUnsupported) || !errors.As(err, &e) {
		return err
	}
	operator, _, _ := strings.Cut(e.Op, "-") // the version
	return &onnx.ErrNotImplemented{Operator: operator, Message: err.Error()}
}
