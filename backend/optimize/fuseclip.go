package optimize

import (
	"math"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// limits returns the bounds of a Clip of float32, if they are constant: by
// attributes before version 11, by inputs since.
func (f *fuser) limits(n *graph.Node) (lo, hi float32, ok bool) {
	lo, hi = -math.MaxFloat32, math.MaxFloat32
	if n.Version < 11 {
		return n.Float("min", lo), n.Float("max", hi), true
	}
	lo, hi = float32(math.Inf(-1)), float32(math.Inf(1))
	for i, p := range []*float32{&lo, &hi} {
		if i+1 >= len(n.Inputs) || n.Inputs[i+1] == graph.None {
			continue
		}
		v, ok := f.scalar(n.Inputs[i+1])
		if !ok {
			return 0, 0, false
		}
		*p = v
	}
	return lo, hi, lo <= hi
}

// scalar returns the value of a constant float32 of one element.
func (f *fuser) scalar(id graph.ValueID) (float32, bool) {
	if id == graph.None {
		return 0, false
	}
	t := f.g.Values[id].Const
	if t == nil || t.Type() != tensor.Float32 || t.Len() != 1 {
		return 0, false
	}
	return tensor.Data[float32](t)[0], true
}
