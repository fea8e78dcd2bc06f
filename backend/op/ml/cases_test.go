package ml_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/ml"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(ml.Ops)

// node returns a node of this domain with one input.
func node(name string, version, outputs int, attrs ...graph.Attr) *graph.Node {
	n := optest.Node(name, version, 1, attrs...)
	n.Domain = "ai.onnx.ml"
	for i := 1; i < outputs; i++ {
		n.Outputs = append(n.Outputs, graph.ValueID(i+1))
	}
	return n
}

func floats(name string, v ...float32) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrFloats, Floats: v}
}

func strs(name string, v ...string) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrStrings, Strings: v}
}

func tensors(name string, t *tensor.Tensor) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrTensor, Tensors: []*tensor.Tensor{t}}
}

func matrix[T tensor.Element](cols int, v ...T) *tensor.Tensor {
	return tensor.Of(v, len(v)/cols, cols)
}

var nan = float32(math.NaN())

// TestCases holds every operator to values worked out by hand, or computed by
// ONNX Runtime where the specification leaves them open.
func TestCases(t *testing.T) {
	x := matrix[float32](2, 1, 2, -1, -2, 0.1, 0)
	classes := optest.Ints("classlabels_ints", 7, 9)
	line := []graph.Attr{floats("coefficients", .5, .25), floats("intercepts", .1)}
	for _, c := range []struct {
		name string
		node *graph.Node
		in   *tensor.Tensor
		want []*tensor.Tensor
	}{
		{"threshold", node("Binarizer", 1, 1, optest.Float("threshold", 1)), matrix[int64](3, 0, 1, 2), []*tensor.Tensor{matrix[int64](3, 0, 0, 1)}},
		{"imputed by feature", node("Imputer", 1, 1, floats("imputed_value_floats", 7, 8), optest.Float("replaced_value_float", nan)),
			matrix(2, nan, 1, 2, nan), []*tensor.Tensor{matrix[float32](2, 7, 1, 2, 8)}},
		{"imputed integers", node("Imputer", 1, 1, optest.Ints("imputed_value_int64s", 5), optest.Int("replaced_value_int64", -1)),
			matrix[int32](2, -1, 3), []*tensor.Tensor{matrix[int32](2, 5, 3)}},
		{"scaled", node("Scaler", 1, 1, floats("offset", 1, 2), floats("scale", 2)), matrix[int64](2, 1, 3), []*tensor.Tensor{matrix[float32](2, 0, 2)}},
		{"by greatest", node("Normalizer", 1, 1), matrix[float32](2, 1, -2, -1, -2, 0, -1), []*tensor.Tensor{matrix[float32](2, 1, -2, 1, 2, 0, -1)}},
		{"by sum", node("Normalizer", 1, 1, optest.Str("norm", "L1")), matrix[float64](2, 1, -3), []*tensor.Tensor{matrix[float32](2, .25, -.75)}},
		{"by length", node("Normalizer", 1, 1, optest.Str("norm", "L2")), matrix[int32](2, 3, -4), []*tensor.Tensor{matrix[float32](2, .6, -.8)}},
		{"one feature vector", node("FeatureVectorizer", 1, 1, optest.Ints("inputdimensions", 3)), matrix[int64](2, 1, 2, 3, 4),
			[]*tensor.Tensor{matrix[float32](3, 1, 2, 0, 3, 4, 0)}},
		{"categories", node("OneHotEncoder", 1, 1, optest.Ints("cats_int64s", 4, 2)), tensor.Of([]float32{2.9, 5}, 2),
			[]*tensor.Tensor{matrix[float32](2, 0, 1, 0, 0)}},
		{"last key counts", node("LabelEncoder", 4, 1, strs("keys_strings", "a", "b", "a"), optest.Ints("values_int64s", 1, 2, 3)),
			tensor.OfStrings([]string{"a", "b", "c"}, 3), []*tensor.Tensor{tensor.Of([]int64{3, 2, -1}, 3)}},
		{"NaN and zero are keys", node("LabelEncoder", 2, 1, floats("keys_floats", nan, 0), strs("values_strings", "n", "z")),
			tensor.Of([]float32{-nan, float32(math.Copysign(0, -1)), 1}, 3), []*tensor.Tensor{tensor.OfStrings([]string{"n", "z", "_Unused"}, 3)}},
		{"positions of strings", node("LabelEncoder", 1, 1, strs("classes_strings", "a", "b"), optest.Int("default_int64", -5)),
			tensor.OfStrings([]string{"b", "c"}, 2), []*tensor.Tensor{tensor.Of([]int64{1, -5}, 2)}},
		{"strings of positions", node("LabelEncoder", 1, 1, strs("classes_strings", "a", "b")),
			tensor.Of([]int64{1, 2}, 2), []*tensor.Tensor{tensor.OfStrings([]string{"b", "_Unused"}, 2)}},
		{"category of a number", node("CategoryMapper", 1, 1, strs("cats_strings", "a", "b"), optest.Ints("cats_int64s", 30, 40)),
			tensor.Of([]int64{40}, 1), []*tensor.Tensor{tensor.OfStrings([]string{"b"}, 1)}},
		{"two scores", node("LinearClassifier", 1, 2, classes, floats("coefficients", .5, .25, .3, .1), floats("intercepts", .1, .2), optest.Str("post_transform", "SOFTMAX")), x,
			[]*tensor.Tensor{tensor.Of([]int64{7, 9, 9}, 3), matrix[float32](2, 0.59868765, 0.40131232, 0.3543437, 0.6456563, 0.48001066, 0.5199894)}},
		{"one score", node("LinearClassifier", 1, 2, append(line, classes)...), x,
			[]*tensor.Tensor{tensor.Of([]int64{9, 7, 9}, 3), matrix[float32](2, -.1, 1.1, 1.9, -.9, .85, .15)}},
		{"one score, logistic", node("LinearClassifier", 1, 2, append(line, classes, optest.Str("post_transform", "LOGISTIC"))...), x,
			[]*tensor.Tensor{tensor.Of([]int64{9, 7, 9}, 3), matrix[float32](2, 0.24973989, 0.7502601, 0.7109495, 0.28905052, 0.4625702, 0.5374298)}},
		{"one sample", node("LinearRegressor", 1, 1, line...), tensor.Of([]int32{1, 2}, 2), []*tensor.Tensor{matrix[float32](1, 1.1)}},
		{"quantile", node("LinearRegressor", 1, 1, floats("coefficients", 1, 0), optest.Str("post_transform", "PROBIT")), matrix[float32](2, .975, 0),
			[]*tensor.Tensor{matrix[float32](1, 1.959964)}},
		{"smooth distances", node("SVMRegressor", 1, 1, optest.Str("kernel_type", "RBF"), floats("kernel_params", .5, .1, 2), floats("coefficients", .5, -.2),
			floats("support_vectors", 1, 2, .5, -.5), optest.Int("n_supports", 2), floats("rho", .3)), x,
			[]*tensor.Tensor{matrix[float32](1, 0.79224515, 0.27894288, 0.1822033)}},
		{"inside or outside", node("SVMRegressor", 1, 1, floats("coefficients", .5, -.2), floats("rho", -.3), optest.Int("one_class", 1)), x,
			[]*tensor.Tensor{matrix[float32](1, -1, -1, -1)}},
		{"set", node("TreeEnsemble", 5, 1, optest.Int("n_targets", 1), optest.Ints("tree_roots", 0), optest.Ints("nodes_featureids", 0),
			tensors("nodes_modes", tensor.Of([]uint8{6}, 1)), tensors("nodes_splits", tensor.Of([]float64{0}, 1)),
			tensors("membership_values", tensor.Of([]float64{5, 2, .1, 3}, 4)),
			optest.Ints("nodes_truenodeids", 0), optest.Ints("nodes_trueleafs", 1), optest.Ints("nodes_falsenodeids", 1), optest.Ints("nodes_falseleafs", 1),
			optest.Ints("leaf_targetids", 0, 0), tensors("leaf_weights", tensor.Of([]float64{1, 0}, 2))),
			matrix(1, .1, 2, 3, 5, 2.5, 0, math.NaN(), math.Inf(1), math.Inf(-1)), []*tensor.Tensor{matrix[float64](1, 1, 1, 1, 1, 0, 0, 0, 0, 0)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := optest.Eval(registry, c.node, c.in)
			require.NoError(t, err)
			for i := range c.want {
				optest.Equal(t, c.want[i], got[i])
			}
		})
	}
}

