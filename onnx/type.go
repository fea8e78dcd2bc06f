package onnx

import (
	"math"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// typ reads a TypeProto. One that says nothing is of kind Absent.
func (d *decoder) typ(m message, depth int) (t graph.Type, err error) {
	if depth > d.limits.Depth {
		return t, over(m.at, "types are nested more than %d deep", d.limits.Depth)
	}
	err = m.each(func(f field) error {
		switch f.num {
		case 1:
			t.Kind = graph.Tensor
			return d.tensorType(f, &t)
		case 8:
			t.Kind = graph.SparseTensor
			return d.tensorType(f, &t)
		case 4:
			t.Kind = graph.Sequence
			return d.elemType(f, &t, depth)
		case 9:
			t.Kind = graph.Optional
			return d.elemType(f, &t, depth)
		case 5:
			t.Kind = graph.Map
			return d.mapType(f, &t, depth)
		case 7:
			return bad(f.at, "opaque types are not supported")
		}
		return nil
	})
	return t, err
}

// tensorType reads a TypeProto.Tensor or .SparseTensor.
func (d *decoder) tensorType(f field, t *graph.Type) error {
	var m message
	if err := f.message(&m); err != nil {
		return err
	}
	return m.each(func(f field) (err error) {
		switch f.num {
		case 1:
			t.Elem, err = elementType(f, true)
		case 2:
			t.Ranked = true
			err = shape(f, &t.Shape)
		}
		return err
	})
}

// elemType reads a TypeProto.Sequence or .Optional.
func (d *decoder) elemType(f field, t *graph.Type, depth int) error {
	var m message
	if err := f.message(&m); err != nil {
		return err
	}
	t.Of = &graph.Type{}
	return m.each(func(f field) (err error) {
		if f.num == 1 {
			*t.Of, err = d.typ(f.sub, depth+1)
		}
		return err
	})
}

// mapType reads a TypeProto.Map, whose values must be tensors.
func (d *decoder) mapType(f field, t *graph.Type, depth int) error {
	var m message
	if err := f.message(&m); err != nil {
		return err
	}
	return m.each(func(f field) (err error) {
		switch f.num {
		case 1:
			t.Key, err = elementType(f, false)
		case 2:
			var v graph.Type
			v, err = d.typ(f.sub, depth+1)
			if err == nil && v.Kind != graph.Tensor {
				err = bad(f.at, "maps to anything but tensors are not supported")
			}
			t.Elem = v.Elem
		}
		return err
	})
}

// elementType reads a TensorProto.DataType; 0 only where it may be unknown.
func elementType(f field, unknown bool) (tensor.Type, error) {
	var x int64
	if err := f.integer(&x); err != nil {
		return 0, err
	}
	if x == 0 && unknown {
		return tensor.Undefined, nil
	}
	if x < 0 || x > math.MaxUint8 || !tensor.Type(x).Valid() {
		return 0, bad(f.at, "unknown element type %d", x)
	}
	return tensor.Type(x), nil
}

// shape reads a TensorShapeProto.
func shape(f field, dims *[]graph.Dim) error {
	var m message
	if err := f.message(&m); err != nil {
		return err
	}
	return m.each(func(f field) error {
		if f.num != 1 {
			return nil
		}
		dim := graph.Dim{Size: -1}
		err := f.sub.each(func(f field) error {
			switch f.num {
			case 1:
				var x int64
				if err := f.integer(&x); err != nil {
					return err
				}
				if int64(int(x)) != x {
					return bad(f.at, "a dim of %d does not fit this machine", x)
				}
				// Some exporters write -1, or any negative number, for a dim
				// they do not know.
				dim.Size = max(int(x), -1)
			case 2:
				return f.str(&dim.Name)
			}
			return nil
		})
		*dims = append(*dims, dim)
		return err
	})
}

// info reads a ValueInfoProto. The name is returned with an error, too.
func (d *decoder) info(m message) (name string, t graph.Type, err error) {
	err = m.each(func(f field) (err error) {
		switch f.num {
		case 1:
			name, err = d.name(f)
		case 2:
			t, err = d.typ(f.sub, 0)
		}
		return err
	})
	return name, t, err
}
