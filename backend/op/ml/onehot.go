package ml

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// oneHotEncoder is OneHotEncoder: each element becomes a row that is 1 at the
// position of its category and 0 elsewhere. Numbers are integers first.
type oneHotEncoder struct {
	keys   tensor.Type
	index  index
	count  int
	strict bool // an element without a category is an error, not zeros
}

func newOneHotEncoder(n *graph.Node) (op.Op, error) {
	keys, err := oneList(n, "cats_")
	if err != nil {
		return nil, err
	}
	return oneHotEncoder{keys.Type(), newIndex(keys), keys.Len(), n.Int("zeros", 1) == 0}, nil
}

func (o oneHotEncoder) Infer(in, out []op.Info) error {
	if err := checkTensors(in, 1); err != nil {
		return err
	}
	if in[0].Type == tensor.String || o.keys == tensor.String {
		if in[0].Type != o.keys {
			return fmt.Errorf("%w: input is %v, categories are %v", op.ErrType, in[0].Type, o.keys)
		}
	} else if err := checkNumeric(in); err != nil {
		return err
	}
	out[0].Like(tensor.Float32, &in[0])
	if in[0].Ranked {
		out[0].Shape = append(out[0].Shape, o.count)
	}
	return nil
}

func (o oneHotEncoder) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return o, nil }

// Resolve is of the operator itself: it is its own kernel.
func (o oneHotEncoder) Resolve(f *op.Frame) error {
	f.Split(f.In[0].Len(), 30+0.2*float64(o.count))
	return nil
}

func (o oneHotEncoder) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y := f.In[0], op.Data[float32](f.Out[0])
	lo, hi := f.Span(phase, chunk, x.Len())
	clear(y[lo*o.count : hi*o.count])
	for i := lo; i < hi; i++ {
		k := o.find(x, i)
		if k >= 0 {
			y[i*o.count+k] = 1
		} else if o.strict {
			return fmt.Errorf("%w: element %d has no category", op.ErrInput, i)
		}
	}
	return nil
}

func (o oneHotEncoder) find(x *op.Value, i int) int {
	var v int64
	switch x.Type {
	case tensor.Float32:
		v = int64(op.Data[float32](x)[i])
	case tensor.Float64:
		v = int64(op.Data[float64](x)[i])
	default:
		return o.index.find(x, i)
	}
	if k, ok := o.index.numbers[uint64(v)]; ok {
		return int(k)
	}
	return -1
}
