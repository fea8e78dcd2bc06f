package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/models/classifier"
	"github.com/sardonyx-go/sardonyx/models/classify"
	"github.com/sardonyx-go/sardonyx/models/npy"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// An answerer runs one model on one input after the other and prints what it
// says: classes of pictures, outputs of arrays.
type answerer struct {
	streams
	printer
	session *backend.Session
	outputs []backend.Port
	inputs  []tensor.Value // nil but for the one that is fed
	feed    int
	vision  *vision // nil if no input is a picture
}

// newAnswerer loads the model. It fails if the model takes no input of the kind
// that the files are.
func newAnswerer(ctx context.Context, s streams, o *classifyFlags, files []string) (*answerer, error) {
	name, g, err := openModel(s, o.model)
	if err != nil {
		return nil, err
	}
	m, err := compile(ctx, name, g, o.threads)
	if err != nil {
		return nil, err
	}
	a := &answerer{streams: s, session: m.NewSession(), outputs: m.Outputs(), inputs: make([]tensor.Value, len(m.Inputs()))}
	a.printer = printer{w: s.out, json: o.json, bars: isTerminal(s.out)}
	if n := len(fed(m)); n != 1 {
		return nil, fmt.Errorf("%s: it has %s, want one; infer run takes any number", name, plural(n, "input"))
	}
	a.feed = slices.IndexFunc(m.Inputs(), func(p backend.Port) bool { return !p.Default })
	if slices.ContainsFunc(files, isArray) && o.json {
		return nil, usagef("-json is for pictures; infer run -out writes what arrays give")
	}
	if !slices.ContainsFunc(files, func(f string) bool { return !isArray(f) }) {
		return a, nil
	}
	if a.vision, err = newVision(m, g, o); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	a.preset = a.vision.preset
	if !o.quiet && !o.json {
		fmt.Fprintf(s.out, "preset %s\n", printable(a.preset.String()))
	}
	return a, nil
}

// openModel reads a model and says what to call it.
func openModel(s streams, path string) (name string, g *graph.Graph, err error) {
	if path == "" {
		g, err = onnx.Read(classifier.Model())
		return "the embedded classifier", g, err
	}
	g, err = readModel(s, path)
	return path, g, err
}

func isArray(file string) bool { return strings.EqualFold(filepath.Ext(file), ".npy") }

// load reads what a file holds. It may run beside answer.
func (a *answerer) load(file string) (*tensor.Tensor, error) {
	if isArray(file) {
		return npy.ReadFile(file)
	}
	return a.vision.load(a.in, file)
}

// answer runs the model and prints what it says.
func (a *answerer) answer(ctx context.Context, x item) error {
	if x.err != nil {
		return x.err
	}
	a.inputs[a.feed] = x.x
	out, err := a.session.Run(ctx, a.inputs)
	var best []classify.Result
	if err == nil && !isArray(x.file) {
		best, err = a.vision.read(out[0])
	}
	if err != nil {
		return fmt.Errorf("%s: %w", x.file, err)
	}
	if isArray(x.file) {
		return a.printValues(x.file, a.outputs, out)
	}
	return a.printClasses(x.file, best)
}
