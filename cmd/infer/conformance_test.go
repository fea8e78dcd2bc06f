package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
)

// suite makes a folder of backend tests: one that passes, one with a wrong
// expectation, two that cannot run.
func suite(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, test := range map[string]struct{ model, out []byte }{
		"node/test_right":   {twiceModel(), floats(2, 0)},
		"node/test_wrong":   {twiceModel(), floats(1, 0)},
		"node/test_unknown": {unknownModel(), floats(1, 0)},
		"simple/test_new":   {unknownModel(), floats(1, 0)},
	} {
		data := filepath.Join(dir, name, "test_data_set_0")
		require.NoError(t, os.MkdirAll(data, 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name, "model.onnx"), test.model, 0o666))
		require.NoError(t, os.WriteFile(filepath.Join(data, "input_0.pb"), floats(1, 0), 0o666))
		require.NoError(t, os.WriteFile(filepath.Join(data, "output_0.pb"), test.out, 0o666))
	}
	return dir
}

func TestConformance(t *testing.T) {
	dir := suite(t)
	code, out, stderr := infer("", "conformance", dir)
	require.Equal(t, exitFailure, code)
	require.Empty(t, stderr)
	require.Equal(t, `2 tests: unsupported: operator Frobnicate is not known
    node/test_unknown
    simple/test_new
1 test: wrong result
    node/test_wrong
node                  1 of    3
simple                0 of    1
passed 1 of 4
`, out)
	code, out, _ = infer("", "conformance", "-v", "-run", "wrong|right", dir)
	require.Equal(t, exitFailure, code)
	require.Contains(t, out, "pass node/test_right\nFAIL node/test_wrong: wrong: output 0: [0] = 2, want 1 (off by 1)\n")
	require.Contains(t, out, "passed 1 of 2\n")
}

// The list of what passes is wrong when a test stops passing, and when one
// starts to.
func TestConformanceList(t *testing.T) {
	dir := suite(t)
	list := filepath.Join(t.TempDir(), "passing.txt")
	code, _, _ := infer("", "conformance", "-list", list, "-update", dir)
	require.Equal(t, exitFailure, code)
	b, err := os.ReadFile(list)
	require.NoError(t, err)
	require.Equal(t, "node/test_right\n", string(b))
	code, _, stderr := infer("", "conformance", "-list", list, dir)
	require.Equal(t, exitOK, code, stderr)

	require.NoError(t, os.WriteFile(list, []byte("node/test_wrong\nnode/test_gone\n"), 0o666))
	code, out, stderr := infer("", "conformance", "-list", list, dir)
	require.Equal(t, exitFailure, code)
	require.Contains(t, out, "node/test_right passes, but is not listed\n")
	require.Contains(t, out, "node/test_wrong fails, but is listed: wrong")
	require.Contains(t, out, "node/test_gone is listed, but not there\n")
	require.Equal(t, "infer: "+list+" differs in 3 tests\n", stderr)
	code, out, _ = infer("", "conformance", "-list", list, "-run", "unknown", dir)
	require.Equal(t, exitOK, code, out)
}

var update = flag.Bool("update", false, "write the list of official tests that pass")

// TestOfficial runs ONNX's own tests: those that pass are listed, and the list is
// wrong when one stops to, and when one starts to.
func TestOfficial(t *testing.T) {
	const dir, list = "../../testdata/node", "../../testdata/node/passed.txt"
	args := []string{"conformance", "-list", list}
	if testing.Short() && !*update {
		args = append(args, "-run", "^[^l]") // without the whole networks of light
	}
	if *update {
		_, out, stderr := infer("", append(args, "-update", dir)...)
		t.Logf("%s%s", out, stderr)
	}
	code, out, stderr := infer("", append(args, dir)...)
	require.Equal(t, exitOK, code, "%s%sgo test ./cmd/infer -run TestOfficial -update writes the list anew", out, stderr)
}

// TestOfficialShared does the same with an earlier state of ONNX's tests, where
// it is at hand: of those that are in both, the same pass.
func TestOfficialShared(t *testing.T) {
	shared := os.Getenv("SARDONYX_SHARED")
	if shared == "" || testing.Short() {
		t.Skip("SARDONYX_SHARED is not set, or -short")
	}
	b, err := os.ReadFile("../../testdata/node/passed.txt")
	require.NoError(t, err)
	_, out, stderr := infer("", "conformance", "-v", filepath.Join(shared, "onnx-backend-tests"))
	require.Empty(t, stderr)
	require.Contains(t, out, "of 1951\n")
	passed := strings.Fields(string(b))
	for line := range strings.Lines(out) {
		result, rest, _ := strings.Cut(line, " ")
		name, _, _ := strings.Cut(strings.TrimSpace(rest), ":")
		if result == "pass" || result == "FAIL" {
			require.Equal(t, slices.Contains(passed, name), result == "pass", line)
		}
	}
}

// A light model has no file for its input, and its tolerance lies elsewhere.
func TestConformanceLight(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string][]byte{
		"light/light_twice.onnx":        model(port("x", 4), port("y", 4), node("twice", "Add", "y", "x", "x")),
		"light/light_twice_output_0.pb": floats(0, 0.5, 1.0015, 1.5),
		"real/test_twice/data.json":     []byte(`{"atol": 1e-07, "rtol": 0.002, "model_name": "twice"}`),
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o666))
	}
	code, out, stderr := infer("", "conformance", dir)
	require.Zero(t, code, out+stderr)
	require.Equal(t, "light                 1 of    1\npassed 1 of 1\n", out)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "real")))
	code, out, _ = infer("", "conformance", dir)
	require.Equal(t, exitFailure, code, out)
}

// A result within the tolerance of onnx's own runner fails, and is mentioned.
func TestConformanceLax(t *testing.T) {
	dir := suite(t)
	require.NoError(t, os.Rename(filepath.Join(dir, "node/test_right"), filepath.Join(dir, "node/test_celu_bfloat16_expanded")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "node/test_celu_bfloat16_expanded/test_data_set_0/output_0.pb"), floats(2.01, 0), 0o666))
	code, out, _ := infer("", "conformance", dir)
	require.Equal(t, exitFailure, code)
	require.Contains(t, out, "\n1 more within the tolerances of onnx's own runner\npassed 0 of 4\n")
}

// A test that hangs or panics is a failed one, and the next one runs.
func TestAttempt(t *testing.T) {
	ctx := context.Background()
	o := attempt(ctx, time.Minute, func(context.Context) outcome { panic("ouch") })
	require.EqualError(t, o.err, "panic: ouch")
	stop := make(chan bool)
	defer close(stop)
	o = attempt(ctx, time.Millisecond, func(context.Context) outcome { <-stop; return outcome{} })
	require.EqualError(t, o.err, "no answer in 1ms")
	require.NoError(t, attempt(ctx, time.Minute, func(context.Context) outcome { return outcome{} }).err)
}

func TestReason(t *testing.T) {
	cause := fmt.Errorf("%w: K is 512 in A but 500 in B", backend.ErrShape)
	err := &backend.Error{Node: "fc1", Op: "Gemm-13", In: "float32[1 512]", Err: cause}
	require.Equal(t, "Gemm: incompatible shapes: K is # in A but # in B", reason(err))
	require.Equal(t, "wrong result", reason(fmt.Errorf("%w: output 3", errWrong)))
	require.Equal(t, "first", reason(errors.New("first\nsecond")))
}
