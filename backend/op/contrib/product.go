package contrib

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// expandFusedMatMul expands FusedMatMul, formerly TransposeMatMul: alpha·A'·B',
// where A' is A with its last two dims exchanged (transA) or with its first dim
// moved before the last (transBatchA), and B' likewise. Vectors stay vectors.
func expandFusedMatMul(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	var ids [2]graph.ValueID
	for i, side := range []string{"A", "B"} {
		ids[i] = n.Inputs[i]
		trans, batch := n.Int("trans"+side, 0) != 0, n.Int("transBatch"+side, 0) != 0
		if !trans && !batch {
			continue
		}
		r, err := rankOf(in, i, side)
		if err != nil {
			return nil, err
		}
		if r < 2 {
			continue
		}
		perm := make([]int, r)
		for d := range perm {
			perm[d] = d
		}
		if batch {
			copy(perm, perm[1:r-1])
			perm[r-2] = 0
		}
		if trans {
			perm[r-2], perm[r-1] = perm[r-1], perm[r-2]
		}
		if !slices.IsSorted(perm) {
			ids[i] = transpose(b, ids[i], perm)
		}
	}
	return one(b.Node("MatMul", ids[0], ids[1]).Attr(op.AttrFactor, n.Float("alpha", 1)).Out(""), nil)
}

// expandFusedGemm expands FusedGemm: Gemm, then an activation.
func expandFusedGemm(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	c := keep(b.Node("Gemm", n.Inputs...), n, "alpha", "beta", "transA", "transB")
	y := c.Out("")
	b.Graph.Values[y].Type.Elem = in[0].Type
	var params []float32
	for _, name := range parameters[n.Str("activation", "")] {
		if a := "activation_" + name; n.Has(a) {
			params = append(params, n.Float(a, 0))
		}
	}
	return one(activate(b, y, n.Str("activation", ""), params))
}
