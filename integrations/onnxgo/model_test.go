package onnxgo_test

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Files of a few nodes, written field by field as onnx.proto numbers them.

const (
	float32s = 1 // element types
	int64s   = 7
)

// msg encodes a message from pairs of a field's number and value: an int, a
// float32, a string, a message or a list of ints.
func msg(fields ...any) []byte {
	var b []byte
	for i := 0; i < len(fields); i += 2 {
		n := protowire.Number(fields[i].(int))
		switch v := fields[i+1].(type) {
		case int:
			b = protowire.AppendVarint(protowire.AppendTag(b, n, protowire.VarintType), uint64(v))
		case float32:
			b = protowire.AppendFixed32(protowire.AppendTag(b, n, protowire.Fixed32Type), math.Float32bits(v))
		case string:
			b = protowire.AppendString(protowire.AppendTag(b, n, protowire.BytesType), v)
		case []byte:
			b = protowire.AppendBytes(protowire.AppendTag(b, n, protowire.BytesType), v)
		case []int:
			for _, x := range v {
				b = append(b, msg(int(n), x)...)
			}
		}
	}
	return b
}

// file encodes a model from the parts of its graph.
func file(parts ...[]byte) []byte {
	g := msg(2, "test")
	for _, p := range parts {
		g = append(g, p...)
	}
	return msg(1, 3, 7, g, 8, msg(2, 9))
}

// node encodes an operation. Further fields are attributes.
func node(op string, in, out []string, attrs ...any) []byte {
	b := msg(4, op)
	for _, x := range in {
		b = append(b, msg(1, x)...)
	}
	for _, x := range out {
		b = append(b, msg(2, x)...)
	}
	return msg(1, append(b, msg(attrs...)...))
}

// attrInt and attrInts encode attributes, for node.
func attrInt(name string, v int) []byte        { return msg(1, name, 3, v, 20, 2) }
func attrInts(name string, v ...int) []byte    { return msg(1, name, 8, v, 20, 7) }
func attrUnknown(name string, v string) []byte { return msg(1, name, 4, v) }

// input, info and output encode what a file declares of a value; a negative dim
// is unknown.
func input(name string, elem int, dims ...int) []byte  { return msg(11, declared(name, elem, dims)) }
func output(name string, elem int, dims ...int) []byte { return msg(12, declared(name, elem, dims)) }
func info(name string, elem int, dims ...int) []byte   { return msg(13, declared(name, elem, dims)) }

func declared(name string, elem int, dims []int) []byte {
	var shape []byte
	for _, d := range dims {
		dim := msg(1, d)
		if d < 0 {
			dim = msg(2, "n")
		}
		shape = append(shape, msg(1, dim)...)
	}
	return msg(1, name, 2, msg(1, msg(1, elem, 2, shape)))
}

// floats, scalar and cube encode initializers: of one dim, of none, and of three,
// the first two of size 1.
func floats(name string, v ...float32) []byte { return initializer(name, []int{len(v)}, v) }
func scalar(name string, v float32) []byte    { return initializer(name, nil, []float32{v}) }
func cube(name string, v ...float32) []byte   { return initializer(name, []int{1, 1, len(v)}, v) }

func initializer(name string, dims []int, v []float32) []byte {
	b := msg(1, dims, 2, float32s, 8, name)
	for _, x := range v {
		b = append(b, msg(4, x)...)
	}
	return msg(5, b)
}
