package array_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/array"
	. "github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// FuzzOperators runs nodes with arbitrary attributes and inputs: they work or
// say what is wrong, and never fail for a reason of our own.
func FuzzOperators(f *testing.F) {
	for seed := range uint64(3000) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 1))
		d := array.Ops[r.IntN(len(array.Ops))]
		last := d.Until
		if last == 0 {
			last = 28
		}
		n := Node(d.Name, d.Since+r.IntN(last+1-d.Since), r.IntN(6))
		outputs(n, 1+r.IntN(4))
		for _, name := range []string{"axis", "k", "keepdims", "batch_dims", "blocksize", "allowzero", "start", "end", "sorted", "upper", "dtype"} {
			if r.IntN(3) == 0 {
				n.Attrs = append(n.Attrs, Int(name, r.IntN(7)-3))
			}
		}
		for _, name := range []string{"axes", "shape", "perm", "split", "starts", "ends", "pads", "paddings", "strides", "dilations"} {
			if r.IntN(3) == 0 {
				n.Attrs = append(n.Attrs, Ints(name, numbers(r)...))
			}
		}
		modes := []string{"reflect", "edge", "wrap", "CRD", "circular", "add"}
		n.Attrs = append(n.Attrs, Str("mode", modes[r.IntN(len(modes))]), Str("reduction", modes[r.IntN(len(modes))]))
		if r.IntN(2) == 0 {
			n.Attrs = n.Attrs[:len(n.Attrs)-2]
		}
		in := make([]*op.Value, len(n.Inputs))
		for i := range in {
			if r.IntN(8) == 0 {
				n.Inputs[i] = graph.None
				continue
			}
			in[i] = op.FromTensor(arbitrary(r, i))
		}
		o, err := d.New(n)
		if err != nil {
			return
		}
		out, err := op.Evaluate(context.Background(), op.NewEnv(n), o, in)
		if errors.Is(err, op.ErrInternal) {
			t.Fatalf("%s-%d %v %v: %v", n.Op, n.Version, n.Attrs, in, err)
		}
		if err == nil && len(out) == 0 {
			t.Fatal("no output")
		}
	})
}

func numbers(r *rand.Rand) []int64 {
	v := make([]int64, r.IntN(5))
	for i := range v {
		v[i] = int64(r.IntN(7) - 3)
		if r.IntN(20) == 0 {
			v[i] = int64(r.Uint64())
		}
	}
	return v
}

// arbitrary returns data for input 0, and mostly small vectors of integers
// elsewhere.
func arbitrary(r *rand.Rand, i int) *tensor.Tensor {
	if i > 0 && r.IntN(4) > 0 {
		v := numbers(r)
		if len(v) == 1 && r.IntN(2) == 0 {
			return tensor.Scalar(v[0])
		}
		return tensor.Of(v, len(v))
	}
	shape := make([]int, r.IntN(5))
	for d := range shape {
		shape[d] = r.IntN(4)
	}
	types := []tensor.Type{tensor.Float32, tensor.Int64, tensor.String, tensor.Bool, tensor.Float16, tensor.Complex128, tensor.Int4}
	x := tensor.New(types[r.IntN(len(types))], shape...)
	if x.Type() != tensor.Bool {
		for i := range x.Bytes() {
			x.Bytes()[i] = byte(r.Uint32())
		}
	}
	return x
}
