package main

import (
	"math"
	"slices"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// sizeCases returns the operators whose time could grow faster than their
// input: those that search, sort, compare pairs, or follow indices.
func sizeCases() []sizeCase {
	return slices.Concat(orderCases(), suppressionCases(), indexCases(), copyCases(), scanCases(), textCases(), modelCases(), loopCases())
}

// one makes a case of one node, from its first input, of n elements.
func one(name, operator string, x func(t *trial, n int) *tensor.Tensor, attrs ...any) sizeCase {
	return sizeCase{name, func(t *trial, n int) { t.finish(t.node(operator, attrs, t.input(x(t, n))), 1) }}
}

// node adds a node with attributes that alternate with their names.
func (t *trial) node(operator string, attrs []any, in ...graph.ValueID) graph.Call {
	c := t.Node(operator, in...)
	for i := 0; i < len(attrs); i += 2 {
		c.Attr(attrs[i].(string), attrs[i+1])
	}
	return c
}

// row, table and column are n numbers of ranks 1 and 2.
func row(t *trial, n int) *tensor.Tensor    { return t.numbers(n) }
func table(t *trial, n int) *tensor.Tensor  { return t.numbers(n/100, 100) }
func column(t *trial, n int) *tensor.Tensor { return t.numbers(100, n/100) }

func orderCases() []sizeCase {
	topK := func(name string, x func(*trial, int) *tensor.Tensor, k func(n int) int, attrs ...any) sizeCase {
		return sizeCase{"TopK " + name, func(t *trial, n int) {
			t.finish(t.node("TopK", attrs, t.input(x(t, n)), t.list(int64(k(n)))), 2)
		}}
	}
	fixed := func(k int) func(int) int { return func(int) int { return k } }
	half := func(n int) int { return n / 2 }
	all := func(n int) int { return n }
	long := func(t *trial, n int) *tensor.Tensor { return t.indices(n, n) }
	equal := func(_ *trial, n int) *tensor.Tensor { return tensor.Full(float32(1), n) }
	rising := func(_ *trial, n int) *tensor.Tensor {
		x := tensor.New(tensor.Float32, n)
		for i := range n {
			tensor.Data[float32](x)[i] = float32(i)
		}
		return x
	}
	unique := func(name string, x func(*trial, int) *tensor.Tensor, attrs ...any) sizeCase {
		return sizeCase{"Unique " + name, func(t *trial, n int) { t.finish(t.node("Unique", attrs, t.input(x(t, n))), 4) }}
	}
	return []sizeCase{
		topK("k=10", row, fixed(10)),
		topK("k=1000", row, fixed(1000)),
		topK("k=1000 unsorted", row, fixed(1000), "sorted", 0),
		topK("k=1000 rising", rising, fixed(1000)),
		topK("k=n/2", row, half),
		topK("k=n/2 rising", rising, half),
		topK("k=n", row, all),
		topK("k=n/2 equal", equal, half),
		topK("k=n/2 int64", long, half),
		topK("k=10 int64", long, fixed(10)),
		topK("k=10 rows", table, fixed(10)),
		topK("k=10 columns", column, fixed(10), "axis", 0),
		unique("sorted", long),
		unique("unsorted", long, "sorted", 0),
		unique("equal", equal),
		unique("axis 0", func(t *trial, n int) *tensor.Tensor { return t.indices(8, n/4, 4) }, "axis", 0),
		unique("axis 1", func(t *trial, n int) *tensor.Tensor { return t.indices(2, 4, n/4) }, "axis", 1),
		unique("strings", (*trial).words),
		one("ArgMax", "ArgMax", table, "axis", 1),
		one("Hardmax", "Hardmax", table),
	}
}

func indexCases() []sizeCase {
	gather := func(t *trial, n int) { t.finish(t.Node("Gather", t.input(t.numbers(n)), t.input(t.indices(n, n))), 1) }
	scatter := func(operator, name string, indices func(t *trial, n int) *tensor.Tensor, attrs ...any) sizeCase {
		return sizeCase{name, func(t *trial, n int) {
			t.finish(t.node(operator, attrs, t.input(t.numbers(n)), t.input(indices(t, n)), t.input(t.numbers(n))), 1)
		}}
	}
	points := func(t *trial, n int) *tensor.Tensor { return t.indices(n, n, 1) }
	places := func(t *trial, n int) *tensor.Tensor { return t.indices(n, n) }
	same := func(_ *trial, n int) *tensor.Tensor { return tensor.New(tensor.Int64, n, 1) }
	return []sizeCase{
		{"Gather", gather},
		{"Gather rows", func(t *trial, n int) {
			t.finish(t.Node("Gather", t.input(t.numbers(n/10, 10)), t.input(t.indices(n/10, n/10))), 1)
		}},
		{"GatherElements", func(t *trial, n int) {
			t.finish(t.Node("GatherElements", t.input(t.numbers(n/100, 100)), t.input(t.indices(n/100, n/100, 100))), 1)
		}},
		{"GatherND", func(t *trial, n int) { t.finish(t.Node("GatherND", t.input(t.numbers(n)), t.input(points(t, n))), 1) }},
		{"GatherND batch", func(t *trial, n int) {
			t.finish(t.Node("GatherND", t.input(t.numbers(n/100, 100)), t.input(t.indices(100, n/100, 100, 1))).Attr("batch_dims", 1), 1)
		}},
		scatter("ScatterND", "ScatterND", points),
		scatter("ScatterND", "ScatterND add", points, "reduction", "add"),
		scatter("ScatterND", "ScatterND one place", same, "reduction", "add"),
		scatter("ScatterElements", "ScatterElements", places),
		scatter("ScatterElements", "ScatterElements add", places, "reduction", "add"),
		scatter("ScatterElements", "ScatterElements max", places, "reduction", "max"),
		{"NonZero", func(t *trial, n int) { t.finish(t.Node("NonZero", t.input(t.bools(n/100, 100))), 1) }},
		{"Compress", func(t *trial, n int) { t.finish(t.Node("Compress", t.input(t.numbers(n)), t.input(t.bools(n))), 1) }},
		{"Compress axis 1", func(t *trial, n int) {
			t.finish(t.Node("Compress", t.input(t.numbers(100, n/100)), t.input(t.bools(n/100))).Attr("axis", 1), 1)
		}},
		{"OneHot", func(t *trial, n int) {
			t.finish(t.Node("OneHot", t.input(t.indices(100, n/100)), t.list(100), t.constant(tensor.Of([]float32{0, 1}, 2))), 1)
		}},
		{"Where", func(t *trial, n int) {
			t.finish(t.Node("Where", t.input(t.bools(n)), t.input(t.numbers(n)), t.input(t.numbers(n))), 1)
		}},
		{"ReverseSequence", func(t *trial, n int) {
			t.finish(t.Node("ReverseSequence", t.input(t.numbers(n/100, 100)), t.input(t.indices(n/100, 100))), 1)
		}},
		{"TensorScatter", func(t *trial, n int) {
			t.finish(t.Node("TensorScatter", t.input(t.numbers(1, n/100, 100)), t.input(t.numbers(1, n/200, 100))), 1)
		}},
		{"MaxUnpool", func(t *trial, n int) {
			x := t.input(t.numbers(1, 1, n/400, 400))
			pool := t.node("MaxPool", []any{"kernel_shape", []int{2, 2}, "strides", []int{2, 2}}, x)
			y, i := pool.Out(""), pool.Out("")
			t.finish(t.node("MaxUnpool", []any{"kernel_shape", []int{2, 2}, "strides", []int{2, 2}}, y, i), 1)
		}},
	}
}

func copyCases() []sizeCase {
	return []sizeCase{
		{"Expand", func(t *trial, n int) {
			t.finish(t.Node("Expand", t.input(t.numbers(n/100, 1)), t.list(int64(n/100), 100)), 1)
		}},
		{"Tile", func(t *trial, n int) { t.finish(t.Node("Tile", t.input(t.numbers(n/100, 10)), t.list(1, 10)), 1) }},
		{"Tile of scalars", func(t *trial, n int) { t.finish(t.Node("Tile", t.input(t.numbers(1)), t.list(int64(n))), 1) }},
		{"Pad", func(t *trial, n int) { t.finish(t.Node("Pad", t.input(t.numbers(n/100, 100)), t.list(1, 1, 1, 1)), 1) }},
		{"Slice steps", func(t *trial, n int) {
			t.finish(t.Node("Slice", t.input(t.numbers(n)), t.list(-1), t.list(-int64(n)), t.list(0), t.list(-2)), 1)
		}},
		{"Concat of many", func(t *trial, n int) {
			var in []graph.ValueID
			for range n / 1000 {
				in = append(in, t.input(t.numbers(10, 100)))
			}
			t.finish(t.node("Concat", []any{"axis", 1}, in...), 1)
		}},
		{"Split to many", func(t *trial, n int) {
			t.finish(t.node("Split", []any{"axis", 1, "num_outputs", n / 1000}, t.input(t.numbers(10, n/10))), n/1000)
		}},
		one("Transpose", "Transpose", table, "perm", []int{1, 0}),
		{"DepthToSpace", func(t *trial, n int) {
			t.finish(t.node("DepthToSpace", []any{"blocksize", 2}, t.input(t.numbers(1, 4, n/400, 100))), 1)
		}},
		{"Col2Im", func(t *trial, n int) {
			side := map[int]int{10_000: 25, 100_000: 79, 1_000_000: 250}[n] // 16 values for each of side² windows
			t.finish(t.node("Col2Im", []any{"pads", []int{1, 1, 2, 2}}, t.input(t.numbers(1, 16, side*side)), t.list(int64(side), int64(side)), t.list(4, 4)), 1)
		}},
		one("Trilu", "Trilu", table),
		one("EyeLike", "EyeLike", table),
		{"Range", func(t *trial, n int) {
			t.finish(t.Node("Range", t.input(tensor.Scalar(int64(0))), t.input(tensor.Scalar(int64(n))), t.input(tensor.Scalar(int64(1)))), 1)
		}},
	}
}

func scanCases() []sizeCase {
	cumSum := func(name string, x func(*trial, int) *tensor.Tensor, axis int64) sizeCase {
		return sizeCase{name, func(t *trial, n int) {
			t.finish(t.Node("CumSum", t.input(x(t, n)), t.constant(tensor.Scalar(axis))), 1)
		}}
	}
	return []sizeCase{
		cumSum("CumSum", row, 0),
		cumSum("CumSum columns", column, 0),
		{"ReduceSum", func(t *trial, n int) { t.finish(t.Node("ReduceSum", t.input(t.numbers(n))), 1) }},
		one("Softmax", "Softmax", row),
		{"DFT", func(t *trial, n int) { t.finish(t.Node("DFT", t.input(t.numbers(1, n, 1))), 1) }},
		one("GlobalAveragePool", "GlobalAveragePool", func(t *trial, n int) *tensor.Tensor { return t.numbers(1, 10, n/100, 10) }),
		{"Resize", func(t *trial, n int) {
			t.finish(t.node("Resize", []any{"mode", "linear"}, t.input(t.numbers(1, 1, n/200, 200)), graph.None, t.constant(tensor.Of([]float32{1, 1, 1, 2}, 4))), 1)
		}},
		{"RoiAlign", func(t *trial, n int) { // 49 elements of each region
			m := n / 49
			rois := t.numbers(m, 4)
			for i, v := range tensor.Data[float32](rois) {
				tensor.Data[float32](rois)[i] = 8*v + 16 + 8*float32(i/2%2)
			}
			t.finish(t.node("RoiAlign", []any{"output_height", 7, "output_width", 7}, t.input(t.numbers(1, 1, 32, 32)), t.input(rois), t.input(t.indices(1, m))), 1)
		}},
	}
}

func textCases() []sizeCase {
	return []sizeCase{
		{"StringConcat", func(t *trial, n int) { t.finish(t.Node("StringConcat", t.input(t.words(n)), t.input(t.words(n))), 1) }},
		{"StringSplit", func(t *trial, n int) { t.finish(t.Node("StringSplit", t.input(t.words(n))), 2) }},
		one("StringNormalizer", "StringNormalizer", (*trial).words, "case_change_action", "UPPER", "stopwords", []string{"word 1"}),
		one("RegexFullMatch", "RegexFullMatch", (*trial).words, "pattern", "word [0-9]*5"),
		one("TfIdfVectorizer", "TfIdfVectorizer", func(t *trial, n int) *tensor.Tensor { return t.indices(1000, n) },
			"mode", "TF", "min_gram_length", 1, "max_gram_length", 2, "max_skip_count", 1,
			"ngram_counts", []int{0, 4}, "ngram_indexes", []int{0, 1, 2, 3, 4, 5}, "pool_int64s", []int{1, 2, 3, 4, 5, 6, 7, 8}),
		{"LabelEncoder", func(t *trial, n int) { // a table of n entries
			keys := make([]int64, n)
			for i := range keys {
				keys[i] = int64(i)
			}
			c := t.Node("LabelEncoder", t.input(t.indices(n, n))).Domain("ai.onnx.ml")
			t.finish(c.Attr("keys_int64s", keys).Attr("values_int64s", keys), 1)
		}},
	}
}

func modelCases() []sizeCase {
	// a balanced tree: node i splits to 2i+1 and 2i+2
	forest := func(t *trial, samples, trees, nodes int) graph.Call {
		var treeids, nodeids, features, yes, no, targetTrees, targetNodes []int
		var values, weights []float32
		var modes []string
		for tree := range trees {
			for i := range nodes {
				treeids, nodeids, features = append(treeids, tree), append(nodeids, i), append(features, i%10)
				values = append(values, 2*t.r.Float32()-1)
				if 2*i+2 < nodes {
					modes, yes, no = append(modes, "BRANCH_LEQ"), append(yes, 2*i+1), append(no, 2*i+2)
					continue
				}
				modes, yes, no = append(modes, "LEAF"), append(yes, 0), append(no, 0)
				targetTrees, targetNodes, weights = append(targetTrees, tree), append(targetNodes, i), append(weights, t.r.Float32())
			}
		}
		return t.Node("TreeEnsembleRegressor", t.input(t.numbers(samples, 10))).Domain("ai.onnx.ml").
			Attr("n_targets", 1).Attr("nodes_treeids", treeids).Attr("nodes_nodeids", nodeids).Attr("nodes_featureids", features).
			Attr("nodes_values", values).Attr("nodes_modes", modes).Attr("nodes_truenodeids", yes).Attr("nodes_falsenodeids", no).
			Attr("target_treeids", targetTrees).Attr("target_nodeids", targetNodes).
			Attr("target_ids", make([]int, len(weights))).Attr("target_weights", weights)
	}
	return []sizeCase{
		{"TreeEnsembleRegressor samples", func(t *trial, n int) { t.finish(forest(t, n/10, 10, 255), 1) }},
		{"TreeEnsembleRegressor nodes", func(t *trial, n int) { t.finish(forest(t, 100, n/255, 255), 1) }},
		{"LSTM steps", func(t *trial, n int) {
			t.finish(t.node("LSTM", []any{"hidden_size", 8},
				t.input(t.numbers(n/100, 1, 8)), t.constant(t.numbers(1, 32, 8)), t.constant(t.numbers(1, 32, 8))), 1)
		}},
		one("Det", "Det", func(t *trial, n int) *tensor.Tensor { return t.numbers(n/16, 4, 4) }),
	}
}

func loopCases() []sizeCase {
	return []sizeCase{
		{"Loop", func(t *trial, n int) { // n/100 trips, each of which puts out 100 elements
			body := t.Body()
			_, keep := body.Input("i", tensor.Int64), body.Input("go", tensor.Bool)
			x := body.Input("x", tensor.Float32, 100)
			y := body.Node("Relu", x).Out("y")
			body.Output(body.Node("Identity", keep).Out(""), y, body.Node("Identity", y).Out("row"))
			t.finish(t.node("Loop", []any{"body", body.Graph}, t.constant(tensor.Scalar(int64(n/100))), graph.None, t.input(t.numbers(100))), 2)
		}},
		{"Scan", func(t *trial, n int) {
			body := t.Body()
			s, x := body.Input("s", tensor.Float32, 100), body.Input("x", tensor.Float32, 100)
			y := body.Node("Add", s, x).Out("y")
			body.Output(y, body.Node("Identity", y).Out("row"))
			t.finish(t.node("Scan", []any{"body", body.Graph, "num_scan_inputs", 1}, t.input(t.numbers(100)), t.input(t.numbers(n/100, 100))), 2)
		}},
		{"SplitToSequence", func(t *trial, n int) {
			parts := t.Node("SplitToSequence", t.input(t.numbers(n/100, 100))).Out("")
			t.finish(t.node("ConcatFromSequence", []any{"axis", 0}, parts), 1)
		}},
		{"SequenceInsert", func(t *trial, n int) { // n/1000 times
			seq := t.Node("SequenceEmpty").Out("")
			x := t.input(t.numbers(1000))
			for range n / 1000 {
				seq = t.Node("SequenceInsert", seq, x).Out("")
			}
			t.finish(t.node("ConcatFromSequence", []any{"axis", 0}, seq), 1)
		}},
		{"SequenceMap", func(t *trial, n int) {
			body := t.Body()
			x := body.Input("x", tensor.Float32, 1, 100)
			body.Output(body.Node("Relu", x).Out("y"))
			parts := t.Node("SplitToSequence", t.input(t.numbers(n/100, 100))).Out("")
			seq := t.node("SequenceMap", []any{"body", body.Graph}, parts).Out("")
			t.finish(t.node("ConcatFromSequence", []any{"axis", 0}, seq), 1)
		}},
	}
}

// suppressionCases are boxes as detectors give them, and the extremes.
func suppressionCases() []sizeCase {
	nms := func(name string, limit int64, iou, threshold float32, boxes func(t *trial, n int) *tensor.Tensor) sizeCase {
		return sizeCase{"NonMaxSuppression " + name, func(t *trial, n int) {
			scores := t.numbers(1, 1, n)
			t.finish(t.Node("NonMaxSuppression", t.input(boxes(t, n)), t.input(scores),
				t.list(limit), t.constant(tensor.Scalar(iou)), t.constant(tensor.Scalar(threshold))), 1)
		}}
	}
	const unlimited = 1 << 40
	crowd := func(perObject int) func(t *trial, n int) *tensor.Tensor { // objects on a picture, boxes that differ a little
		return func(t *trial, n int) *tensor.Tensor {
			objects := max(1, n/perObject)
			picture := 60 * float32(math.Sqrt(float64(objects)))
			at := t.numbers(objects, 2)
			x := t.numbers(1, n, 4)
			for i, c := 0, tensor.Data[float32](x); i < n; i++ {
				o := tensor.Data[float32](at)[i%objects*2:][:2]
				b := c[4*i : 4*i+4]
				w, h := 40+8*b[2], 40+8*b[3]
				b[0], b[1] = picture*o[0]+8*b[0], picture*o[1]+8*b[1]
				b[2], b[3] = b[0]+w, b[1]+h
			}
			return x
		}
	}
	apart := func(t *trial, n int) *tensor.Tensor { // a grid
		x := tensor.New(tensor.Float32, 1, n, 4)
		for i := range n {
			y0, x0 := float32(i/1000), float32(i%1000)
			copy(tensor.Data[float32](x)[4*i:], []float32{y0, x0, y0 + 0.75, x0 + 0.75})
		}
		return x
	}
	alike := func(t *trial, n int) *tensor.Tensor {
		x := tensor.New(tensor.Float32, 1, n, 4)
		for i := range n {
			copy(tensor.Data[float32](x)[4*i:], []float32{0, 0, 1, 1})
		}
		return x
	}
	touching := func(t *trial, n int) *tensor.Tensor { // each overlaps thousands, none too much
		x := tensor.New(tensor.Float32, 1, n, 4)
		for i := range n {
			y0, x0 := float32(i/1000), float32(i%1000)
			copy(tensor.Data[float32](x)[4*i:], []float32{4 * y0, 4 * x0, 4*y0 + 400, 4*x0 + 400})
		}
		return x
	}
	offset := func(t *trial, n int) *tensor.Tensor { // 90 classes apart, as batched_nms of torchvision puts them
		x := crowd(20)(t, n)
		for i := range n {
			for k := range 4 {
				tensor.Data[float32](x)[4*i+k] += float32(i%90) * 20000
			}
		}
		return x
	}
	return []sizeCase{
		nms("crowd", 200, 0.5, 0, crowd(20)),
		nms("crowd, all", unlimited, 0.5, -2, crowd(20)),
		nms("crowd, few scores", unlimited, 0.5, 0.99, crowd(20)),
		nms("classes by offset", unlimited, 0.5, -2, offset),
		nms("apart", unlimited, 0.5, -2, apart),
		nms("alike", unlimited, 0.5, -2, alike),
		nms("touching", 1000, 0.99, -2, touching),
		{"NonMaxSuppression 20 classes", func(t *trial, n int) {
			boxes := crowd(20)(t, n/20)
			scores := t.numbers(1, 20, n/20)
			t.finish(t.Node("NonMaxSuppression", t.input(boxes), t.input(scores), t.list(200), t.constant(tensor.Scalar(float32(0.5)))), 1)
		}},
	}
}
