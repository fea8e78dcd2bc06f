package contrib_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/contrib"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// FuzzKernels runs nodes with arbitrary attributes and inputs: they work or say
// what is wrong, and never fail for a reason of our own.
func FuzzKernels(f *testing.F) {
	for seed := range uint64(2000) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 1))
		d := contrib.Ops[r.IntN(len(contrib.Ops))]
		if d.New == nil {
			return
		}
		n := optest.Node(d.Name, 1, 2+r.IntN(6))
		n.Domain = d.Domain
		for _, name := range []string{"num_heads", "rotary_embedding_dim", "interleaved", "causal", "window", "smooth", "gather_axis", "quantize_axis", "K", "N", "mark"} {
			if r.IntN(3) == 0 {
				n.Attrs = append(n.Attrs, optest.Int(name, r.IntN(5)-1))
			}
		}
		n.Attrs = append(n.Attrs, optest.Int("bits", []int{2, 4, 8, 3}[r.IntN(4)]), optest.Int("block_size", []int{16, 32, 5}[r.IntN(3)]), optest.Str("tokenexp", "a+"))
		floating := []tensor.Type{tensor.Float32, tensor.Float16}[r.IntN(2)]
		in := make([]*op.Value, len(n.Inputs))
		for i := range in {
			if r.IntN(6) == 0 {
				n.Inputs[i] = graph.None
				continue
			}
			typ := []tensor.Type{floating, floating, floating, tensor.Int32, tensor.Int64, tensor.Uint8, tensor.Int4, tensor.String}[r.IntN(8)]
			shape := make([]int, 1+r.IntN(4))
			for j := range shape {
				shape[j] = r.IntN(3)
			}
			x := tensor.New(typ, shape...)
			if typ.Size() > 2 && r.IntN(2) == 0 {
				for j := 0; j < len(x.Bytes()); j += typ.Size() {
					x.Bytes()[j] = byte(r.IntN(4))
				}
			}
			in[i] = op.FromTensor(x)
		}
		o, err := d.New(n)
		if err != nil {
			return
		}
		if _, err := op.Evaluate(context.Background(), op.NewEnv(n), o, in); errors.Is(err, op.ErrInternal) {
			t.Fatalf("%s %v %v: %v", n.Op, n.Attrs, in, err)
		}
	})
}
