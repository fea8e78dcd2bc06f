package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/models/npy"
	"github.com/sardonyx-go/sardonyx/tensor"
)

func TestRun(t *testing.T) {
	path := write(t, "twice.onnx", twiceModel())
	x := npyFile(t, "x.npy", tensor.Of([]float32{1, 2}, 2))
	for _, in := range []string{x, "x=" + x} {
		code, out, stderr := infer("", "run", "-model", path, "-in", in)
		require.Zero(t, code, stderr)
		require.Equal(t, "y: float32[2]\n[2 4]\n", out)
	}
	dir := filepath.Join(t.TempDir(), "new")
	code, out, stderr := infer("", "run", "-model", path, "-in", x, "-out", dir)
	require.Zero(t, code, stderr)
	require.Empty(t, out)
	y, err := npy.ReadFile(filepath.Join(dir, "y.npy"))
	require.NoError(t, err)
	require.Equal(t, []float32{2, 4}, tensor.Data[float32](y))
}

// Values that .npy cannot hold come from the files of ONNX's tests.
func TestRunPB(t *testing.T) {
	code, out, stderr := infer("", "run", "-model", models+"/shuffle58/model.onnx", "-in", models+"/shuffle58/set_0/input_0.pb")
	require.Zero(t, code, stderr)
	require.Regexp(t, `^\w+: float32\[`, out)
}
