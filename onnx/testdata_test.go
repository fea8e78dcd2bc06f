package onnx

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
	"github.com/stretchr/testify/require"
)

// folderOf models made by tools/goldens/onnxfiles.py.
const testdata = "../testdata/onnx"

// read reads one of them.
func read(t *testing.T, name string) *graph.Graph {
	t.Helper()
	g, err := ReadFile(filepath.Join(testdata, name))
	require.NoError(t, err)
	return g
}

// Every constant of every model has the type, shape and bytes that the script
// put there: all element types, raw and typed, sparse, external and text.
func TestConstants(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(testdata, "expected.json"))
	require.NoError(t, err)
	var files map[string]map[string]struct {
		Type  string
		Shape []int
		Data  any
	}
	require.NoError(t, json.Unmarshal(b, &files))
	require.NotEmpty(t, files)
	types := map[tensor.Type]bool{}
	for file, want := range files {
		g := read(t, file)
		for _, v := range g.Values {
			if v.Const == nil {
				continue
			}
			w, ok := want[v.Name]
			require.True(t, ok, "%s: %s is not expected", file, v.Name)
			delete(want, v.Name)
			require.Equal(t, w.Type, v.Const.Type().String(), "%s: %s", file, v.Name)
			require.Equal(t, w.Shape, v.Const.Shape(), "%s: %s", file, v.Name)
			if v.Const.Type() == tensor.String {
				var s []any
				for _, x := range v.Const.Strings() {
					s = append(s, x)
				}
				require.Equal(t, w.Data, s, "%s: %s", file, v.Name)
			} else {
				require.Equal(t, w.Data, hex.EncodeToString(v.Const.Bytes()), "%s: %s", file, v.Name)
			}
			types[v.Const.Type()] = true
		}
		require.Empty(t, want, "%s: constants are missing", file)
	}
	require.Len(t, types, int(tensor.Float6E3M2), "element types covered")
}

// The structure of a model is what its file says: text on the right, made by
// hand.
func TestStructure(t *testing.T) {
	for file, want := range map[string]string{
		// Names are found through any number of graphs, and captured by each on
		// the way; a body may return what it captures.
		"captures.onnx": `graph "main" opset ai.onnx 21
n = input int64[]
x0 = input float32[N 2]
w = const float32[2] [1 2]
y = Loop(n, _, x0) # loop
  body:
    i = input int64[]
    go = input bool[]
    x = input float32[N 2]
    w = capture w
    x_out = If(go)
      else_branch:
        w = capture w
        return w
      then_branch:
        x = capture x
        w = capture w
        s = Add(x, w)
        return s
    go_out = Identity(go)
    return go_out, x_out
return y
`,
		// Nodes are put in order, those that a body waits for included.
		"unsorted.onnx": `graph "main" opset ai.onnx 21
x = input float32[N 2]
c = input bool[]
a = Abs(x)
b = Neg(a)
y = If(c)
  else_branch:
    b = capture b
    m = Neg(b)
    return m
  then_branch:
    a = capture a
    r = Relu(a)
    e = Exp(r)
    return e
return y
`,
		// Functions have overloads, imports, defaults and attribute references.
		"function.onnx": `graph "main" opset ai.onnx 21, custom 1
x = input float32[N 2]
c = input bool[]
h = custom.Scale:a(x, c) by=2
y = custom.Scale:b(h, c) by=3 slope=0.25
return y
function custom.Scale:a(x, flag) by slope=0.125 opset ai.onnx 15
    s = Constant() value_float=@by
    z = If(flag)
      else_branch:
        x = capture x
        s = capture s
        q = Add(x, s)
        return q
      then_branch:
        x = capture x
        s = capture s
        p = Mul(x, s)
        return p
    y = LeakyRelu(z) alpha=@slope
    return y
function custom.Scale:b(x, flag) by slope=0.5 opset ai.onnx 15
    s = Constant() value_float=@by
    z = If(flag)
      else_branch:
        x = capture x
        s = capture s
        q = Add(x, s)
        return q
      then_branch:
        x = capture x
        s = capture s
        p = Mul(x, s)
        return p
    y = LeakyRelu(z) alpha=@slope
    return y
`,
		"types.onnx": `graph "main" opset ai.onnx 21
tensor = input float32[N 3 ?]
scalar = input int64[]
unranked = input float16
sequence = input sequence(float32[N 3 ?])
optional = input optional(sequence(string))
map = input map(string, float32)
maps = input sequence(map(int64, float32))
sparse = input sparse(float64[8 N])
negative = input int32[? 0]
y = Identity(tensor)
return y
`,
		"attributes.onnx": `graph "main" opset ai.onnx 21
x = input float32[N 2]
y, _ = custom.Everything(x, _) f=0.5 i=-3 s="text" t=int8[2] [-1 2] fs=[1 2.5] is=[1 -2] ss=["a" "b"] ts=int8[2] [-1 2],int8[2] [-1 2] ` +
			`sp=int32[3] [0 7 0] sps=int32[3] [0 7 0],int32[3] [0 7 0] tp=float32[2 N] tps=float32[2 N],float32[2 N] none=[] old=[4 5] # all
  g:
    v = Constant() value_int=1
    return v
  gs:
    v = Constant() value_int=1
    return v
  gs:
    w = Constant() value_int=1
    return w
return y
`,
		// From IR version 4 on, a constant among the inputs is a default.
		"default.onnx": `graph "main" opset ai.onnx 21
x = input float32[N 2]
two = input float32[1] default float32[1] [2]
k = const float32[1] [3]
m = Mul(x, two)
y = Add(m, k)
return y
`,
		// Before, it had to be there.
		"ir3.onnx": `graph "main" opset ai.onnx 21
x = input float32[N 2]
two = const float32[1] [2]
k = const float32[1] [3]
m = Mul(x, two)
y = Add(m, k)
return y
`,
		// Before IR version 3 there were no imports.
		"ir2.onnx": `graph "main" opset ai.onnx 1
x = input float32[N 2]
y = Identity(x)
return y
`,
	} {
		require.Equal(t, want, read(t, file).String(), file)
	}
}

