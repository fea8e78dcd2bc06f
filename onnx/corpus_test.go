package onnx

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// shared returns the folder of large test files that SARDONYX_SHARED names.
func shared(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("SARDONYX_SHARED")
	if dir == "" {
		tb.Skip("SARDONYX_SHARED is not set")
	}
	return dir
}

// Every model of the zoo is read.
func TestZoo(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t), "zoo/models/*.onnx"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		g, err := ReadFile(file)
		require.NoError(t, err)
		require.NotEmpty(t, g.Nodes, file)
		require.NotEmpty(t, g.Inputs, file)
		require.NotEmpty(t, g.Outputs, file)
	}
}

// Reading a model costs little more than reading its file: compare with
// BenchmarkReadBytes.
func BenchmarkRead(b *testing.B) {
	name := filepath.Join(shared(b), "zoo/models/minilm_l6_ner_w8.onnx")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadFile(name); err != nil {
			b.Fatal(err)
		}
	}
	info, _ := os.Stat(name)
	b.SetBytes(info.Size())
}

// BenchmarkReadBytes reads the same file without decoding it.
func BenchmarkReadBytes(b *testing.B) {
	name := filepath.Join(shared(b), "zoo/models/minilm_l6_ner_w8.onnx")
	for b.Loop() {
		if _, err := os.ReadFile(name); err != nil {
			b.Fatal(err)
		}
	}
	info, _ := os.Stat(name)
	b.SetBytes(info.Size())
}
