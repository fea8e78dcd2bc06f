package onnx

import (
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
)

// msg encodes a protobuf message from pairs of a field number and its value: an
// int, a string, or an encoded message.
func msg(pairs ...any) []byte {
	var b []byte
	for i := 0; i < len(pairs); i += 2 {
		num := protowire.Number(pairs[i].(int))
		switch v := pairs[i+1].(type) {
		case int:
			b = protowire.AppendTag(b, num, protowire.VarintType)
			b = protowire.AppendVarint(b, uint64(v))
		case string:
			b = protowire.AppendTag(b, num, protowire.BytesType)
			b = protowire.AppendString(b, v)
		case []byte:
			b = protowire.AppendTag(b, num, protowire.BytesType)
			b = protowire.AppendBytes(b, v)
		}
	}
	return b
}

// modelOf encodes a model of IR version 10 around the fields of its graph.
func modelOf(graph ...any) []byte { return msg(1, 10, 7, msg(graph...), 8, msg(2, 21)) }

// externalOf encodes a float tensor of n elements kept outside the model.
func externalOf(name, location string, offset, length, n int) []byte {
	return msg(1, n, 2, 1, 8, name, 14, 1,
		13, msg(1, "location", 2, location), 13, msg(1, "offset", 2, strconv.Itoa(offset)), 13, msg(1, "length", 2, strconv.Itoa(length)))
}
