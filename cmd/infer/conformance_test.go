package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
)

// suite makes a folder of backend tests: one that passes, one with a wrong
// expectation, two that cannot run.
func suite(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	vector := func(v byte) message { // a TensorProto of the float32 vector of two small integers
		return message(nil).integer(1, 2).integer(2, 1).add(9, message{0, 0, 0x80 * (v & 1), 0x3f + v/2, 0, 0, 0, 0})
	}
	for name, test := range map[string]struct{ model, out []byte }{
		"node/test_right":   {twiceModel(), vector(2)},
		"node/test_wrong":   {twiceModel(), vector(1)},
		"node/test_unknown": {unknownModel(), vector(1)},
		"simple/test_new":   {unknownModel(), vector(1)},
	} {
		data := filepath.Join(dir, name, "test_data_set_0")
		require.NoError(t, os.MkdirAll(data, 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name, "model.onnx"), test.model, 0o666))
		require.NoError(t, os.WriteFile(filepath.Join(data, "input_0.pb"), vector(1), 0o666))
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

func TestReason(t *testing.T) {
	cause := fmt.Errorf("%w: K is 512 in A but 500 in B", backend.ErrShape)
	err := &backend.Error{Node: "fc1", Op: "Gemm-13", In: "float32[1 512]", Err: cause}
	require.Equal(t, "Gemm: incompatible shapes: K is # in A but # in B", reason(err))
	require.Equal(t, "wrong result", reason(fmt.Errorf("%w: output 3", errWrong)))
	require.Equal(t, "first", reason(errors.New("first\nsecond")))
}
