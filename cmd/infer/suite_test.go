package main

import (
	"context"
	"encoding/json"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/models/benchmark"
)

// The suite prints a table and saves figures, which the next run is compared
// with: slower ones are named and fail it.
func TestSuite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.json")
	args := []string{"bench", "-suite", "-run", "layernorm|softmax", "-for", "3ms"}
	code, out, stderr := infer("", append(args, "-save", path)...)
	require.Zero(t, code, stderr)
	require.Regexp(t, `(?s)kernels \w+, 1 thread; reference loop .*min ms +median +GFLOP/s +x reference +noise +model\n.*softmax.*layernorm`, out)
	old, err := readFigures(path)
	require.NoError(t, err)
	require.Len(t, old.Cases, 2)
	for _, c := range old.Cases {
		require.Positive(t, c.Min)
		require.LessOrEqual(t, c.Min, c.Median)
		require.Positive(t, c.Ratio)
		require.GreaterOrEqual(t, c.Noise, 0.0)
	}

	old.Cases[0].Ratio *= 1000 // the old one was slow
	require.NoError(t, writeFigures(path, old))
	code, out, stderr = infer("", append(args, "-run", "softmax", "-compare", path)...)
	require.Zero(t, code, stderr)
	require.Contains(t, out, "speed")

	old.Cases[0].Ratio /= 1e6 // and now the new one is
	require.NoError(t, writeFigures(path, old))
	code, out, stderr = infer("", append(args, "-run", "softmax", "-compare", path, "-json")...)
	require.Equal(t, exitFailure, code)
	require.Contains(t, stderr, "softmax 1536x128: slower")
	require.Contains(t, stderr, "1 model slower than before")
	require.NoError(t, json.Unmarshal([]byte(out), old))
}

func TestSuiteUsage(t *testing.T) {
	empty := write(t, "empty.json", []byte("{}"))
	fails(t, exitUsage, []string{"bench", "-short"}, "go with -suite")
	fails(t, exitUsage, []string{"bench", "-suite", "x.onnx"}, "-suite takes no model")
	fails(t, exitUsage, []string{"bench", "-suite", "-run", "nothing"}, "no model of the suite")
	fails(t, exitUsage, []string{"bench", "-suite", "-run", "("}, "-run: error parsing regexp")
	fails(t, exitFailure, []string{"bench", "-suite", "-compare", empty}, "no figures")
}

// A change counts beyond the noise of both files and beyond what no two runs are
// told apart by.
func TestCompareFigures(t *testing.T) {
	old := &figures{Cases: []figure{{Name: "a", Ratio: 1}, {Name: "b", Ratio: 2, Noise: 0.3}, {Name: "c", Ratio: 1}, {Name: "gone", Ratio: 1}}}
	now := &figures{Cases: []figure{{Name: "a", Ratio: 1.04}, {Name: "b", Ratio: 2.7, Noise: 0.1}, {Name: "c", Ratio: 1.06}, {Name: "new", Ratio: 9}}}
	got := compareFigures(old, now)
	require.Len(t, got, 3)
	require.Equal(t, "b", got[0].name)
	require.False(t, got[0].regression, "35 %% slower, with noise of 40 %%")
	require.Equal(t, "c", got[1].name)
	require.True(t, got[1].regression)
	require.InDelta(t, 1/1.06, got[1].speed, 1e-9)
	require.False(t, got[2].regression)
}

// What looks slower is measured again, and only that.
func TestSuspects(t *testing.T) {
	cases := benchmark.Layers()[13:15]
	old := &figures{Reference: 1, Cases: []figure{{Name: cases[0].Name, Ratio: 1e-9}, {Name: cases[1].Name, Ratio: 1e9}}}
	r := newSuiteRun(1, time.Millisecond, cases, nil)
	now, err := r.measureAll(context.Background(), old)
	require.NoError(t, err)
	require.Len(t, r.results[0].least, 2*suitePasses)
	require.Len(t, r.results[1].least, suitePasses)
	require.False(t, math.IsInf(now.Reference, 1))
}
