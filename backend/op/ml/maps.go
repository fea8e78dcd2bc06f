package ml

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// checkMap checks that the only input is a map.
func checkMap(in []op.Info) error {
	if len(in) != 1 || in[0].Kind != graph.Map {
		return fmt.Errorf("%w: input is no map", op.ErrType)
	}
	return nil
}

// eval is a kernel that is one function: maps are small.
type eval func(f *op.Frame) error

func (eval) Resolve(*op.Frame) error { return nil }

func (e eval) Run(f *op.Frame, _, _, _ int) error { return e(f) }

// dictVectorizer is DictVectorizer: the values of a map as a tensor [1,C], each
// at the position of its key in a vocabulary; 0 or "" where there is none.
type dictVectorizer struct {
	keys  tensor.Type
	index index
	count int
}

func newDictVectorizer(n *graph.Node) (op.Op, error) {
	s, i := n.Attr("string_vocabulary"), n.Attr("int64_vocabulary")
	switch {
	case (s == nil) == (i == nil):
		return nil, fmt.Errorf("%w: want one of string_vocabulary and int64_vocabulary", op.ErrAttr)
	case s != nil:
		return dictVectorizer{tensor.String, newIndex(tensor.OfStrings(s.Strings, len(s.Strings))), len(s.Strings)}, nil
	}
	return dictVectorizer{tensor.Int64, newIndex(tensor.Of(i.Ints, len(i.Ints))), len(i.Ints)}, nil
}

func (o dictVectorizer) Infer(in, out []op.Info) error {
	if err := checkMap(in); err != nil {
		return err
	}
	out[0].Tensor(in[0].Type)
	out[0].Shape = append(out[0].Shape, 1, o.count)
	return nil
}

func (o dictVectorizer) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return eval(o.run), nil
}

func (o dictVectorizer) run(f *op.Frame) error {
	keys, values, y := &f.In[0].Items[0], &f.In[0].Items[1], f.Out[0]
	if keys.Type != o.keys || values.Type != y.Type {
		return fmt.Errorf("%w: a map of %v to %v, want %v to %v", op.ErrType, keys.Type, values.Type, o.keys, y.Type)
	}
	size := y.Type.Size()
	if size == 0 {
		clear(y.Strings[:o.count])
	} else {
		clear(y.Bytes[:o.count*size])
	}
	for i := range keys.Len() {
		k := o.index.find(keys, i)
		switch {
		case k < 0:
			return fmt.Errorf("%w: key %d of the map is not in the vocabulary", op.ErrInput, i)
		case size == 0:
			y.Strings[k] = values.Strings[i]
		default:
			copy(y.Bytes[k*size:(k+1)*size], values.Bytes[i*size:])
		}
	}
	return nil
}

// castMap is CastMap: the values of a map from integers, in the order of their
// keys (dense) or at these positions (sparse), converted to a type. The result
// has shape [1,C], as in ONNX Runtime; the specification calls it 1-D.
type castMap struct {
	to     tensor.Type
	sparse int // length of the result, 0 if dense
}

func newCastMap(n *graph.Node) (op.Op, error) {
	var o castMap
	switch to := n.Str("cast_to", "TO_FLOAT"); to {
	case "TO_FLOAT":
		o.to = tensor.Float32
	case "TO_STRING":
		o.to = tensor.String
	case "TO_INT64":
		o.to = tensor.Int64
	default:
		return nil, fmt.Errorf("%w: cast_to is %q", op.ErrAttr, to)
	}
	switch form := n.Str("map_form", "DENSE"); form {
	case "DENSE":
	case "SPARSE":
		if o.sparse = n.Int("max_map", 1); o.sparse < 1 || o.sparse > 1<<30 {
			return nil, fmt.Errorf("%w: max_map is %d", op.ErrAttr, o.sparse)
		}
	default:
		return nil, fmt.Errorf("%w: map_form is %q", op.ErrAttr, form)
	}
	return o, nil
}

