package onnx

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/stretchr/testify/require"
)

// Each way in which a file can be wrong has its error, with field and offset.
func TestErrors(t *testing.T) {
	node := func(fields ...any) []byte { return modelOf(append([]any{1}, msg(fields...))...) }
	attr := func(fields ...any) []byte { return node(4, "Op", 3, "n", 5, msg(fields...)) }
	tensor := func(fields ...any) []byte { return modelOf(5, msg(append(fields, 8, "w")...)) }
	for _, c := range []struct {
		b    []byte
		want string
	}{
		{nil, "malformed ONNX: this is an empty file"},
		{msg(1, 10), "malformed ONNX: no graph among 2 bytes"},
		{[]byte{0x08, 0x0a, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x0b, 1}, "malformed ONNX: at byte 2: field 7 has a length of 3221225471 bytes, but 1 are left"},
		{[]byte{0x08, 0x0a, 0x3a, 5, 1}, "malformed ONNX: at byte 2: field 7 has a length of 5 bytes, but 1 are left"},
		{[]byte{0x08}, "malformed ONNX: at byte 0: field 1 is cut short"},
		{[]byte{0x08, 0x0a, 0x07}, "malformed ONNX: at byte 2: field tag is malformed"},
		{msg(1, "x"), "malformed ONNX: at byte 0: field 1 has wire type 2, want 0"},
		{msg(7, 3), "malformed ONNX: at byte 0: field 7 has wire type 0, want 2"},
		{msg(1, 10, 8, msg(2, -1)), "malformed ONNX: no graph among 15 bytes"},
		{msg(1, 10, 7, "", 8, msg(1, "d", 2, -1)), `malformed ONNX: opset_import[0] "d": at byte 6: bad version -1`},

		{node(), "malformed ONNX: graph.node[0]: at byte 6: has no operator"},
		{node(4, "Op", 1, "x"), `malformed ONNX: graph.node[0] Op: at byte 10: value "x" is not defined`},
		{node(4, "Op", 3, "conv1", 1, 7), `malformed ONNX: graph.node[0] "conv1": at byte 17: field 1 has wire type 0, want 2`},
		{modelOf(1, msg(4, "Op", 2, "y"), 1, msg(4, "Op", 2, "y")), `malformed ONNX: graph.node[1]: at byte 19: value "y" is defined twice`},
		{modelOf(1, msg(4, "A", 1, "q", 2, "p", 3, "a"), 1, msg(4, "B", 1, "p", 2, "q", 3, "b")),
			`malformed ONNX: graph: at byte 4: nodes wait for each other: node "b" (B), node "a" (A)`},

		{attr(2, "x"), `malformed ONNX: graph.node[0] "n": at byte 15: attribute without a name`},
		{attr(1, "a"), `malformed ONNX: graph.node[0] "n".attribute "a": at byte 15: has no value`},
		{attr(1, "a", 20, 15), `malformed ONNX: graph.node[0] "n".attribute "a": at byte 15: unknown kind 15`},
		{attr(1, "a", 20, 1, 2, 7), `malformed ONNX: graph.node[0] "n".attribute "a": at byte 21: field 2 has wire type 0, want 5`},
		{attr(1, "a", 20, 2, 2, "x"), `malformed ONNX: graph.node[0] "n".attribute "a": at byte 15: value does not have the kind that is announced, 2`},
		{attr(1, "a", 20, 4), `malformed ONNX: graph.node[0] "n".attribute "a": at byte 15: has 0 values, want 1`},
		{attr(1, "a", 20, 5, 6, "", 6, ""), `malformed ONNX: graph.node[0] "n".attribute "a": at byte 15: has 2 values, want 1`},
		{attr(1, "a", 21, "b"), `malformed ONNX: graph.node[0] "n".attribute "a": at byte 15: refers to attribute "b", outside of a function`},
		{attr(1, "a", 20, 6, 7, "abc"), `malformed ONNX: graph.node[0] "n".attribute "a": at byte 23: field 7: 3 bytes are no list of floats`},
		{attr(1, "a", 20, 7, 8, "\xff"), `malformed ONNX: graph.node[0] "n".attribute "a": at byte 23: number in field 8 is cut short`},
		{node(4, "Op", 5, msg(1, "a", 3, 1), 5, msg(1, "a", 3, 1)), `malformed ONNX: node 0 (Op): two attributes have the name "a"`},

		{modelOf(11, msg(1, "x", 2, msg(1, msg(1, 99)))), `malformed ONNX: graph.input[0] "x": at byte 13: unknown element type 99`},
		{modelOf(11, msg(1, "x"), 11, msg(1, "x")), `malformed ONNX: graph.input[1] "x": at byte 11: value "x" is defined twice`},
		{modelOf(11, ""), `malformed ONNX: graph.input[0] "": at byte 6: has no name`},
		{modelOf(11, msg(1, "x", 2, msg(7, ""))), `malformed ONNX: graph.input[0] "x": at byte 11: opaque types are not supported`},
		{modelOf(11, msg(1, "x", 2, msg(5, msg(1, 8, 2, msg(4, ""))))), `malformed ONNX: graph.input[0] "x": at byte 15: maps to anything but tensors are not supported`},
		{modelOf(12, msg(1, "y")), `malformed ONNX: graph.output[0] "y": at byte 6: value "y" is not defined`},
		{modelOf(5, msg(2, 1, 1, 0)), `malformed ONNX: graph.initializer[0] "": at byte 6: has no name`},
		{modelOf(5, msg(2, 1, 1, 0, 8, "w"), 5, msg(2, 1, 1, 0, 8, "w")), `malformed ONNX: graph.initializer[1] "w": at byte 15: value "w" is defined twice`},

		{tensor(1, 2), `malformed ONNX: graph.initializer[0] "w": at byte 6: tensor has no element type`},
		{tensor(1, 2, 2, 1), `malformed ONNX: graph.initializer[0] "w": at byte 6: data has 0 entries, but float32 of shape [2] takes 2`},
		{tensor(1, 2, 2, 1, 9, "1234"), `malformed ONNX: graph.initializer[0] "w": at byte 10: raw data has 4 bytes, but float32 of shape [2] takes 8`},
		{tensor(1, math.MaxInt, 2, 3, 9, "1"), fmt.Sprintf(`malformed ONNX: graph.initializer[0] "w": at byte 6: shape [%d] is too large`, math.MaxInt)},
		{tensor(1, -1, 2, 3, 9, "1"), `malformed ONNX: graph.initializer[0] "w": at byte 6: bad dim -1 in shape [-1]`},
		{tensor(1, 1, 2, 3, 5, 300), `malformed ONNX: graph.initializer[0] "w": at byte 10: 300 does not fit 8 bits`},
		{tensor(1, 2, 2, 27, 5, "\x3f\x40"), `malformed ONNX: graph.initializer[0] "w": at byte 6: element 1, 64, does not fit 6 bits`},
		{tensor(1, 1, 2, 3, 7, 3), `malformed ONNX: graph.initializer[0] "w": at byte 6: data is in field 7, but int8 belongs in 5`},
		{tensor(1, 1, 2, 3, 5, 3, 7, 3), `malformed ONNX: graph.initializer[0] "": at byte 12: data in fields 5 and 7`},
		{tensor(1, 1, 2, 1, 4, "12345"), `malformed ONNX: graph.initializer[0] "w": at byte 12: field 4: 5 bytes are no list of 4-byte numbers`},
		{tensor(1, 2, 2, 8, 6, "a"), `malformed ONNX: graph.initializer[0] "w": at byte 6: 1 strings, but shape [2] takes 2`},
		{tensor(1, 1, 2, 8, 9, "a"), `malformed ONNX: graph.initializer[0] "w": at byte 6: strings must be in string_data`},
		{tensor(2, 1, 3, ""), `malformed ONNX: graph.initializer[0] "": at byte 8: tensors in segments are not supported`},
	} {
		_, err := Read(c.b)
		require.EqualError(t, err, c.want)
		require.ErrorIs(t, err, ErrFormat)
		require.NotErrorIs(t, err, ErrLimit)
	}
}

