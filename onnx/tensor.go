package onnx

import (
	"math"
	"slices"

	"github.com/sardonyx-go/sardonyx/tensor"
	"google.golang.org/protobuf/encoding/protowire"
)

// alias is the size in bytes from which a tensor shares the bytes of the file.
// Smaller ones are copied, so that a file of which only shapes and biases are
// still in use can be collected.
const alias = 16 << 10

// A tensorProto is a TensorProto before its data is decoded.
type tensorProto struct {
	message
	name     string
	typ      tensor.Type
	shape    []int
	n        int       // elements
	raw      *field    // raw_data
	cut      *field    // in place of raw_data: its number among the decoder's cuts
	typed    int32     // number of the typed field that holds data, 0 if none
	external []message // entries of external_data
	outside  bool      // data_location says EXTERNAL
}

// tensor reads a TensorProto. The name is returned with an error, too.
func (d *decoder) tensor(m message) (name string, t *tensor.Tensor, err error) {
	p := tensorProto{message: m}
	if err = p.head(); err == nil {
		if p.cut != nil && p.cut.x < uint64(len(d.cuts)) {
			p.raw = &field{at: p.cut.at, sub: message{d.cuts[p.cut.x], p.cut.at}}
		}
		if err = d.admit(m.at, p.n); err == nil {
			t, err = d.data(&p)
		}
	}
	return p.name, t, err
}

// admit counts a tensor of n elements against the limits.
func (d *decoder) admit(at, n int) error {
	d.tensors++
	d.elements += int64(n)
	if d.tensors > d.limits.Tensors {
		return over(at, "more than %d tensors", d.limits.Tensors)
	}
	if d.elements > d.limits.Elements || d.elements < 0 {
		return over(at, "more than %d elements in all tensors", d.limits.Elements)
	}
	return nil
}

// head reads all fields but the elements.
func (p *tensorProto) head() error {
	var dims []int64
	err := p.each(func(f field) (err error) {
		switch f.num {
		case 1:
			err = f.integers(&dims)
		case 2:
			p.typ, err = elementType(f, true)
		case 3:
			err = bad(f.at, "tensors in segments are not supported")
		case 4, 5, 6, 7, 10, 11:
			if f.typ != protowire.BytesType || len(f.sub.b) > 0 || f.num == 6 {
				if p.typed != 0 && p.typed != int32(f.num) {
					err = bad(f.at, "data in fields %d and %d", p.typed, f.num)
				}
				p.typed = int32(f.num)
			}
		case 8:
			err = f.str(&p.name)
		case 9:
			p.raw, err = &f, f.is(protowire.BytesType)
		case cutField:
			p.cut = &f
		case 13:
			err = f.messages(&p.external)
		case 14:
			var location int64
			err = f.integer(&location)
			p.outside = location == 1
		}
		return err
	})
	if err != nil {
		return err
	}
	if p.typ == tensor.Undefined {
		return bad(p.at, "tensor has no element type")
	}
	p.shape, p.n, err = shapeOf(p.at, dims)
	return err
}

// shapeOf checks dims from a file and multiplies them.
func shapeOf(at int, dims []int64) (shape []int, n int, err error) {
	shape = make([]int, len(dims))
	for i, v := range dims {
		if v < 0 || v > math.MaxInt {
			return nil, 0, bad(at, "bad dim %d in shape %v", v, dims)
		}
		shape[i] = int(v)
	}
	n, ok := tensor.Elements(shape)
	if !ok {
		return nil, 0, bad(at, "shape %v is too large", shape)
	}
	return shape, n, nil
}

// data decodes the elements, from wherever they are.
func (d *decoder) data(p *tensorProto) (*tensor.Tensor, error) {
	size := p.n * p.typ.Size() // in raw_data, where small types are packed
	if bits := p.typ.Bits(); bits < 8 {
		size = (p.n*bits + 7) / 8
	}
	switch {
	case p.typ == tensor.String:
		return p.strings()
	case p.outside:
		b, err := d.external(p.message, p.external, size)
		if err != nil {
			return nil, err
		}
		return p.unpack(b)
	case p.raw != nil && (len(p.raw.sub.b) > 0 || p.typed == 0):
		if b := p.raw.sub.b; len(b) != size {
			return nil, bad(p.raw.at, "raw data has %d bytes, but %v of shape %v takes %d", len(b), p.typ, p.shape, size)
		}
		return p.unpack(p.raw.sub.b)
	}
	return p.typedData()
}

// strings reads string_data.
func (p *tensorProto) strings() (*tensor.Tensor, error) {
	if p.outside || p.raw != nil && len(p.raw.sub.b) > 0 || p.typed != 0 && p.typed != 6 {
		return nil, bad(p.at, "strings must be in string_data")
	}
	var s []string
	err := p.each(func(f field) error {
		if f.num != 6 {
			return nil
		}
		s = append(s, string(f.sub.b))
		return f.is(protowire.BytesType)
	})
	if err != nil {
		return nil, err
	}
	if len(s) != p.n {
		return nil, bad(p.at, "%d strings, but shape %v takes %d", len(s), p.shape, p.n)
	}
	return tensor.OfStrings(s, p.shape...), nil
}

// unpack makes a tensor of raw bytes of the right size, its own or the file's.
func (p *tensorProto) unpack(b []byte) (*tensor.Tensor, error) {
	if bits := p.typ.Bits(); bits < 8 {
		t := tensor.New(p.typ, p.shape...)
		unpackBits(t.Bytes(), b, bits)
		signExtend(t)
		return t, nil
	}
	// Any byte but 0 is true in a file, but a Go bool is 0 or 1.
	odd := p.typ == tensor.Bool && slices.ContainsFunc(b, func(x byte) bool { return x > 1 })
	if len(b) >= alias && !odd {
		return tensor.FromBytes(p.typ, b[:len(b):len(b)], p.shape...)
	}
	t := tensor.New(p.typ, p.shape...)
	copy(t.Bytes(), b)
	if odd {
		for i, x := range t.Bytes() {
			t.Bytes()[i] = min(x, 1)
		}
	}
	return t, nil
}
