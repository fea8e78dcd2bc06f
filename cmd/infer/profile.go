package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/kernels"
)

func profileCommand(f *flag.FlagSet) action {
	threads := f.Int("threads", 1, "`N` threads to run on")
	var shapes list
	f.Var(&shapes, "shape", "`NAME=1x3` shape of an input whose dims the model leaves open")
	length := f.Duration("for", 2*time.Second, "`TIME` how long to measure")
	top := f.Int("top", 0, "print only the `N` steps that take longest")
	asJSON := f.Bool("json", false, "print a JSON object a line for each step")
	return func(ctx context.Context, s streams, args []string) error {
		if len(args) > 1 {
			return usagef("%d arguments given, want one model", len(args))
		}
		sizes, err := readShapes(shapes)
		if err != nil {
			return err
		}
		name, g, err := openModel(s, strings.Join(args, ""))
		if err != nil {
			return err
		}
		m, err := compile(ctx, name, g, *threads)
		if err != nil {
			return err
		}
		in, err := randomInputs(m, sizes)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		session := m.NewSession()
		for begin, warm := time.Now(), false; time.Since(begin) < *length; {
			if _, err := session.Run(ctx, in); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if !warm {
				warm = true
				session.Profile(true)
				begin = time.Now()
			}
		}
		steps := session.Steps()
		if *asJSON {
			return printStepsJSON(s, steps)
		}
		return printSteps(s, name, steps, *top)
	}
}

// stepRow is one step of a profile, of one run.
type stepRow struct {
	Name   string  `json:"name"`
	Op     string  `json:"op"`
	Kernel string  `json:"kernel"`
	Out    string  `json:"out"`
	Us     float64 `json:"us"`
	GFlops float64 `json:"gflops,omitempty"` // a second, by the operator's definition
	Bytes  float64 `json:"bytes"`
	Chunks int     `json:"chunks"`
}

func stepRows(steps []backend.StepProfile) (rows []stepRow, total float64) {
	for _, p := range steps {
		r := stepRow{Name: p.Name, Op: p.Op, Kernel: p.Kernel, Out: p.Out, Bytes: p.Bytes, Chunks: p.Chunks}
		r.Us = float64(p.Time.Nanoseconds()) / 1e3 / float64(max(p.Runs, 1))
		if r.Us > 0 {
			r.GFlops = p.Flops / r.Us / 1e3
		}
		total += r.Us
		rows = append(rows, r)
	}
	return rows, total
}

func printStepsJSON(s streams, steps []backend.StepProfile) error {
	rows, _ := stepRows(steps)
	enc := json.NewEncoder(s.out)
	for _, r := range rows {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

func printSteps(s streams, name string, steps []backend.StepProfile, top int) error {
	rows, total := stepRows(steps)
	fmt.Fprintf(s.out, "%s, kernels %s: %s, %.3f ms a run\n", printable(name), kernels.Best().Name(), plural(len(rows), "step"), total/1e3)
	if top > 0 {
		slices.SortStableFunc(rows, func(a, b stepRow) int { return cmp.Compare(b.Us, a.Us) })
		rows = rows[:min(top, len(rows))]
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "us\tshare\tGFLOP/s\tMB\toperator\tkernel\toutput\tnode")
	for _, r := range rows {
		rate := ""
		if r.GFlops > 0 {
			rate = fmt.Sprintf("%.1f", r.GFlops)
		}
		fmt.Fprintf(w, "%.1f\t%.1f %%\t%s\t%.2f\t%s\t%s\t%s\t%s\n", r.Us, 100*r.Us/total, rate, r.Bytes/1e6, r.Op, r.Kernel, r.Out, printable(r.Name))
	}
	return w.Flush()
}
