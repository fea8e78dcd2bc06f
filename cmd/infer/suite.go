package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"runtime"
	"slices"
	"time"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/models/benchmark"
)

// suiteArgs is what the command line says of a suite.
type suiteArgs struct {
	on, short, json     bool
	only, save, compare string
	threads             int
	length              time.Duration // of all runs of a case
}

// shortCase is how long a case is measured with -short.
const shortCase = 150 * time.Millisecond

// measure is infer bench -suite.
func (a *suiteArgs) measure(ctx context.Context, s streams) error {
	var old *figures
	if a.compare != "" {
		var err error
		if old, err = readFigures(a.compare); err != nil {
			return err
		}
	}
	if a.short {
		a.length = min(a.length, shortCase)
	}
	only, err := regexp.Compile(a.only)
	if err != nil {
		return usagef("-run: %v", err)
	}
	cases := slices.DeleteFunc(benchmark.All(), func(c benchmark.Case) bool { return !only.MatchString(c.Name) })
	if len(cases) == 0 {
		return usagef("-run %s: no model of the suite is named so", a.only)
	}
	p := newProgress(s.err, suitePasses*len(cases), false)
	r := newSuiteRun(a.threads, a.length, cases, p)
	now, err := r.measureAll(ctx, old)
	p.clear()
	if err != nil {
		return err
	}
	if a.save != "" {
		if err := writeFigures(a.save, now); err != nil {
			return err
		}
	}
	if a.json {
		err = json.NewEncoder(s.out).Encode(now)
	} else {
		err = printFigures(s, now)
	}
	if err != nil || old == nil {
		return err
	}
	if a.json {
		s.out = s.err // what is compared is for people
	}
	return printComparison(s, old, now)
}

// suitePasses is how often the whole suite is measured: each case is compiled
// again, in memory that lies elsewhere, at another moment. What the passes differ
// by is noise.
const suitePasses = 3

// A suiteRun measures cases.
type suiteRun struct {
	threads int
	length  time.Duration // of a case, in all passes
	ref     *reference
	cases   []benchmark.Case
	results []suiteResult // by case
	shown   *progress
}

// A suiteResult is what all passes of a case have measured, in milliseconds.
type suiteResult struct {
	flops float64   // of a run
	times []float64 // of all runs
	least []float64 // of each pass: its shortest run
	ref   float64   // the shortest time of the reference loop
}

func newSuiteRun(threads int, length time.Duration, cases []benchmark.Case, p *progress) *suiteRun {
	r := &suiteRun{threads: threads, length: length, ref: newReference(), cases: cases, shown: p, results: make([]suiteResult, len(cases))}
	for i := range r.results {
		r.results[i].ref = math.Inf(1)
	}
	return r
}

// pass measures some of the cases once.
func (r *suiteRun) pass(ctx context.Context, cases []int) error {
	for _, i := range cases {
		if err := r.measure(ctx, i); err != nil {
			return fmt.Errorf("%s: %w", r.cases[i].Name, err)
		}
		r.shown.step()
	}
	return nil
}

// measure adds a pass of case i, whose runs alternate with the reference loop,
// so that a machine that slows down slows both.
func (r *suiteRun) measure(ctx context.Context, i int) error {
	runtime.GC()
	m, err := backend.Compile(r.cases[i].Graph(), options(ctx, r.threads))
	if err != nil {
		return err
	}
	in, err := randomInputs(m, nil)
	if err != nil {
		return err
	}
	s := m.NewSession()
	s.Profile(true)
	if _, err := s.Run(ctx, in); err != nil {
		return err
	}
	to := &r.results[i]
	to.flops = 0
	for _, p := range s.Steps() {
		to.flops += p.Flops
	}
	s.Profile(false)
	least, n := math.Inf(1), 0
	for begin := time.Now(); n < 3 || time.Since(begin) < r.length/suitePasses; {
		to.ref = min(to.ref, r.ref.time())
		for block := time.Now(); ; { // as long as the reference, and a run at least
			start := time.Now()
			if _, err := s.Run(ctx, in); err != nil {
				return err
			}
			t := since(start)
			to.times = append(to.times, t)
			least = min(least, t)
			n++
			if since(block) > to.ref {
				break
			}
		}
	}
	to.least = append(to.least, least)
	return nil
}

// figures returns what has been measured.
func (r *suiteRun) figures() *figures {
	f := &figures{Go: runtime.Version(), Arch: runtime.GOARCH, Kernels: kernels.Best().Name(), Threads: r.threads, Reference: math.Inf(1)}
	for i, c := range r.cases {
		m := r.results[i]
		slices.Sort(m.times)
		slices.Sort(m.least)
		g := figure{Name: c.Name, Min: m.times[0], Median: quantile(m.times, 0.5), Runs: len(m.times)}
		g.GFlops, g.Ratio = m.flops/g.Min/1e6, g.Min/m.ref
		g.Noise = m.least[min(1, len(m.least)-1)]/g.Min - 1
		f.Reference = min(f.Reference, m.ref)
		f.Cases = append(f.Cases, g)
	}
	return f
}

// measureAll measures all cases. Those that are slower than in old, if that is
// not nil, are measured again before they are believed.
func (r *suiteRun) measureAll(ctx context.Context, old *figures) (*figures, error) {
	all := make([]int, len(r.cases))
	for i := range all {
		all[i] = i
	}
	for range suitePasses {
		if err := r.pass(ctx, all); err != nil {
			return nil, err
		}
	}
	now := r.figures()
	for k := 0; old != nil && k < suitePasses; k++ {
		var slow []int
		for _, c := range compareFigures(old, now) {
			if c.regression {
				slow = append(slow, slices.IndexFunc(r.cases, func(k benchmark.Case) bool { return k.Name == c.name }))
			}
		}
		r.shown.extend(len(slow))
		if err := r.pass(ctx, slow); err != nil {
			return nil, err
		}
		now = r.figures()
	}
	return now, nil
}
