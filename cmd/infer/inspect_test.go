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

// Every node that cannot run is named at once; a node that only waits for one
// is not.
func TestCheck(t *testing.T) {
	code, out, stderr := infer("", "check", write(t, "twice.onnx", twiceModel()))
	require.Zero(t, code, stderr)
	require.Equal(t, "all 1 node run\n", out)

	path := write(t, "unknown.onnx", unknownModel())
	code, out, stderr = infer("", "check", path)
	require.Equal(t, exitFailure, code)
	require.Equal(t, `node "first" (Frobnicate-18): unsupported: operator Frobnicate is not known
node "second" (Defrobnicate-18): unsupported: operator Defrobnicate is not known
`, out)
	require.Equal(t, "infer: "+path+": 2 of 3 nodes cannot run\n", stderr)
}
