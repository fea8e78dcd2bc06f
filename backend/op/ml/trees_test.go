package ml_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A treeRow is a node as TreeEnsembleRegressor and TreeEnsembleClassifier list it.
type treeRow struct {
	tree, id, feature int
	mode              string
	value             float32
	yes, no, nan      int
	weight            float32 // of a leaf
}

// treeNode returns a node with the given rows; ids are positions unless trees
// differ. All votes are for target 0.
func treeNode(name string, outputs int, rows []treeRow, attrs ...graph.Attr) *graph.Node {
	lists := map[string][]int64{}
	add := func(name string, v int) { lists[name] = append(lists[name], int64(v)) }
	var names []string
	var values, weights []float32
	prefix := map[string]string{"TreeEnsembleRegressor": "target", "TreeEnsembleClassifier": "class"}[name]
	for i, r := range rows {
		if r.tree == 0 {
			r.id = i
		}
		add("nodes_treeids", r.tree)
		add("nodes_nodeids", r.id)
		add("nodes_featureids", r.feature)
		add("nodes_truenodeids", r.yes)
		add("nodes_falsenodeids", r.no)
		add("nodes_missing_value_tracks_true", r.nan)
		names, values = append(names, r.mode), append(values, r.value)
		if r.mode == "LEAF" {
			add(prefix+"_treeids", r.tree)
			add(prefix+"_nodeids", r.id)
			add(prefix+"_ids", 0)
			weights = append(weights, r.weight)
		}
	}
	attrs = append(attrs, strs("nodes_modes", names...), floats("nodes_values", values...), floats(prefix+"_weights", weights...))
	for name, l := range lists {
		attrs = append(attrs, optest.Ints(name, l...))
	}
	return node(name, 3, outputs, attrs...)
}

// walk is the definition of one tree.
func walk(rows []treeRow, x []float32) float32 {
	r := rows[0]
	for r.mode != "LEAF" {
		v := x[r.feature]
		yes := map[string]bool{
			"BRANCH_LEQ": v <= r.value, "BRANCH_LT": v < r.value, "BRANCH_GTE": v >= r.value,
			"BRANCH_GT": v > r.value, "BRANCH_EQ": v == r.value, "BRANCH_NEQ": v != r.value,
		}[r.mode] || v != v && r.nan != 0
		if yes {
			r = rows[r.yes]
		} else {
			r = rows[r.no]
		}
	}
	return r.weight
}

// randomTree grows a tree of random shape, with thresholds that features hit.
func randomTree(r *rand.Rand, tree int) []treeRow {
	modes := []string{"BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"}
	special := []float32{nan, float32(math.Inf(1)), float32(math.Inf(-1)), 0, float32(math.Copysign(0, -1)), math.MaxFloat32}
	var rows []treeRow
	var grow func(depth int) int
	grow = func(depth int) int {
		i := len(rows)
		rows = append(rows, treeRow{tree: tree, id: i, mode: "LEAF", weight: float32(r.NormFloat64())})
		if depth == 0 || depth < 4 && r.IntN(4) == 0 {
			return i
		}
		n := treeRow{tree: tree, id: i, mode: modes[r.IntN(6)], feature: r.IntN(3), value: float32(r.IntN(5) - 2), nan: r.IntN(2)}
		if r.IntN(8) == 0 {
			n.value = special[r.IntN(len(special))]
		}
		n.yes, n.no = grow(depth-1), grow(depth-1)
		rows[i] = n
		return i
	}
	grow(5)
	return rows
}

// TestTrees holds flat ensembles to the definition of a tree, for every mode,
// for NaN, infinities and zeros, for blocks of samples and for single ones.
func TestTrees(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pool := []float32{nan, float32(math.Inf(1)), float32(math.Inf(-1)), 0, float32(math.Copysign(0, -1)), -2, -1, 1, 2, .5, math.MaxFloat32}
	for _, agg := range []string{"SUM", "AVERAGE", "MIN", "MAX"} {
		for count := range 6 {
			var trees [][]treeRow
			var all []treeRow
			for i := range count + 1 {
				trees = append(trees, randomTree(r, i+1))
				all = append(all, trees[i]...)
			}
			n := treeNode("TreeEnsembleRegressor", 1, all, optest.Str("aggregate_function", agg), floats("base_values", .25))
			for _, rows := range []int{1, 3, 4, 150} {
				x := make([]float32, rows*3)
				for i := range x {
					x[i] = pool[r.IntN(len(pool))]
				}
				got, err := optest.Eval(registry, n, matrix(3, x...))
				require.NoError(t, err)
				wide, err := tensor.Convert(tensor.Float64, matrix(3, x...), tensor.ConvertOptions{})
				require.NoError(t, err)
				got64, err := optest.Eval(registry, n, wide)
				require.NoError(t, err)
				require.Equal(t, got[0].Bytes(), got64[0].Bytes(), "features in float64")
				for i, y := range tensor.Data[float32](got[0]) {
					sum, least, most := 0., math.Inf(1), math.Inf(-1)
					for _, tree := range trees {
						w := float64(walk(tree, x[3*i:]))
						sum, least, most = sum+w, min(least, w), max(most, w)
					}
					want := map[string]float64{"SUM": sum, "AVERAGE": sum / float64(len(trees)), "MIN": least, "MAX": most}[agg]
					require.Equal(t, float32(want+.25), y, "%s of %d trees, sample %d of %d: %v", agg, len(trees), i, rows, x[3*i:3*i+3])
				}
			}
		}
	}
}