// TestPairs protects classifiers of support vectors: votes, scores of pairs, and
// probabilities coupled from them.
func TestPairs(t *testing.T) {
	attrs := []graph.Attr{
		strs("classlabels_strings", "a", "b", "c"), optest.Ints("vectors_per_class", 1, 1, 1), floats("rho", 0, 0, 0),
		floats("support_vectors", 1, 0, 0, 1, -1, -1), floats("coefficients", 1, -1, -1, 1, 1, -1),
	}
	x := matrix[float32](2, 2, 0, 0, 2, -2, -2)
	got, err := optest.Eval(registry, node("SVMClassifier", 1, 2, attrs...), x)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "c"}, got[0].Strings())
	// a against b: x·(1,0) - x·(0,1), and so on.
	optest.Equal(t, matrix[float32](3, 2, 4, 2, -2, 2, 4, 0, -6, -6), got[1])

	attrs = append(attrs, floats("prob_a", -1, -1, -1), floats("prob_b", 0, 0, 0))
	got, err = optest.Eval(registry, node("SVMClassifier", 1, 2, attrs...), x)
	require.NoError(t, err)
	p := tensor.Data[float32](got[1])
	for i := range 3 {
		require.InDelta(t, 1, p[3*i]+p[3*i+1]+p[3*i+2], 1e-6)
		require.Greater(t, p[4*i], float32(.6), "the nearest class")
	}
}

