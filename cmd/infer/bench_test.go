package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/models/npy"
	"github.com/sardonyx-go/sardonyx/tensor"
)

func TestBench(t *testing.T) {
	path := write(t, "twice.onnx", twiceModel())
	code, out, stderr := infer("", "bench", path, "-for", "5ms", "-threads", "1,2", "-json", "-shape", "x=7")
	require.Zero(t, code, stderr)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 2)
	for i, line := range lines {
		var m measured
		require.NoError(t, json.Unmarshal([]byte(line), &m))
		require.Equal(t, i+1, m.Threads)
		require.Equal(t, []string{"x float32[7]"}, m.Inputs)
		require.NotEmpty(t, m.Kernels)
		require.Positive(t, m.Runs)
		require.LessOrEqual(t, m.P50, m.P90)
		require.LessOrEqual(t, m.P90, m.P99)
	}
	code, out, stderr = infer("", "bench", path, "-for", "1ms")
	require.Zero(t, code, stderr)
	require.Regexp(t, `(?s)twice.onnx, kernels \w+, .*threads +load +first +p50 +p90 +p99 +runs`, out)
	fails(t, exitFailure, []string{"bench", path, "-shape", "z=7"}, `of which 0 are inputs; inputs are "x"`)
}

// Callers side by side are measured beside one alone.
func TestConcurrent(t *testing.T) {
	path := write(t, "twice.onnx", twiceModel())
	code, out, stderr := infer("", "bench", path, "-for", "10ms", "-concurrent", "1,3", "-threads", "2", "-json", "-shape", "x=7")
	require.Zero(t, code, stderr)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 2)
	for i, line := range lines {
		var r throughput
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		require.Equal(t, 1+2*i, r.Callers)
		require.Equal(t, 2, r.Threads)
		require.Positive(t, r.Share)
		require.GreaterOrEqual(t, r.Runs, concurrentRounds*r.Callers)
	}
	code, out, _ = infer("", "bench", path, "-for", "1ms", "-concurrent", "2", "-shape", "x=7")
	require.Zero(t, code)
	require.Contains(t, out, "of serial")
	fails(t, exitUsage, []string{"bench", path, "-concurrent", "0"}, "-concurrent 0: want numbers from 1 to 4096")
	fails(t, exitUsage, []string{"bench", path, "-concurrent", "2", "-threads", "1,2"}, "one number of -threads")
}

func TestQuantile(t *testing.T) {
	require.Equal(t, 1.0, quantile([]float64{1}, 0.99))
	require.Equal(t, 2.0, quantile([]float64{1, 2, 3, 4}, 0.5))
	require.Equal(t, 2.0, quantile([]float64{1, 2, 3}, 0.5))
	require.Equal(t, 4.0, quantile([]float64{1, 2, 3, 4}, 0.9))
}

// The harness's protocol: an error is an answer, and the worker lives on.
func TestWorker(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, npy.WriteFile(filepath.Join(dir, "x.npy"), tensor.Of([]float32{1, 2, 3}, 3)))
	path, other := write(t, "twice.onnx", twiceModel()), t.TempDir()
	require.NoError(t, npy.WriteFile(filepath.Join(other, "x.npy"), tensor.Of([]float32{5, 6, 7}, 3)))
	requests := []map[string]any{
		{"run_for": 0},
		{"load": path, "threads": 1, "inputs": dir},
		{"run_for": 0, "min_iters": 3, "max_s": 1, "warmup": 1},
		{"dump": dir},
		{"inputs": other},
		{"dump": other},
	}
	var in strings.Builder
	for _, r := range requests {
		require.NoError(t, json.NewEncoder(&in).Encode(r))
	}
	code, out, stderr := infer(in.String(), "bench", "-worker")
	require.Zero(t, code, stderr)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 6)
	var r [6]reply
	for i, line := range lines {
		require.NoError(t, json.Unmarshal([]byte(line), &r[i]))
	}
	require.Equal(t, "no model is loaded", r[0].Error)
	require.True(t, r[1].Ready)
	require.Len(t, r[2].TimesMs, 3)
	require.Equal(t, []string{"y"}, r[3].Dumped)
	y, err := npy.ReadFile(filepath.Join(dir, "y.npy"))
	require.NoError(t, err)
	require.Equal(t, []float32{2, 4, 6}, tensor.Data[float32](y))
	require.True(t, r[4].Ready)
	y, err = npy.ReadFile(filepath.Join(other, "y.npy"))
	require.NoError(t, err)
	require.Equal(t, []float32{10, 12, 14}, tensor.Data[float32](y))
}