// Indices of sparse tensors are checked in both of their forms.
func TestSparseErrors(t *testing.T) {
	ints := func(dims []any, data string) []byte { return msg(append(dims, 2, 7, 7, data)...) }
	for _, c := range []struct {
		indices []byte
		want    string
	}{
		{ints([]any{1, 2}, "\x00\x06"), "index 6 is not in 0...5"},
		{ints([]any{1, 2}, "\x01\x01"), "indices are not ascending, at element 1"},
		{ints([]any{1, 2, 1, 2}, "\x00\x02\x01\x03"), "index 3 is not in 0...2, on axis 1"},
		{ints([]any{1, 2, 1, 2}, "\x01\x02\x01\x01"), "indices are not ascending, at element 1"},
		{ints([]any{1, 3}, "\x00\x01\x02"), "indices are int64[3], want int64[2] or int64[2 2]"},
		{nil, "sparse tensor without values or indices"},
	} {
		values := msg(1, 2, 2, 3, 5, "\x01\x01", 8, "w")
		s := msg(1, values, 3, "\x02\x03")
		if c.indices != nil {
			s = append(s, msg(2, c.indices)...)
		}
		_, err := Read(modelOf(15, s))
		require.ErrorIs(t, err, ErrFormat)
		require.EqualError(t, err, `malformed ONNX: graph.sparse_initializer[0] "w": at byte 6: `+c.want)
	}
}

