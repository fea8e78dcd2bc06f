package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/models/npy"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// list is a flag that may be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

func runCommand(f *flag.FlagSet) action {
	model := f.String("model", "", "`MODEL` an .onnx file")
	var inputs list
	f.Var(&inputs, "in", "`NAME=FILE` an input: .npy, or .pb as in ONNX's tests; once for each")
	out := f.String("out", "", "`DIR` write each output to an .npy file there, not to the screen")
	threads := f.Int("threads", 0, "`N` threads to run on; as many as processors if absent")
	return func(ctx context.Context, s streams, args []string) error {
		if *model == "" || len(args) > 0 {
			return usagef("infer run takes -model and -in, and no other arguments; see infer run -h")
		}
		g, err := readModel(s, *model)
		if err != nil {
			return err
		}
		m, err := compile(ctx, *model, g, *threads)
		if err != nil {
			return err
		}
		in, err := readInputs(m, inputs)
		if err != nil {
			return err
		}
		values, err := m.NewSession().Run(ctx, in)
		if err != nil {
			return fmt.Errorf("%s: %w", *model, err)
		}
		if *out == "" {
			return printOutputs(s.out, m.Outputs(), values)
		}
		return writeOutputs(*out, m.Outputs(), values)
	}
}

// readInputs reads "name=file" for each input of a model; of a model with one,
// the name may be left out.
func readInputs(m *backend.Model, given []string) ([]tensor.Value, error) {
	ports := m.Inputs()
	in := make([]tensor.Value, len(ports))
	for _, arg := range given {
		name, file, named := strings.Cut(arg, "=")
		if !named {
			if len(fed(m)) != 1 {
				return nil, usagef("-in %s: the model has %s; give NAME=FILE", arg, plural(len(fed(m)), "input"))
			}
			name, file = fed(m)[0].Name, arg
		}
		i := slices.IndexFunc(ports, func(p backend.Port) bool { return p.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("the model has no input %q; inputs are %s", name, portNames(fed(m)))
		}
		v, err := readValue(file, &ports[i])
		if err != nil {
			return nil, err
		}
		in[i] = v
	}
	return in, nil
}

func portNames(ports []backend.Port) string {
	quoted := make([]string, len(ports))
	for i, p := range ports {
		quoted[i] = fmt.Sprintf("%q", p.Name)
	}
	return strings.Join(quoted, ", ")
}

// readValue reads a value of a port's type from an .npy or a .pb file.
func readValue(file string, p *backend.Port) (tensor.Value, error) {
	if !strings.HasSuffix(file, ".pb") {
		return npy.ReadFile(file)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	v, err := onnx.ReadValue(b, p.Type)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return v, nil
}

// writeOutputs writes each output to a file of its name.
func writeOutputs(dir string, ports []backend.Port, values []tensor.Value) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for i, v := range values {
		t, ok := v.(*tensor.Tensor)
		if !ok {
			return fmt.Errorf("output %q is no tensor, which is all that a .npy file holds; run without -out", ports[i].Name)
		}
		if err := npy.WriteFile(filepath.Join(dir, fileName(ports[i].Name)+".npy"), t); err != nil {
			return err
		}
	}
	return nil
}
