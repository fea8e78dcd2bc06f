package main

import (
	"context"
	"flag"
	"strings"

	"github.com/sardonyx-go/sardonyx/models/image"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// classifyFlags are the flags of infer without a command.
type classifyFlags struct {
	model, labels, preset string
	k, threads            int
	json, quiet           bool
}

func classifyCommand(f *flag.FlagSet) action {
	var o classifyFlags
	f.StringVar(&o.model, "model", "", "`MODEL` an .onnx file; the classifier in this program if absent")
	f.IntVar(&o.k, "k", 5, "`N` how many classes to name of each picture")
	f.BoolVar(&o.json, "json", false, "print a JSON object a line for each picture")
	f.StringVar(&o.labels, "labels", "", "`FILE` the classes' names, one a line")
	f.StringVar(&o.preset, "preset", "", "`NAME` how to prepare pictures: "+strings.Join(image.Names(), " "))
	f.IntVar(&o.threads, "threads", 0, "`N` threads to run on; as many as processors if absent")
	f.BoolVar(&o.quiet, "quiet", false, "print no preset and no progress")
	return func(ctx context.Context, s streams, args []string) error {
		if len(args) == 0 {
			return usagef("no input given; see infer -h")
		}
		if o.k < 1 {
			return usagef("-k is %d, want 1 or more", o.k)
		}
		return classifyAll(ctx, s, &o, args)
	}
}

// classifyAll answers all inputs in one session. It reports an input that fails
// and goes on with the next one.
func classifyAll(ctx context.Context, s streams, o *classifyFlags, inputs []string) error {
	files, failed := s.expandAll(inputs)
	if len(files) == 0 {
		return errReported
	}
	a, err := newAnswerer(ctx, s, o, files)
	if err != nil {
		return err
	}
	bar := newProgress(s.err, len(files), o.quiet)
	defer bar.clear()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for x := range prepared(ctx, files, a.load) {
		err := a.answer(ctx, x)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		bar.clear()
		if err != nil {
			s.report(err)
			failed = true
			if err := a.printError(x.file, err); err != nil {
				return err
			}
		}
		bar.step()
	}
	if failed {
		return errReported
	}
	return nil
}

// expandAll expands folders, and reports those inputs that are not there.
func (s streams) expandAll(inputs []string) (files []string, failed bool) {
	for _, input := range inputs {
		more, err := expand(input)
		if err != nil {
			s.report(err)
			failed = true
		}
		files = append(files, more...)
	}
	return files, failed
}

// An item is an input ready to run.
type item struct {
	file string
	x    *tensor.Tensor
	err  error
}

// prepared loads files in order, one ahead of its reader: while the model runs
// on one picture the next one is decoded. It ends early when ctx does.
func prepared(ctx context.Context, files []string, load func(file string) (*tensor.Tensor, error)) <-chan item {
	items := make(chan item, 1)
	go func() {
		defer close(items)
		for _, f := range files {
			x, err := load(f)
			select {
			case items <- item{f, x, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return items
}
