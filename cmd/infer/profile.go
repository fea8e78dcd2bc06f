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
	trace := f.String("trace", "", "`FILE` for what each worker does in three runs, for chrome://tracing or ui.perfetto.dev")
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
		peak := measurePeak(kernels.Best(), *threads)
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
		rows := stepRows(session.Steps(), peak)
		if *trace != "" {
			session.Trace(true)
			for range tracedRuns {
				if _, err := session.Run(ctx, in); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			if err := writeTraceFile(*trace, name, session.Slices()); err != nil {
				return err
			}
		}
		if *asJSON {
			return printStepsJSON(s, rows)
		}
		fmt.Fprintf(s.out, "%s, kernels %s, %s with a peak of %.1f GFLOP/s\n", printable(name), kernels.Best().Name(), plural(*threads, "thread"), peak)
		return printSteps(s, rows, *top)
	}
}

// tracedRuns is how many runs a trace shows: the third is like all others.
const tracedRuns = 3

// stepRow is one step of a profile, in its shortest run: the peak of the machine
// is the best of many rounds, too.
type stepRow struct {
	Name   string  `json:"name"`
	Op     string  `json:"op"`
	Kernel string  `json:"kernel"` // the algorithm
	Out    string  `json:"out"`
	Us     float64 `json:"us"`
	Share  float64 `json:"share"`             // of the time of all steps
	GFlops float64 `json:"gflops,omitempty"`  // a second, by the operator's definition
	OfPeak float64 `json:"of_peak,omitempty"` // of the machine's; above 1 where an algorithm saves operations
	Bytes  float64 `json:"bytes"`
	GBytes float64 `json:"gbytes,omitempty"` // a second
	Chunks int     `json:"chunks"`
}

// stepRows makes rows of steps; peak is the machine's, in GFLOP/s.
func stepRows(steps []backend.StepProfile, peak float64) []stepRow {
	var rows []stepRow
	total := 0.0
	for _, p := range steps {
		r := stepRow{Name: p.Name, Op: p.Op, Kernel: p.Kernel, Out: p.Out, Bytes: p.Bytes, Chunks: p.Chunks}
		r.Us = microseconds(p.Best)
		if r.Us > 0 {
			r.GFlops, r.GBytes = p.Flops/r.Us/1e3, p.Bytes/r.Us/1e3
			r.OfPeak = r.GFlops / peak
		}
		total += r.Us
		rows = append(rows, r)
	}
	for i := range rows {
		rows[i].Share = rows[i].Us / total
	}
	return rows
}

func printStepsJSON(s streams, rows []stepRow) error {
	enc := json.NewEncoder(s.out)
	for _, r := range rows {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

// printSteps prints a table, of the slowest steps only if top is not 0, and the
// sum of all steps.
func printSteps(s streams, rows []stepRow, top int) error {
	var us, work, bytes float64
	for _, r := range rows {
		us, work, bytes = us+r.Us, work+r.GFlops*r.Us, bytes+r.Bytes
	}
	fmt.Fprintf(s.out, "%s, %.3f ms a run at best, %.1f GFLOP/s, %s read and written\n", plural(len(rows), "step"), us/1e3, work/us, size(int64(bytes)))
	if top > 0 {
		slices.SortStableFunc(rows, func(a, b stepRow) int { return cmp.Compare(b.Us, a.Us) })
		rows = rows[:min(top, len(rows))]
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "us\tshare\tGFLOP/s\tof peak\tMB\tGB/s\toperator\tkernel\toutput\tnode")
	for _, r := range rows {
		rate, of := "", ""
		if r.GFlops > 0 {
			rate, of = fmt.Sprintf("%.1f", r.GFlops), fmt.Sprintf("%.0f %%", 100*r.OfPeak)
		}
		fmt.Fprintf(w, "%.1f\t%.1f %%\t%s\t%s\t%.2f\t%.1f\t%s\t%s\t%s\t%s\n", r.Us, 100*r.Share, rate, of, r.Bytes/1e6, r.GBytes, r.Op, r.Kernel, r.Out, printable(r.Name))
	}
	return w.Flush()
}