// A node has the version that its model, or its function, imports of its domain.
func TestVersions(t *testing.T) {
	g := read(t, "function.onnx")
	require.Equal(t, 1, g.Nodes[0].Version)
	require.Equal(t, 15, g.Functions[0].Body.Nodes[0].Version)
	require.Equal(t, 15, g.Functions[0].Body.Nodes[1].Body("then_branch").Nodes[0].Version)
	require.Zero(t, read(t, "attributes.onnx").Nodes[0].Version, "a domain without import")
	require.Equal(t, map[string]string{"task": "none", "labels": "a,b"}, read(t, "types.onnx").Metadata)
}

// The default domain has two names, which are one.
func TestDefaultDomain(t *testing.T) {
	for _, imports := range []string{"", "ai.onnx"} {
		g, err := Read(msg(1, 10, 7, msg(1, msg(4, "A", 7, "ai.onnx"), 1, msg(4, "B")), 8, msg(1, imports, 2, 21)))
		require.NoError(t, err)
		require.Equal(t, map[string]int{"": 21}, g.Opsets)
		for _, n := range g.Nodes {
			require.Equal(t, "", n.Domain)
			require.Equal(t, 21, n.Version)
		}
	}
}

// Types come from inputs, value_info and outputs, of which the first that says
// something counts; sizes below zero are unknown.
func TestDeclaredTypes(t *testing.T) {
	info := func(name string, dims []byte) []byte { return msg(1, name, 2, msg(1, msg(1, 1, 2, dims))) }
	g, err := Read(modelOf(1, msg(4, "Op", 1, "x", 2, "h", 2, "y"), 11, info("x", msg(1, msg(1, -5), 1, msg(1, 3), 1, msg(2, "n"), 1, "")),
		13, info("h", msg(1, msg(1, 7))), 13, info("gone", msg(1, msg(1, 7))), 12, msg(1, "h"), 12, info("y", nil)))
	require.NoError(t, err)
	require.Equal(t, []graph.Dim{{Size: -1}, {Size: 3}, {Size: -1, Name: "n"}, {Size: -1}}, g.Values[0].Type.Shape)
	require.Equal(t, []graph.Dim{{Size: 7}}, g.Values[1].Type.Shape)
	require.True(t, g.Values[2].Type.Ranked, "a scalar")
	require.Len(t, g.Values, 3)
}

// What the text does not tell apart: kinds, and where attributes are kept.
func TestAttributeKinds(t *testing.T) {
	n := &read(t, "attributes.onnx").Nodes[0]
	for name, kind := range map[string]graph.AttrKind{
		"f": graph.AttrFloat, "i": graph.AttrInt, "s": graph.AttrString, "t": graph.AttrTensor, "g": graph.AttrGraph,
		"fs": graph.AttrFloats, "is": graph.AttrInts, "ss": graph.AttrStrings, "ts": graph.AttrTensors, "gs": graph.AttrGraphs,
		"sp": graph.AttrSparseTensor, "sps": graph.AttrSparseTensors, "tp": graph.AttrType, "tps": graph.AttrTypes,
		"none": graph.AttrInts, "old": graph.AttrInts,
	} {
		require.Equal(t, kind, n.Attr(name).Kind, name)
	}
	require.Len(t, n.Attrs, 16)
}
