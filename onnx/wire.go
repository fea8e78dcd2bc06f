package onnx

import (
	"errors"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// A message is the encoding of a protobuf message that has not been looked
// into yet, and where in the file it starts.
type message struct {
	b  []byte
	at int
}

// A field is one field of a message, or one entry of a repeated one.
type field struct {
	num protowire.Number
	typ protowire.Type
	x   uint64  // a varint, or the bits of a fixed-size number
	sub message // what is length-delimited: a message, string or packed list
	at  int     // offset of the tag
}

// each calls fn with the fields of m in the order they have in the file, until
// one fails. Groups, which ONNX never had, are skipped.
func (m message) each(fn func(f field) error) error {
	for i := 0; i < len(m.b); {
		f := field{at: m.at + i}
		num, typ, n := protowire.ConsumeTag(m.b[i:])
		if n < 0 {
			return bad(f.at, "field tag is %s", faultOf(n))
		}
		f.num, f.typ = num, typ
		i += n
		switch rest := m.b[i:]; typ {
		case protowire.VarintType:
			f.x, n = protowire.ConsumeVarint(rest)
		case protowire.Fixed32Type:
			var x uint32
			x, n = protowire.ConsumeFixed32(rest)
			f.x = uint64(x)
		case protowire.Fixed64Type:
			f.x, n = protowire.ConsumeFixed64(rest)
		case protowire.BytesType:
			var size uint64
			size, n = protowire.ConsumeVarint(rest)
			if n < 0 {
				break
			}
			if size > uint64(len(rest)-n) {
				return bad(f.at, "field %d has a length of %d bytes, but %d are left", num, size, len(rest)-n)
			}
			f.sub = message{rest[n : n+int(size)], m.at + i + n}
			n += int(size)
		default:
			n = protowire.ConsumeFieldValue(num, typ, rest)
		}
		if n < 0 {
			return bad(f.at, "field %d is %s", num, faultOf(n))
		}
		i += n
		if typ == protowire.StartGroupType {
			continue
		}
		if err := fn(f); err != nil {
			return err
		}
	}
	return nil
}

// faultOf describes a negative length from protowire. Its own errors are worded
// differently from build to build.
func faultOf(n int) string {
	if errors.Is(protowire.ParseError(n), io.ErrUnexpectedEOF) {
		return "cut short"
	}
	return "malformed"
}

// is reports a wire type that does not fit what the field should be.
func (f *field) is(t protowire.Type) error {
	if f.typ != t {
		return bad(f.at, "field %d has wire type %d, want %d", f.num, f.typ, t)
	}
	return nil
}

// str reads a string or bytes field.
func (f *field) str(dst *string) error {
	*dst = string(f.sub.b)
	return f.is(protowire.BytesType)
}

// integer reads an integer or enum field.
func (f *field) integer(dst *int64) error {
	*dst = int64(f.x)
	return f.is(protowire.VarintType)
}

// integers adds to a list of integers, one entry or a packed run of them.
func (f *field) integers(dst *[]int64) error {
	if f.typ != protowire.BytesType {
		*dst = append(*dst, int64(f.x))
		return f.is(protowire.VarintType)
	}
	for i, b := 0, f.sub.b; i < len(b); {
		x, n := protowire.ConsumeVarint(b[i:])
		if n < 0 {
			return bad(f.sub.at+i, "number in field %d is %s", f.num, faultOf(n))
		}
		*dst = append(*dst, int64(x))
		i += n
	}
	return nil
}

// floats adds to a list of floats, one entry or a packed run of them.
func (f *field) floats(dst *[]float32) error {
	if f.typ != protowire.BytesType {
		*dst = append(*dst, math.Float32frombits(uint32(f.x)))
		return f.is(protowire.Fixed32Type)
	}
	b := f.sub.b
	if len(b)%4 != 0 {
		return bad(f.sub.at, "field %d: %d bytes are no list of floats", f.num, len(b))
	}
	for ; len(b) > 0; b = b[4:] {
		x, _ := protowire.ConsumeFixed32(b)
		*dst = append(*dst, math.Float32frombits(x))
	}
	return nil
}

// message reads a field that is a message.
func (f *field) message(dst *message) error {
	*dst = f.sub
	return f.is(protowire.BytesType)
}

// messages adds to a list of messages.
func (f *field) messages(dst *[]message) error {
	*dst = append(*dst, f.sub)
	return f.is(protowire.BytesType)
}
