package main

import (
	"errors"
	"flag"
	"io"
	"strings"
)

// newFlags returns a silent flag set: run prints errors, printHelp prints help.
func newFlags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// parse reads flags wherever they stand, as in "infer inspect model.onnx
// -json", and returns the other arguments. What follows "--" is no flag.
func parse(f *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := f.Parse(args); err != nil {
			return nil, flagError(f, err)
		}
		left := f.Args()
		if len(left) == 0 {
			return rest, nil
		}
		if used := len(args) - len(left); used > 0 && args[used-1] == "--" {
			return append(rest, left...), nil
		}
		rest = append(rest, left[0])
		args = left[1:]
	}
}

// flagError names the flag that was meant when one is unknown.
func flagError(f *flag.FlagSet, err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return usageError{err.Error()}
	}
	name = strings.TrimLeft(name, "-")
	var names []string
	f.VisitAll(func(d *flag.Flag) { names = append(names, d.Name) })
	if n := nearest(name, names); n != "" {
		return usagef("unknown flag -%s; did you mean -%s?", name, n)
	}
	if len(names) == 0 {
		return usagef("unknown flag -%s; infer %s has none", name, f.Name())
	}
	return usagef("unknown flag -%s; flags are -%s", name, strings.Join(names, ", -"))
}
