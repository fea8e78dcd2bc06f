package math

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// Grad is dA = dY·Bᵀ and dB = Aᵀ·dY, summed over the matrices that share one;
// Gemm's factors and transpositions go into the products.
func (o *product) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	if o.gemm {
		return o.gradGemm(b, n, dy[0]), nil
	}
	return gradMatMul(b, n.Inputs[0], n.Inputs[1], n.Outputs[0], dy[0])
}

func (o *product) gradGemm(b *graph.Builder, n *graph.Node, dy graph.ValueID) []graph.ValueID {
	gemm := func(x, y graph.ValueID, transX, transY bool) graph.ValueID {
		return b.Node("Gemm", x, y).Attr("alpha", o.alpha).Attr("transA", b2i(transX)).Attr("transB", b2i(transY)).Out("")
	}
	dx := []graph.ValueID{graph.None, graph.None, graph.None}[:len(n.Inputs)]
	if o.transA {
		dx[0] = gemm(n.Inputs[1], dy, o.transB, true)
	} else {
		dx[0] = gemm(dy, n.Inputs[1], false, !o.transB)
	}
	if o.transB {
		dx[1] = gemm(dy, n.Inputs[0], true, o.transA)
	} else {
		dx[1] = gemm(n.Inputs[0], dy, !o.transA, false)
	}
	if len(dx) > 2 && n.Inputs[2] != graph.None {
		dx[2] = op.SumTo(b, dy, &b.Graph.Values[n.Outputs[0]].Type, n.Inputs[2])
		if o.beta != 1 {
			dx[2] = op.Emit(b, "Mul", dx[2], op.Number(b, n.Inputs[2], float64(o.beta)))
		}
	}
	return dx
}

func gradMatMul(b *graph.Builder, a, w, y, dy graph.ValueID) ([]graph.ValueID, error) {
	ra, err := op.Rank(b, a)
	if err != nil {
		return nil, err
	}
	rw, err := op.Rank(b, w)
	if err != nil {
		return nil, err
	}
	// A vector becomes a matrix, and so does its part of dy.
	matA, matW := a, w
	if rw == 1 {
		matW = op.Emit(b, "Unsqueeze", w, op.Vector(b, 1))
		dy = op.Emit(b, "Unsqueeze", dy, op.Vector(b, -1))
	}
	if ra == 1 {
		matA = op.Emit(b, "Unsqueeze", a, op.Vector(b, 0))
		dy = op.Emit(b, "Unsqueeze", dy, op.Vector(b, -2))
	}
	batch := b.Graph.Values[y].Type.Shape
	batch = batch[:len(batch)-b2i(ra > 1)-b2i(rw > 1)]
	// spread is the type of a gradient of x before its sum over the batch.
	spread := func(x graph.ValueID, last int) *graph.Type {
		dims := b.Graph.Values[x].Type.Shape
		return &graph.Type{Kind: graph.Tensor, Ranked: true, Shape: append(slices.Clone(batch), dims[len(dims)-last:]...)}
	}

	da := op.Emit(b, "MatMul", dy, transposed(b, matW, rw))
	if ra == 1 {
		da = op.Emit(b, "Squeeze", da, op.Vector(b, -2))
	}
	if ra <= 2 || rw > 2 {
		da = op.SumTo(b, da, spread(a, min(ra, 2)), a)
	}

	if ra > 2 && rw <= 2 { // one product sums over rows and batch alike
		flatA := b.Node("Flatten", matA).Attr("axis", ra-1).Out("")
		flatDy := b.Node("Flatten", dy).Attr("axis", ra-1).Out("")
		dw := op.Emit(b, "MatMul", transposed(b, flatA, 2), flatDy)
		if rw == 1 {
			dw = op.Emit(b, "Squeeze", dw, op.Vector(b, -1))
		}
		return []graph.ValueID{da, dw}, nil
	}
	dw := op.Emit(b, "MatMul", transposed(b, matA, ra), dy)
	if rw == 1 {
		dw = op.Emit(b, "Squeeze", dw, op.Vector(b, -1))
	}
	return []graph.ValueID{da, op.SumTo(b, dw, spread(w, min(rw, 2)), w)}, nil
}

// transposed adds x with its last two dims exchanged; rank is x's, or 1 if x is
// a vector that has become a matrix.
func transposed(b *graph.Builder, x graph.ValueID, rank int) graph.ValueID {
	perm := make([]int, max(rank, 2))
	for i := range perm {
		perm[i] = i
	}
	slices.Reverse(perm[len(perm)-2:])
	return b.Node("Transpose", x).Attr("perm", perm).Out("")
}
