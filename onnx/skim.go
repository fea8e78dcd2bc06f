package onnx

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"

	"github.com/sardonyx-go/sardonyx/tensor"
	"google.golang.org/protobuf/encoding/protowire"
)

// A skimmer reads a model's file and leaves the raw data of large initializers
// out of what it returns: each goes to storage of its own, so that it can be
// collected when whoever uses the graph has no more need of it, though others
// are still in use. In the message of the tensor, field cutField takes the place
// of raw_data and tells which of cuts it is.
//
// It follows one path, model to graph to initializer, and gives up at anything
// that is not as usual: then the file is read as a whole, by code that says what
// is wrong with it.
type skimmer struct {
	r    *bufio.Reader
	cuts [][]byte
}

const (
	cutField = protowire.Number(1 << 28)
	cutLeast = 256 << 10 // bytes of raw data that are left out
)

// rawPath is the fields that lead to the raw data of an initializer: those of
// ModelProto, GraphProto and TensorProto.
var rawPath = [...]protowire.Number{7, 5, 9}

// errUnusual makes the skimmer give up.
var errUnusual = errors.New("not as usual")

// skim returns a file of size bytes without the large data.
func skim(f io.Reader, size int64) (b []byte, cuts [][]byte, err error) {
	s := &skimmer{r: bufio.NewReaderSize(f, 1<<16)}
	b, err = s.message(nil, size, 0)
	return b, s.cuts, err
}

// message appends the next size bytes, a message at some depth of the path.
func (s *skimmer) message(dst []byte, size int64, depth int) ([]byte, error) {
	for size > 0 {
		tag, n, err := s.varint()
		if err != nil {
			return nil, err
		}
		size -= n
		num, typ := protowire.DecodeTag(tag)
		if num == cutField {
			return nil, errUnusual
		}
		switch typ {
		case protowire.VarintType:
			v, n, err := s.varint()
			if err != nil {
				return nil, err
			}
			size -= n
			dst = protowire.AppendVarint(protowire.AppendTag(dst, num, typ), v)
		case protowire.Fixed32Type, protowire.Fixed64Type:
			n := int64(4)
			if typ == protowire.Fixed64Type {
				n = 8
			}
			size -= n
			if dst, err = s.copy(protowire.AppendTag(dst, num, typ), n); err != nil {
				return nil, err
			}
		case protowire.BytesType:
			v, n, err := s.varint()
			if err != nil {
				return nil, err
			}
			if size -= n; v > uint64(max(size, 0)) {
				return nil, errUnusual
			}
			size -= int64(v)
			if dst, err = s.bytes(dst, num, int64(v), depth); err != nil {
				return nil, err
			}
		default:
			return nil, errUnusual
		}
	}
	if size < 0 {
		return nil, errUnusual
	}
	return dst, nil
}

// bytes appends a length-delimited field of n bytes.
func (s *skimmer) bytes(dst []byte, num protowire.Number, n int64, depth int) ([]byte, error) {
	if depth == len(rawPath) || num != rawPath[depth] {
		dst = protowire.AppendVarint(protowire.AppendTag(dst, num, protowire.BytesType), uint64(n))
		return s.copy(dst, n)
	}
	if depth < len(rawPath)-1 {
		sub, err := s.message(nil, n, depth+1)
		if err != nil {
			return nil, err
		}
		return protowire.AppendBytes(protowire.AppendTag(dst, num, protowire.BytesType), sub), nil
	}
	if n < cutLeast {
		dst = protowire.AppendVarint(protowire.AppendTag(dst, num, protowire.BytesType), uint64(n))
		return s.copy(dst, n)
	}
	cut := tensor.Alloc(int(n))
	if _, err := io.ReadFull(s.r, cut); err != nil {
		return nil, err
	}
	s.cuts = append(s.cuts, cut)
	return protowire.AppendVarint(protowire.AppendTag(dst, cutField, protowire.VarintType), uint64(len(s.cuts)-1)), nil
}

// copy appends the next n bytes as they are.
func (s *skimmer) copy(dst []byte, n int64) ([]byte, error) {
	at := len(dst)
	if at+int(n) > cap(dst) {
		grown := make([]byte, at, 2*at+int(n))
		copy(grown, dst)
		dst = grown
	}
	dst = dst[:at+int(n)]
	_, err := io.ReadFull(s.r, dst[at:])
	return dst, err
}

// varint reads a varint and says how many bytes it takes.
func (s *skimmer) varint() (v uint64, n int64, err error) {
	before, _ := s.r.Peek(binary.MaxVarintLen64)
	v, k := protowire.ConsumeVarint(before)
	if k <= 0 {
		return 0, 0, errUnusual
	}
	_, err = s.r.Discard(k)
	return v, int64(k), err
}
