package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInspect(t *testing.T) {
	path := write(t, "twice.onnx", twiceModel())
	code, out, stderr := infer("", "inspect", path)
	require.Zero(t, code, stderr)
	require.Equal(t, `file        `+path+`
producer    hand 1.0
IR version  8
opset       ai.onnx 18
input       x: float32[n]
output      y: float32[n]
parameters  0 in 0 B
nodes       1
                1 Add
metadata    author: nobody`+"\ufffd"+`[2J
`, out)
}

// Bodies of control flow are counted, too.
func TestInspectJSON(t *testing.T) {
	code, out, stderr := infer("", "inspect", "-json", models+"/nested_if/model.onnx")
	require.Zero(t, code, stderr)
	var d description
	require.NoError(t, json.Unmarshal([]byte(out), &d))
	ops := map[string]int{}
	for _, c := range d.Operators {
		ops[c.Operator] = c.Count
	}
	require.GreaterOrEqual(t, ops["If"], 2, out)
	require.NotEmpty(t, d.Inputs)
	require.Positive(t, d.Nodes)
}

// Every node that cannot run is named at once, one without a name by its output;
// a node that only waits for one is not. Versions are those of operators, not of
// the opset, and nodes alike share a line unless each is asked for.
func TestCheck(t *testing.T) {
	code, out, stderr := infer("", "check", write(t, "twice.onnx", twiceModel()))
	require.Zero(t, code, stderr)
	require.Equal(t, "operator  version  nodes\nAdd       14       1\nall 1 node run\n", out)

	path := write(t, "unknown.onnx", unknownModel())
	code, out, stderr = infer("", "check", path)
	require.Equal(t, exitFailure, code)
	require.Equal(t, `operator      version  nodes
Add           14       1
Frobnicate    18       5  cannot run: operator Frobnicate is not known: "first" "b" "third" and 2 more
Defrobnicate  18       1  cannot run: operator Defrobnicate is not known: "second"
`, out)
	require.Equal(t, "infer: "+path+": 6 of 7 nodes cannot run\n", stderr)

	code, out, stderr = infer("", "check", "-v", path)
	require.Equal(t, exitFailure, code)
	require.Contains(t, out, "\nFrobnicate    18       b  cannot run: operator Frobnicate is not known\n")
	require.Contains(t, out, "\nAdd           14       sum\n")
	require.Equal(t, "infer: "+path+": 6 of 7 nodes cannot run\n", stderr)
}