// TestTreeClasses protects what one score for two classes becomes.
func TestTreeClasses(t *testing.T) {
	stump := func(a, b float32) []treeRow {
		return []treeRow{{mode: "BRANCH_LEQ", value: .5, yes: 1, no: 2}, {mode: "LEAF", weight: a}, {mode: "LEAF", weight: b}}
	}
	for _, c := range []struct {
		a, b float32
		post string
		want []float32
	}{
		{.3, .8, "NONE", []float32{.2, .8, .7, .3}},
		{-.3, .8, "NONE", []float32{-.8, .8, .3, -.3}},
		{-.3, .8, "LOGISTIC", []float32{0.3100255, 0.6899745, 0.5744425, 0.4255575}},
	} {
		n := treeNode("TreeEnsembleClassifier", 2, stump(c.a, c.b), optest.Ints("classlabels_int64s", 7, 9), optest.Str("post_transform", c.post))
		got, err := optest.Eval(registry, n, matrix[float32](1, 1, 0))
		require.NoError(t, err)
		require.Equal(t, []int64{9, 7}, tensor.Data[int64](got[0]))
		optest.Equal(t, matrix(2, c.want...), got[1])
	}
}

// TestSymbols protects shapes that are inferred before sizes are known.
func TestSymbols(t *testing.T) {
	n := treeNode("TreeEnsembleClassifier", 2, []treeRow{{mode: "LEAF", weight: 1}}, strs("classlabels_strings", "a", "b", "c"))
	o, err := registry.New(n)
	require.NoError(t, err)
	in := make([]op.Info, 1)
	in[0].Tensor(tensor.Float32, -1<<30-1, 4)
	out := make([]op.Info, 2)
	require.NoError(t, o.Infer(in, out))
	require.Equal(t, "string[s1]", out[0].String())
	require.Equal(t, "float32[s1 3]", out[1].String())
}

// TestAllocations protects that predictors allocate nothing once they have run.
func TestAllocations(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	x := matrix[float32](3, make([]float32, 600)...)
	for _, n := range []*graph.Node{
		treeNode("TreeEnsembleRegressor", 1, randomTree(r, 1)),
		treeNode("TreeEnsembleClassifier", 2, randomTree(r, 1), optest.Ints("classlabels_int64s", 1, 2)),
		node("LinearRegressor", 1, 1, floats("coefficients", 1, 2, 3)),
		node("LinearClassifier", 1, 2, floats("coefficients", 1, 2, 3), floats("intercepts", 1), optest.Ints("classlabels_ints", 1, 2)),
		node("SVMClassifier", 1, 2, floats("coefficients", 1, 2), floats("rho", 1), optest.Ints("classlabels_ints", 1, 2), optest.Ints("vectors_per_class", 1, 1),
			floats("support_vectors", 1, 2, 3, 4, 5, 6), floats("prob_a", -1), floats("prob_b", 0)),
		node("OneHotEncoder", 1, 1, optest.Ints("cats_int64s", 0, 1)),
		node("LabelEncoder", 2, 1, floats("keys_floats", 0, 1), optest.Ints("values_int64s", 3, 4)),
		node("Scaler", 1, 1, floats("scale", 2)),
		node("Normalizer", 1, 1),
		node("Binarizer", 1, 1),
	} {
		optest.Layouts(t, registry, n, true, x)
	}
}

func BenchmarkTrees(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var rows []treeRow
	for t := range 100 {
		var grow func(depth int) int
		from := len(rows)
		grow = func(depth int) int {
			i := len(rows)
			rows = append(rows, treeRow{tree: t + 1, id: i - from, mode: "LEAF", weight: 1})
			if depth == 0 {
				return i - from
			}
			yes, no := grow(depth-1), grow(depth-1)
			rows[i].mode, rows[i].feature, rows[i].value, rows[i].yes, rows[i].no = "BRANCH_LEQ", r.IntN(20), float32(r.NormFloat64()), yes, no
			return i - from
		}
		grow(6)
	}
	n := treeNode("TreeEnsembleRegressor", 1, rows)
	for _, samples := range []int{1, 1000} {
		b.Run(fmt.Sprintf("trees=100/depth=6/samples=%d", samples), func(b *testing.B) {
			x := make([]float32, samples*20)
			for i := range x {
				x[i] = float32(r.NormFloat64())
			}
			optest.Bench(b, registry, n, nil, matrix(20, x...))
			b.ReportMetric(float64(samples)*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
		})
	}
}