// TestErrors protects against files and inputs that are wrong: an error, never a
// panic or an endless walk.
func TestErrors(t *testing.T) {
	loop := treeNode("TreeEnsembleRegressor", 1, []treeRow{{mode: "BRANCH_LEQ", yes: 1, no: 2}, {mode: "BRANCH_LEQ", yes: 2, no: 1}, {mode: "LEAF"}})
	for name, c := range map[string]struct {
		node *graph.Node
		in   *tensor.Tensor
		want error
	}{
		"cycle":            {loop, matrix[float32](1, 0), op.ErrAttr},
		"no root":          {treeNode("TreeEnsembleRegressor", 1, []treeRow{{mode: "BRANCH_LEQ", yes: 0, no: 0}}), matrix[float32](1, 0), op.ErrAttr},
		"missing node":     {treeNode("TreeEnsembleRegressor", 1, []treeRow{{mode: "BRANCH_LEQ", yes: 5, no: 0}}), matrix[float32](1, 0), op.ErrAttr},
		"unknown mode":     {treeNode("TreeEnsembleRegressor", 1, []treeRow{{mode: "BRANCH_XOR"}}), matrix[float32](1, 0), op.ErrAttr},
		"too few features": {treeNode("TreeEnsembleRegressor", 1, []treeRow{{mode: "BRANCH_LEQ", feature: 3, yes: 1, no: 1}, {mode: "LEAF"}}), matrix[float32](3, 0, 0, 0), op.ErrShape},
		"no category":      {node("OneHotEncoder", 1, 1, strs("cats_strings", "a"), optest.Int("zeros", 0)), tensor.OfStrings([]string{"b"}, 1), op.ErrInput},
		"wrong keys":       {node("LabelEncoder", 2, 1, strs("keys_strings", "a"), floats("values_floats", 1)), tensor.Of([]int64{1}, 1), op.ErrType},
		"two kinds":        {node("Imputer", 1, 1, floats("imputed_value_floats", 1), optest.Ints("imputed_value_int64s", 1)), matrix[float32](1, 0), op.ErrAttr},
		"uneven lists":     {node("CategoryMapper", 1, 1, strs("cats_strings", "a")), tensor.Of([]int64{1}, 1), op.ErrAttr},
		"coefficients":     {node("LinearRegressor", 1, 1, floats("coefficients", 1, 2, 3), optest.Int("targets", 2)), matrix[float32](1, 0), op.ErrAttr},
		"features":         {node("LinearRegressor", 1, 1, floats("coefficients", 1, 2)), matrix[float32](3, 0, 0, 0), op.ErrShape},
		"rank":             {node("LinearRegressor", 1, 1, floats("coefficients", 1)), tensor.New(tensor.Float32, 1, 1, 1), op.ErrShape},
		"no labels":        {node("ZipMap", 1, 1), matrix[float32](1, 0), op.ErrAttr},
		"norm":             {node("Normalizer", 1, 1, optest.Str("norm", "L3")), matrix[float32](1, 0), op.ErrAttr},
		"kernel":           {node("SVMRegressor", 1, 1, optest.Str("kernel_type", "X"), floats("coefficients", 1), floats("rho", 0), optest.Int("n_supports", 1)), matrix[float32](1, 0), op.ErrAttr},
		"element type":     {node("Binarizer", 1, 1), matrix[uint8](1, 0), op.ErrType},
	} {
		_, err := optest.Eval(registry, c.node, c.in)
		require.ErrorIs(t, err, c.want, name)
	}
	n := node("ArrayFeatureExtractor", 1, 1)
	n.Inputs = append(n.Inputs, 1)
	_, err := optest.Eval(registry, n, matrix[float32](2, 0, 0), tensor.Of([]int64{2}, 1))
	require.ErrorIs(t, err, op.ErrInput)
}
