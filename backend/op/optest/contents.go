package optest

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op/schema"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// tensor returns a tensor of small numbers, or of any bits.
func (g *generator) tensor(t tensor.Type, shape []int) *tensor.Tensor {
	x := tensor.New(t, shape...)
	if t == tensor.String {
		for i := range x.Strings() {
			x.Strings()[i] = words[g.data.IntN(len(words))]
		}
		return x
	}
	if g.data.IntN(4) > 0 {
		v := tensor.New(tensor.Float32, shape...)
		for i := range tensor.Data[float32](v) {
			tensor.Data[float32](v)[i] = float32(g.data.IntN(17)-4) / 2
		}
		if c, err := tensor.Convert(t, v, tensor.ConvertOptions{Saturate: true}); err == nil {
			return c
		}
	}
	bits := t.Bits()
	for i := range x.Bytes() {
		switch b := byte(g.data.Uint32()); {
		case t == tensor.Bool:
			x.Bytes()[i] = b & 1
		case bits >= 8:
			x.Bytes()[i] = b
		case t == tensor.Int4 || t == tensor.Int2:
			x.Bytes()[i] = byte(int8(b<<(8-bits)) >> (8 - bits))
		default:
			x.Bytes()[i] = b & (1<<bits - 1)
		}
	}
	return x
}

// attr returns a value for an attribute of a node whose first input has that
// rank.
func (g *generator) attr(f schema.Attr, rank int) graph.Attr {
	a := graph.Attr{Name: f.Name, Kind: f.Kind}
	switch f.Kind {
	case graph.AttrInt:
		if a.Int = g.integer(); g.IntN(4) == 0 {
			a.Int = int64(g.IntN(30)) // an element type, if that is what it is
		}
	case graph.AttrFloat:
		a.Float = g.float()
	case graph.AttrString:
		a.String = words[g.IntN(len(words))]
	case graph.AttrInts:
		a.Ints = g.list(f.Name, rank)
	case graph.AttrFloats:
		for range g.IntN(5) {
			a.Floats = append(a.Floats, g.float())
		}
	case graph.AttrStrings:
		for range g.IntN(5) {
			a.Strings = append(a.Strings, words[g.IntN(len(words))])
		}
	case graph.AttrTensor, graph.AttrSparseTensor:
		types := []tensor.Type{tensor.Float32, tensor.Int64, tensor.String, tensor.Float16, tensor.Bool}
		shape := g.shape()
		if g.IntN(2) == 0 {
			shape = []int{1}
		}
		a.Tensors = []*tensor.Tensor{g.tensor(types[g.IntN(len(types))], shape)}
	case graph.AttrType:
		a.Types = []graph.Type{{Kind: graph.Kind(g.IntN(5)), Elem: tensor.Type(g.IntN(29))}}
	case graph.AttrGraph:
		a.Graphs = []*graph.Graph{{}}
	}
	return a
}

// list returns integers that may be right for an attribute of that name.
func (g *generator) list(name string, rank int) []int64 {
	spatial := max(rank-2, 0)
	if g.IntN(8) == 0 {
		return g.ints(g.IntN(7))
	}
	switch name {
	case "kernel_shape", "strides", "dilations", "output_padding":
		v := g.ints(spatial)
		for i := range v {
			v[i] = int64(1 + g.IntN(3)/2)
		}
		return v
	case "pads":
		v := make([]int64, 2*spatial)
		for i := range v {
			v[i] = int64(g.IntN(3))
		}
		return v
	case "perm":
		v := make([]int64, rank)
		for i, k := range g.Perm(rank) {
			v[i] = int64(k)
		}
		return v
	}
	return g.ints(g.IntN(7))
}

// integer returns a small number, rarely a large one.
func (g *generator) integer() int64 {
	switch g.IntN(60) {
	case 0:
		return int64(g.Uint64())
	case 1:
		return math.MaxInt64
	case 2:
		return math.MinInt64
	}
	return int64(g.IntN(9) - 3)
}

func (g *generator) ints(n int) []int64 {
	v := make([]int64, n)
	for i := range v {
		v[i] = g.integer()
	}
	if g.IntN(3) > 0 {
		for i, x := range v {
			v[i] = max(x, -x, 1) // most lists are of sizes
		}
	}
	return v
}

func (g *generator) float() float32 {
	switch g.IntN(20) {
	case 0:
		return float32(math.NaN())
	case 1:
		return float32(math.Inf(1))
	}
	return float32(g.IntN(9)-2) / 4
}

// words are values that attributes and string tensors may have, of any operator.
var words = []string{"", "a", "b", "a b", "1", "-2.5", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID", "constant", "reflect", "edge", "wrap",
	"nearest", "linear", "cubic", "bilinear", "bicubic", "zeros", "border", "reflection", "half_pixel", "asymmetric", "align_corners",
	"pytorch_half_pixel", "tf_crop_and_resize", "half_pixel_symmetric", "round_prefer_floor", "floor", "ceil", "stretch", "not_larger",
	"not_smaller", "forward", "reverse", "bidirectional", "Tanh", "Sigmoid", "Relu", "Affine", "none", "add", "mul", "max", "min", "sum", "mean",
	"tanh", "LEFT", "RIGHT", "DCR", "CRD", "ij,jk->ik", "...i", "ii->i", "bij,bjk->bik", "circular", "output_half_pixel", "avg", "LOWER", "UPPER",
	"TF", "IDF", "TFIDF", "NONE", "SOFTMAX", "LOGISTIC", "SUM", "AVERAGE", "BRANCH_LEQ", "LEAF", "MAX", "L1", "L2", "RBF", "SIGMOID", "POLY",
	"TO_FLOAT", "TO_STRING", "TO_INT64", "DENSE", "SPARSE", "[a-z]+", "(", "FLOAT", "INT64"}
