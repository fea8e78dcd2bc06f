package onnx

import (
	"encoding/binary"
	"slices"

	"github.com/sardonyx-go/sardonyx/tensor"
	"google.golang.org/protobuf/encoding/protowire"
)

// typedField returns the number of the field that holds elements of type t
// where there is no raw_data, and the bytes that one entry of it stands for:
// a half of a complex number, two int4, or one element.
func typedField(t tensor.Type) (num int32, width int) {
	switch t {
	case tensor.Float32, tensor.Complex64:
		return 4, 4
	case tensor.Float64, tensor.Complex128:
		return 10, 8
	case tensor.Int64:
		return 7, 8
	case tensor.Uint32, tensor.Uint64:
		return 11, t.Size()
	case tensor.String:
		return 6, 0
	}
	return 5, t.Size()
}

// typedData reads float_data, int32_data, int64_data, double_data or
// uint64_data.
func (p *tensorProto) typedData() (*tensor.Tensor, error) {
	num, width := typedField(p.typ)
	if p.typed != 0 && p.typed != num {
		return nil, bad(p.at, "data is in field %d, but %v belongs in %d", p.typed, p.typ, num)
	}
	entries, bits := p.n, p.typ.Bits()
	switch {
	case bits < 6: // two or four an entry; six bits have one to themselves, unlike in raw_data
		entries = (p.n*bits + 7) / 8
	case p.typ == tensor.Complex64 || p.typ == tensor.Complex128:
		entries = 2 * p.n
	}
	have, err := p.count(num)
	if err != nil {
		return nil, err
	}
	if have != entries {
		return nil, bad(p.at, "data has %d entries, but %v of shape %v takes %d", have, p.typ, p.shape, entries)
	}
	w := entryWriter{b: tensor.Alloc(entries * width), width: width}
	err = p.each(func(f field) error {
		if int32(f.num) != num {
			return nil
		}
		return w.add(f)
	})
	if err != nil {
		return nil, err
	}
	if bits < 6 || p.typ == tensor.Bool {
		return p.unpack(w.b)
	}
	if bits == 6 {
		if i := slices.IndexFunc(w.b, func(x byte) bool { return x > 0x3f }); i >= 0 {
			return nil, bad(p.at, "element %d, %d, does not fit 6 bits", i, w.b[i])
		}
	}
	return tensor.FromBytes(p.typ, w.b, p.shape...)
}

// count returns the number of entries of a typed field, packed or not.
func (p *tensorProto) count(num int32) (n int, err error) {
	err = p.each(func(f field) error {
		switch {
		case int32(f.num) != num:
		case f.typ != protowire.BytesType:
			n++
		case num == 4:
			n += len(f.sub.b) / 4
		case num == 10:
			n += len(f.sub.b) / 8
		default:
			for _, b := range f.sub.b { // the last byte of a varint has no high bit
				if b < 0x80 {
					n++
				}
			}
		}
		return nil
	})
	return n, err
}

// An entryWriter stores the entries of a typed field as elements.
type entryWriter struct {
	b     []byte
	i     int // bytes written
	width int // of an entry
}

// add stores one entry or a packed run of them.
func (w *entryWriter) add(f field) error {
	fixed := f.num == 4 || f.num == 10
	if f.typ != protowire.BytesType {
		want := protowire.VarintType
		switch f.num {
		case 4:
			want = protowire.Fixed32Type
		case 10:
			want = protowire.Fixed64Type
		}
		if err := f.is(want); err != nil {
			return err
		}
		return w.put(f.x, f.at, fixed)
	}
	b := f.sub.b
	if fixed {
		if len(b)%w.width != 0 {
			return bad(f.sub.at, "field %d: %d bytes are no list of %d-byte numbers", f.num, len(b), w.width)
		}
		w.i += copy(w.b[w.i:], b)
		return nil
	}
	for i := 0; i < len(b); {
		x, n := protowire.ConsumeVarint(b[i:])
		if n < 0 {
			return bad(f.sub.at+i, "number in field %d is %s", f.num, faultOf(n))
		}
		if err := w.put(x, f.sub.at+i, false); err != nil {
			return err
		}
		i += n
	}
	return nil
}

// put stores one entry. An integer must fit the element, signed or not:
// exporters differ in how they write the bits of a float16.
func (w *entryWriter) put(x uint64, at int, fixed bool) error {
	if bits := 8 * w.width; !fixed && bits < 64 && (int64(x) < -1<<(bits-1) || int64(x) >= 1<<bits) {
		return bad(at, "%d does not fit %d bits", int64(x), bits)
	}
	if w.i+w.width > len(w.b) {
		return bad(at, "more data than the shape takes")
	}
	var e [8]byte
	binary.LittleEndian.PutUint64(e[:], x)
	w.i += copy(w.b[w.i:], e[:w.width])
	return nil
}
