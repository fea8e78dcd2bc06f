package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sardonyx-go/sardonyx/kernels"
)

func benchCommand(f *flag.FlagSet) action {
	threads := f.String("threads", "1", "`N,...` numbers of threads")
	var shapes list
	f.Var(&shapes, "shape", "`NAME=1x3` shape of an input whose dims the model leaves open")
	length := f.Duration("for", 0, "`TIME` how long to measure (2s; 100ms an operator)")
	operators := f.Bool("operators", false, "measure operators instead: those named, or all")
	asJSON := f.Bool("json", false, "print a JSON object a line")
	asWorker := f.Bool("worker", false, "answer requests of a harness on standard input")
	concurrent := f.String("concurrent", "", "`K,...` callers at the same time: their throughput, beside that of one")
	var a suiteArgs
	f.BoolVar(&a.on, "suite", false, "measure layers and networks that need no file, beside a reference loop")
	f.BoolVar(&a.short, "short", false, "with -suite: a quick look")
	f.StringVar(&a.only, "run", "", "with -suite: only models whose names match `REGEXP`")
	f.StringVar(&a.save, "save", "", "with -suite: `FILE` for the figures")
	f.StringVar(&a.compare, "compare", "", "with -suite: `FILE` of figures; fail if some are worse now")
	return func(ctx context.Context, s streams, args []string) error {
		if *asWorker {
			return serve(ctx, s.in, s.out)
		}
		if len(args) > 1 && !*operators {
			return usagef("%d arguments given, want one model", len(args))
		}
		counts, err := readCounts("threads", *threads)
		if err != nil {
			return err
		}
		if *operators {
			o := operatorBench{only: args, threads: counts[0], length: cmp.Or(*length, 100*time.Millisecond), asJSON: *asJSON}
			return o.run(ctx, s)
		}
		if a.on {
			if len(args) > 0 || len(shapes) > 0 || len(counts) > 1 {
				return usagef("-suite takes no model, no -shape and one number of -threads")
			}
			a.threads, a.length, a.json = counts[0], cmp.Or(*length, 2*time.Second), *asJSON
			return a.measure(ctx, s)
		}
		if a != (suiteArgs{}) {
			return usagef("-short, -run, -save and -compare go with -suite")
		}
		sizes, err := readShapes(shapes)
		if err != nil {
			return err
		}
		b := bench{path: strings.Join(args, ""), shapes: sizes, length: cmp.Or(*length, 2*time.Second)}
		if *concurrent != "" {
			callers, err := readCounts("concurrent", *concurrent)
			if err != nil {
				return err
			}
			if len(counts) > 1 {
				return usagef("-concurrent takes one number of -threads")
			}
			rows, err := b.concurrent(ctx, s, callers, counts[0])
			if err != nil {
				return err
			}
			return printThroughput(s, rows, *asJSON)
		}
		var rows []measured
		for _, n := range counts {
			m, err := b.measure(ctx, s, n)
			if err != nil {
				return err
			}
			rows = append(rows, m)
			if *asJSON {
				if err := json.NewEncoder(s.out).Encode(m); err != nil {
					return err
				}
			}
		}
		if *asJSON {
			return nil
		}
		return printMeasured(s, rows)
	}
}

// readCounts reads "1,2", the value of a flag.
func readCounts(name, text string) ([]int, error) {
	var counts []int
	for _, f := range strings.Split(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(f))
		if err != nil || n < 1 || n > 4096 {
			return nil, usagef("-%s %s: want numbers from 1 to 4096, as in 1,2", name, text)
		}
		counts = append(counts, n)
	}
	return counts, nil
}

// bench measures one model.
type bench struct {
	path   string // "" is the embedded classifier
	shapes map[string][]int
	length time.Duration
}

// measured is one row: times in milliseconds.
type measured struct {
	Model   string   `json:"model"`
	Kernels string   `json:"kernels"`
	Threads int      `json:"threads"`
	Inputs  []string `json:"inputs"`
	Load    float64  `json:"load_ms"`
	First   float64  `json:"first_ms"`
	P50     float64  `json:"p50_ms"`
	P90     float64  `json:"p90_ms"`
	P99     float64  `json:"p99_ms"`
	Runs    int      `json:"runs"`
	Peak    int64    `json:"peak_bytes,omitempty"` // of the process, so far
}

func (b *bench) measure(ctx context.Context, s streams, threads int) (measured, error) {
	r := measured{Kernels: kernels.Best().Name(), Threads: threads}
	runtime.GC() // a model measured before is not this one's burden
	start := time.Now()
	name, g, err := openModel(s, b.path)
	if err != nil {
		return r, err
	}
	r.Model = name
	m, err := compile(ctx, name, g, threads)
	if err != nil {
		return r, err
	}
	r.Load = since(start)
	in, err := randomInputs(m, b.shapes)
	if err != nil {
		return r, fmt.Errorf("%s: %w", name, err)
	}
	for i, p := range m.Inputs() {
		if in[i] != nil {
			r.Inputs = append(r.Inputs, fmt.Sprintf("%s %v", p.Name, in[i]))
		}
	}
	session := m.NewSession()
	var times []float64
	for begin := time.Now(); len(times) < 2 || time.Since(begin) < b.length; {
		start := time.Now()
		if _, err := session.Run(ctx, in); err != nil {
			return r, fmt.Errorf("%s: %w", name, err)
		}
		times = append(times, since(start))
	}
	r.First, times = times[0], times[1:]
	r.Runs = len(times)
	slices.Sort(times)
	r.P50, r.P90, r.P99 = quantile(times, 0.5), quantile(times, 0.9), quantile(times, 0.99)
	r.Peak = peakMemory()
	return r, nil
}

// quantile returns the smallest element that at least a share q of all do not
// exceed; sorted is not empty.
func quantile(sorted []float64, q float64) float64 {
	i := int(q * float64(len(sorted)))
	if float64(i) == q*float64(len(sorted)) && i > 0 {
		i--
	}
	return sorted[min(i, len(sorted)-1)]
}

func printMeasured(s streams, rows []measured) error {
	first := rows[0]
	fmt.Fprintf(s.out, "%s, kernels %s, %s\n", printable(first.Model), first.Kernels, plural(runtime.GOMAXPROCS(0), "processor"))
	for _, in := range first.Inputs {
		fmt.Fprintf(s.out, "input %s\n", printable(in))
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "threads\tload\tfirst\tp50\tp90\tp99\truns\t")
	for _, r := range rows {
		fmt.Fprintf(w, "%d\t%.2f ms\t%.2f ms\t%.2f ms\t%.2f ms\t%.2f ms\t%d\t\n", r.Threads, r.Load, r.First, r.P50, r.P90, r.P99, r.Runs)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if peak := rows[len(rows)-1].Peak; peak > 0 {
		fmt.Fprintf(s.out, "peak memory %s\n", size(peak))
	}
	return nil
}