func (o castMap) Infer(in, out []op.Info) error {
	if err := checkMap(in); err != nil {
		return err
	}
	out[0].Tensor(o.to)
	if o.sparse == 0 {
		out[0].Shape = append(out[0].Shape, 1, op.Unknown)
	} else {
		out[0].Shape = append(out[0].Shape, 1, o.sparse)
	}
	return nil
}

func (o castMap) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return eval(o.run), nil }

func (o castMap) run(f *op.Frame) error {
	m, y := f.In[0], f.Out[0]
	if m.Items[0].Type != tensor.Int64 {
		return fmt.Errorf("%w: keys are %v, not int64", op.ErrType, m.Items[0].Type)
	}
	keys := op.Data[int64](&m.Items[0])[:m.Items[0].Len()]
	values, err := tensor.Convert(o.to, m.Items[1].Tensor(), tensor.ConvertOptions{Saturate: true})
	if err != nil {
		return fmt.Errorf("%w: %w", op.ErrInput, err)
	}
	from := op.FromTensor(values)
	if o.sparse > 0 {
		clear(y.Bytes[:o.sparse*o.to.Size()])
		if o.to == tensor.String {
			clear(y.Strings[:o.sparse])
		}
		for i, k := range keys {
			if k < 0 || k >= int64(o.sparse) {
				return fmt.Errorf("%w: key %d, max_map is %d", op.ErrInput, k, o.sparse)
			}
			assign(y, int(k), from, i)
		}
		return nil
	}
	if err := f.Alloc(0, 1, len(keys)); err != nil {
		return err
	}
	order := make([]int, len(keys))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(keys[a], keys[b]) })
	for to, i := range order {
		assign(y, to, from, i)
	}
	return nil
}

// assign sets element i of y to element j of x, of the same type.
func assign(y *op.Value, i int, x *op.Value, j int) {
	if y.Type == tensor.String {
		y.Strings[i] = x.Strings[j]
		return
	}
	size := y.Type.Size()
	copy(y.Bytes[i*size:(i+1)*size], x.Bytes[j*size:])
}

// zipMap is ZipMap: for each row a map from labels to the row's elements.
type zipMap struct {
	labels labels
	elem   *op.Info
}

func newZipMap(n *graph.Node) (op.Op, error) {
	l, err := newLabels(n, "classlabels_int64s")
	return zipMap{l, &op.Info{Kind: graph.Map, Key: l.typ(), Type: tensor.Float32}}, err
}

func (o zipMap) Infer(in, out []op.Info) error {
	if err := checkTensors(in, 1); err != nil {
		return err
	}
	if in[0].Type != tensor.Float32 {
		return fmt.Errorf("%w: input is %v, not float32", op.ErrType, in[0].Type)
	}
	out[0].Kind, out[0].Elem = graph.Sequence, o.elem
	_, c, err := samples(&in[0])
	if err == nil && op.Clash(c, o.labels.len()) {
		return fmt.Errorf("%w: %d columns for %d labels", op.ErrShape, c, o.labels.len())
	}
	return err
}

func (o zipMap) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return eval(o.run), nil }

// run copies the elements, which all maps share, as they share the keys.
func (o zipMap) run(f *op.Frame) error {
	n, c := size(f.In[0])
	x := f.In[0].Clone()
	keys := *op.FromTensor(o.labels.tensor())
	items := make([]op.Value, n)
	for i := range items {
		values := op.Value{Kind: graph.Tensor, Type: x.Type, Shape: []int{c}, Stride: []int{1}, Bytes: x.Bytes[4*i*c : 4*(i+1)*c]}
		items[i] = op.Value{Kind: graph.Map, Type: x.Type, Items: []op.Value{keys, values}}
	}
	f.Out[0].Kind, f.Out[0].Items = graph.Sequence, items
	return nil
}
