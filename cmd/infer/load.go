package main

import (
	"context"
	"fmt"
	"io"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/models/image"
	"github.com/sardonyx-go/sardonyx/onnx"
)

// readModel reads a model from a file, or from standard input if path is "-".
func readModel(s streams, path string) (*graph.Graph, error) {
	if path != "-" {
		return onnx.ReadFile(path)
	}
	b, err := io.ReadAll(s.in)
	if err != nil {
		return nil, err
	}
	g, err := onnx.Read(b)
	if err != nil {
		return nil, fmt.Errorf("standard input: %w", err)
	}
	return g, nil
}

// compile is backend.Compile with an error that names the model.
func compile(ctx context.Context, path string, g *graph.Graph, threads int) (*backend.Model, error) {
	m, err := backend.Compile(g, options(ctx, threads))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// options are those of all commands.
func options(ctx context.Context, threads int) backend.Options {
	return backend.Options{Threads: threads, Context: ctx, DecodeImage: image.Pixels}
}

// oneModel checks that a command got one model and nothing else.
func oneModel(args []string) (string, error) {
	if len(args) != 1 {
		return "", usagef("%s given, want one model", plural(len(args), "argument"))
	}
	return args[0], nil
}

// fed returns the inputs that the file holds no value for.
func fed(m *backend.Model) []backend.Port {
	var ports []backend.Port
	for _, p := range m.Inputs() {
		if !p.Default {
			ports = append(ports, p)
		}
	}
	return ports
}
