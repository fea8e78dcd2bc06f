package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// throughput is what some callers get done together, each in a session of its
// own.
type throughput struct {
	Callers int     `json:"callers"`
	Threads int     `json:"threads"` // that each run may use
	Rate    float64 `json:"runs_per_second"`
	Share   float64 `json:"share"` // of what one caller gets done, its runs one after another
	Runs    int     `json:"runs"`
}

// concurrentRounds is how many times all numbers of callers are measured, in
// turn: the best round of each counts.
const concurrentRounds = 5

// concurrent measures the throughput of several callers of one model.
func (b *bench) concurrent(ctx context.Context, s streams, callers []int, threads int) ([]throughput, error) {
	name, g, err := openModel(s, b.path)
	if err != nil {
		return nil, err
	}
	m, err := compile(ctx, name, g, threads)
	if err != nil {
		return nil, err
	}
	in, err := randomInputs(m, b.shapes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	rows := make([]throughput, len(callers))
	serial := 0.0
	p := newProgress(s.err, concurrentRounds*(len(callers)+1), false)
	defer p.clear()
	length := b.length / concurrentRounds
	for range concurrentRounds {
		rate, _, err := together(ctx, m, in, 1, length)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		serial = max(serial, rate)
		p.step()
		for i, k := range callers {
			rate, runs, err := together(ctx, m, in, k, length)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			r := &rows[i]
			r.Callers, r.Threads, r.Rate, r.Runs = k, threads, max(r.Rate, rate), r.Runs+runs
			p.step()
		}
	}
	for i := range rows {
		rows[i].Share = rows[i].Rate / serial
	}
	return rows, nil
}

// together lets k callers run a model, each again and again until the time is
// over, and returns the runs a second of all. Each has made a run before.
func together(ctx context.Context, m *backend.Model, in []tensor.Value, k int, length time.Duration) (rate float64, runs int, err error) {
	sessions := make([]*backend.Session, k)
	for i := range sessions {
		sessions[i] = m.NewSession()
		if _, err := sessions[i].Run(ctx, in); err != nil {
			return 0, 0, err
		}
	}
	counts, errs := make([]int, k), make([]error, k)
	var wg sync.WaitGroup
	start := time.Now()
	for i, s := range sessions {
		wg.Go(func() {
			for counts[i] == 0 || time.Since(start) < length {
				if _, errs[i] = s.Run(ctx, in); errs[i] != nil {
					return
				}
				counts[i]++
			}
		})
	}
	wg.Wait()
	elapsed := time.Since(start).Seconds()
	for i := range counts {
		if errs[i] != nil {
			return 0, 0, errs[i]
		}
		runs += counts[i]
	}
	return float64(runs) / elapsed, runs, nil
}

func printThroughput(s streams, rows []throughput, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(s.out)
		for _, r := range rows {
			if err := enc.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "callers\tthreads\truns/s\tof serial\truns\t")
	for _, r := range rows {
		fmt.Fprintf(w, "%d\t%d\t%.2f\t%.1f %%\t%d\t\n", r.Callers, r.Threads, r.Rate, 100*r.Share, r.Runs)
	}
	return w.Flush()
}
