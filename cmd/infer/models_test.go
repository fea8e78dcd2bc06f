package main

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Small models, in the wire format of onnx.proto.

// The numbers of element types.
const (
	typeFloat = 1
	typeUint8 = 2
)

// message is the bytes of one message.
type message []byte

func (m message) text(num protowire.Number, s string) message {
	return protowire.AppendString(protowire.AppendTag(m, num, protowire.BytesType), s)
}

func (m message) integer(num protowire.Number, v uint64) message {
	return protowire.AppendVarint(protowire.AppendTag(m, num, protowire.VarintType), v)
}

func (m message) add(num protowire.Number, sub message) message {
	return protowire.AppendBytes(protowire.AppendTag(m, num, protowire.BytesType), sub)
}

// node is a NodeProto with one output.
func node(name, op, out string, in ...string) message {
	var m message
	for _, s := range in {
		m = m.text(1, s)
	}
	return m.text(2, out).text(3, name).text(4, op)
}

// attr is an AttributeProto of an integer.
func attr(name string, v uint64) message {
	return message(nil).text(1, name).integer(3, v).integer(20, 2)
}

// port is a ValueInfoProto of a float32 tensor; a dim of 0 is open, named n.
func port(name string, dims ...uint64) message { return portOf(typeFloat, name, dims...) }

func portOf(elem uint64, name string, dims ...uint64) message {
	var shape message
	for _, d := range dims {
		if d == 0 {
			shape = shape.add(1, message(nil).text(2, "n"))
		} else {
			shape = shape.add(1, message(nil).integer(1, d))
		}
	}
	tensor := message(nil).integer(1, elem).add(2, shape)
	return message(nil).text(1, name).add(2, message(nil).add(1, tensor))
}

// model is a ModelProto of opset 18.
func model(in, out message, nodes ...message) message {
	var g message
	for _, n := range nodes {
		g = g.add(1, n)
	}
	g = g.text(2, "g").add(11, in).add(12, out)
	return message(nil).integer(1, 8).text(2, "hand").text(3, "1.0").add(7, g).add(8, message(nil).integer(2, 18))
}

// with adds an entry to a model's metadata.
func (m message) with(key, value string) message {
	return m.add(14, message(nil).text(1, key).text(2, value))
}

// twiceModel computes y = x + x, vectors.
func twiceModel() []byte {
	return model(port("x", 0), port("y", 0), node("twice", "Add", "y", "x", "x")).with("author", "nobody\x1b[2J")
}

// coloursModel tells how much of each colour a picture of 4 x 6 pixels has.
func coloursModel() []byte {
	m := model(port("x", 1, 3, 6, 4), port("y", 1, 3, 1, 1), node("mean", "GlobalAveragePool", "y", "x"))
	return m.with("sardonyx.divide", "255").with(labelsKey, "red\ngreen\nblue\x1b[2J\n")
}

// unknownModel has six nodes that no engine knows, and one that waits for them.
func unknownModel() []byte {
	return model(port("x", 0), port("y", 0), node("first", "Frobnicate", "a", "x"), node("", "Frobnicate", "b", "x"),
		node("third", "Frobnicate", "c", "x"), node("fourth", "Frobnicate", "d", "x"), node("fifth", "Frobnicate", "e", "x"),
		node("second", "Defrobnicate", "f", "x"), node("sum", "Add", "y", "a", "f"))
}

// floats is a TensorProto of a float32 vector.
func floats(values ...float32) message {
	var data message
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return message(nil).integer(1, uint64(len(values))).integer(2, 1).add(9, data)
}
