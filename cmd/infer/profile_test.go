package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The profile of the embedded classifier names its steps, as a table and as
// JSON; -top keeps the slowest.
func TestProfile(t *testing.T) {
	var out, errs bytes.Buffer
	code := run(context.Background(), []string{"profile", "-for", "1ms", "-top", "3"}, strings.NewReader(""), &out, &errs)
	require.Zero(t, code, errs.String())
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 5)
	require.Contains(t, lines[0], "ms a run")
	require.Contains(t, lines[1], "GFLOP/s")

	out.Reset()
	code = run(context.Background(), []string{"profile", "-for", "1ms", "-json"}, strings.NewReader(""), &out, &errs)
	require.Zero(t, code, errs.String())
	var first stepRow
	require.NoError(t, json.NewDecoder(&out).Decode(&first))
	require.Positive(t, first.Us)
	require.NotEmpty(t, first.Kernel)
}
