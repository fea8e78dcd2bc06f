package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Every case is a graph that compiles and runs; in float16 and bfloat16, which
// all operators measured take, too, but for those of bytes.
func TestBenchOperatorCases(t *testing.T) {
	run := func(x *trial) error {
		m, err := backend.Compile(x.Graph, backend.Options{Threads: 1})
		if err == nil {
			_, err = m.NewSession().Run(t.Context(), x.in)
		}
		return err
	}
	names := map[string]bool{}
	for _, c := range sizeCases() {
		require.False(t, names[c.name], c.name)
		names[c.name] = true
		x := newTrial(tensor.Float32)
		c.build(x, 10_000)
		require.NoError(t, run(x), c.name)
	}
	names = map[string]bool{}
	for _, c := range typeCases() {
		require.False(t, names[c.name], c.name)
		names[c.name] = true
		types := []tensor.Type{tensor.Float32, tensor.Float16, tensor.BFloat16}
		if strings.Contains(c.name, "Integer") || strings.Contains(c.name, "QLinear") {
			types = []tensor.Type{tensor.Float32, tensor.Int8, tensor.Uint8}
		}
		for _, typ := range types {
			x := newTrial(typ)
			c.build(x)
			require.NoError(t, run(x), "%s in %v", c.name, typ)
		}
	}
}

// Both tables are printed for the operators named, as text and as JSON.
func TestBenchOperators(t *testing.T) {
	code, out, stderr := infer("", "bench", "-operators", "-for", "1ms", "TopK", "CumSum")
	require.Equal(t, exitOK, code, stderr)
	lines := strings.Split(out, "\n")
	require.Regexp(t, `^kernels \w+, 1 thread$`, lines[0])
	require.Regexp(t, `^ *operator +us at 10\^4 +10\^5 +10\^6 +ns an element +growth`, lines[1])
	require.Regexp(t, `(?m)^ *TopK k=10( +\d+){3} +[\d.]+( +[\d.]+x){2}`, out)
	require.Regexp(t, `(?m)^ *operator +us in float32 +float16 +bfloat16 +float64 +int8 +uint8 +int32 +int64`, out)
	require.Regexp(t, `(?m)^ *CumSum +\d+( +[\d.]+x)+`, out)
	require.NotContains(t, out, "Gather")

	code, out, stderr = infer("", "bench", "-operators", "-for", "1ms", "-json", "CumSum")
	require.Equal(t, exitOK, code, stderr)
	for line := range strings.Lines(out) {
		require.True(t, json.Valid([]byte(line)), line)
	}
	require.Contains(t, out, `{"operator":"CumSum","n":10000,`)
	require.Contains(t, out, `{"operator":"CumSum","type":"float16",`)
	fails(t, exitUsage, []string{"bench", "-operators", "Sawtooth"}, "no operator Sawtooth is measured")
}
