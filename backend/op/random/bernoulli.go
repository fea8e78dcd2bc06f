package random

import (
	"fmt"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Bernoulli, versions 15 and 22: 1 with the probability that each element of
// the input gives, else 0.
//
//	X [...] -> Y like X, of type dtype or X's
type bernoulli struct {
	seed
	to tensor.Type
}

func newBernoulli(n *graph.Node) (op.Op, error) {
	return bernoulli{newSeed(n), tensor.Type(n.Int("dtype", 0))}, nil
}

func (b bernoulli) Infer(in, out []op.Info) error {
	t := b.to
	if t == tensor.Undefined {
		t = in[0].Type
	}
	out[0].Like(t, &in[0])
	return nil
}

func (b bernoulli) Prepare(_ *op.Env, in, out []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32, tensor.Float64, tensor.Float16, tensor.BFloat16:
	default:
		return nil, fmt.Errorf("%w: probabilities of %v", op.ErrUnsupported, in[0].Type)
	}
	if out[0].Type == tensor.String || !out[0].Type.Valid() {
		return nil, fmt.Errorf("%w: Bernoulli to %v", op.ErrUnsupported, out[0].Type)
	}
	return &drawKernel{b.seed, b.values}, nil
}

func (b bernoulli) values(f *op.Frame, key uint64, at int, v []float64) error {
	x := f.In[0]
	size := x.Type.Size()
	to := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), 8*len(v))
	if err := tensor.ConvertBytes(tensor.Float64, to, x.Type, x.Bytes[at*size:][:len(v)*size], tensor.ConvertOptions{}); err != nil {
		return err
	}
	for i := 0; i < len(v); i += 2 {
		p, q := uniforms(key, uint64(at+i)/2)
		v[i] = one(p < v[i])
		if i+1 < len(v) {
			v[i+1] = one(q < v[i+1])
		}
	}
	return nil
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