// Limits hold, and say what they are.
func TestLimits(t *testing.T) {
	nested := msg(2, "y")
	for range 5 {
		nested = msg(2, "y", 1, msg(4, "If", 5, msg(1, "b", 20, 5, 6, nested)))
	}
	sparse := msg(1, msg(1, 0, 2, 1, 8, "w"), 2, msg(1, 0, 2, 7), 3, 1000)
	two := modelOf(5, msg(1, 1, 2, 3, 5, 1, 8, "a"), 5, msg(1, 1, 2, 3, 5, 1, 8, "b"))
	sequence := msg(1, msg(1, 1))
	for range 5 {
		sequence = msg(4, msg(1, sequence))
	}
	for _, c := range []struct {
		b      []byte
		limits Limits
		want   string
	}{
		{msg(1, 10, 7, nested), Limits{Depth: 5}, "graphs are nested more than 5 deep"},
		{modelOf(11, msg(1, "x", 2, sequence)), Limits{Depth: 4}, "types are nested more than 4 deep"},
		{two, Limits{Tensors: 1}, "more than 1 tensors"},
		{two, Limits{Elements: 1}, "more than 1 elements in all tensors"},
		{two, Limits{Bytes: 9}, "30 bytes, 9 are allowed"},
		{modelOf(1, msg(4, "A"), 1, msg(4, "B")), Limits{Nodes: 1}, "more than 1 nodes"},
		{modelOf(15, sparse), Limits{Sparse: 999}, "more than 999 elements in all sparse tensors, made dense"},
	} {
		_, err := Read(c.b)
		require.NoError(t, err)
		_, err = Read(c.b, WithLimits(c.limits))
		require.ErrorIs(t, err, ErrLimit)
		require.NotErrorIs(t, err, ErrFormat)
		require.ErrorContains(t, err, c.want)
	}
}

// Depth is that of nesting, not the number of graphs.
func TestDepthOfSiblings(t *testing.T) {
	var nodes []any
	for range 10 {
		nodes = append(nodes, 1, msg(4, "If", 5, msg(1, "b", 20, 5, 6, "")))
	}
	_, err := Read(modelOf(nodes...), WithLimits(Limits{Depth: 2}))
	require.NoError(t, err)
}

// Values nested without end are refused, too.
func TestReadValueDepth(t *testing.T) {
	typ := graph.Type{Kind: graph.Tensor}
	var b []byte
	for range 40 {
		of := typ
		typ = graph.Type{Kind: graph.Sequence, Of: &of}
		b = msg(5, b)
	}
	_, err := ReadValue(b, typ)
	require.ErrorIs(t, err, ErrLimit)
}

// What is often taken for a model is recognised. A directory and a missing file
// are told as such.
func TestOtherFiles(t *testing.T) {
	dir := t.TempDir()
	for content, want := range map[string]string{
		"PK\x03\x04rest":                      "this is a zip archive",
		"\x89HDF\r\n\x1a\n\x00":               "this is an HDF5 file",
		"<!DOCTYPE html>\n<p>Not found":       "this is a web page",
		"\n  <HTML><body>":                    "this is a web page",
		"version https://git-lfs.github":      "this is a Git LFS pointer",
		"\x1c\x00\x00\x00TFL3\x00":            "this is a TensorFlow Lite model",
		"\x40\x00\x00\x00\x00\x00\x00\x00{\"": "this is a safetensors file",
		"ir_version: 8\ngraph {":              "this is a text file",
		"naïve":                               "this is a text file",
		"\x0a\x03abc":                         "at byte 0: field 1 has wire type 2, want 0",
	} {
		name := filepath.Join(dir, "model.onnx")
		require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
		_, err := ReadFile(name)
		require.ErrorIs(t, err, ErrFormat)
		require.ErrorContains(t, err, name+": malformed ONNX: "+want)
		require.NotContains(t, err.Error(), "\n")
	}
	_, err := ReadFile(dir)
	require.ErrorContains(t, err, "is a directory")
	_, err = ReadFile(filepath.Join(dir, "none.onnx"))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.False(t, isText(append(bytes.Repeat([]byte("é"), 10), 0xff, 0xff, 0xff, 0xff)))
	require.True(t, isText([]byte(strings.Repeat("é", 10))[:19]), "cut in the middle of a letter")
}

// A file cut anywhere is an error or a smaller model, never a panic.
func TestTruncated(t *testing.T) {
	for _, file := range []string{"alltypes.onnx", "function.onnx", "captures.onnx", "attributes.onnx", "sparse.onnx", "types.onnx"} {
		b, err := os.ReadFile(filepath.Join(testdata, file))
		require.NoError(t, err)
		for n := range len(b) {
			if g, err := Read(b[:n]); err == nil {
				require.NoError(t, g.Check())
			} else {
				require.ErrorIs(t, err, ErrFormat)
			}
		}
	}
}
