package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/kernels"
)

// The profile of the embedded classifier names its steps, as a table and as
// JSON; -top keeps the slowest.
func TestProfile(t *testing.T) {
	var out, errs bytes.Buffer
	code := run(context.Background(), []string{"profile", "-for", "1ms", "-top", "3"}, strings.NewReader(""), &out, &errs)
	require.Zero(t, code, errs.String())
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 6)
	require.Regexp(t, `1 thread with a peak of \d+\.\d GFLOP/s`, lines[0])
	require.Contains(t, lines[1], "ms a run at best")
	require.Regexp(t, `^us +share +GFLOP/s +of peak +MB +GB/s +operator +kernel`, lines[2])

	out.Reset()
	code = run(context.Background(), []string{"profile", "-for", "1ms", "-json"}, strings.NewReader(""), &out, &errs)
	require.Zero(t, code, errs.String())
	var first stepRow
	require.NoError(t, json.NewDecoder(&out).Decode(&first))
	require.Positive(t, first.Us)
	require.Positive(t, first.OfPeak)
	require.NotEmpty(t, first.Kernel)
}

// The file of -trace is what trace viewers read: tracks have names, slices of a
// track are disjoint or nested, every step has a slice and every chunk lies in
// time within the run.
func TestProfileTrace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trace.json")
	code, out, stderr := infer("", "profile", "-for", "1ms", "-json", "-threads", "2", "-trace", path)
	require.Zero(t, code, stderr)
	steps := strings.Count(out, "\n")
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	var f traceFile
	require.NoError(t, json.Unmarshal(b, &f))
	tracks, seen := map[int]bool{}, 0
	open := map[int][]traceEvent{}
	slices.SortStableFunc(f.Events, func(a, b traceEvent) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.Time, a.Time))
	})
	for _, e := range f.Events {
		switch {
		case e.Kind == "M" && e.Name == "thread_name":
			tracks[e.Track] = true
			require.Equal(t, fmt.Sprint("worker ", e.Track), e.Args["name"])
		case e.Kind == "X":
			require.True(t, tracks[e.Track], "track %d has no name", e.Track)
			require.NotEmpty(t, e.Name)
			if e.Category == "step" {
				seen++
			}
			around := open[e.Track]
			for len(around) > 0 && around[len(around)-1].Start+around[len(around)-1].Time <= e.Start {
				around = around[:len(around)-1]
			}
			if n := len(around); n > 0 {
				require.LessOrEqual(t, e.Start+e.Time, around[n-1].Start+around[n-1].Time+0.001, "%q and %q overlap", around[n-1].Name, e.Name)
			}
			open[e.Track] = append(around, e)
		}
	}
	require.Equal(t, tracedRuns*steps, seen)
	fails(t, exitFailure, []string{"profile", "-for", "1ms", "-trace", filepath.Join(path, "no")}, "trace.json")
}

// The peak is one that kernels come near to and do not pass: a product that
// stays in the first cache.
func TestMeasurePeak(t *testing.T) {
	set := kernels.Best()
	peak := measurePeak(set, 1)
	const m, n, k = 48, 32, 256
	x, b, c := make([]float32, m*k), make([]float32, kernels.PackedLen(k, n)), make([]float32, m*n)
	for i := range x {
		x[i] = 0.1
	}
	for i := range b {
		b[i] = 1.7
	}
	best := 0.0
	for begin := time.Now(); time.Since(begin) < peakTime; {
		start := time.Now()
		set.Gemm(m, n, k, x, k, b, c, n, nil)
		best = max(best, 2*m*n*k/float64(time.Since(start).Nanoseconds()))
	}
	require.InEpsilon(t, peak, best, 0.8, "the machine may be busy, but not so much") // of peak
}
