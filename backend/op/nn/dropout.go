package nn

import (
	"fmt"
	"math/rand/v2"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Dropout, versions 1, 6, 7, 10, 12, 13 and 22.
//
//	X [...], ratio [] or absent, training_mode bool [] or absent -> Y like X, mask like X (bool; of X's type before version 10)
//
// Outside training Y is X, and the mask is all ones. In training an element is
// dropped with the probability ratio and the others are divided by 1 - ratio;
// which ones follows from the seed by MT19937, one number an element in order,
// or from a seed drawn in each run. Before version 7 training is what is_test
// denies.
type dropout struct {
	version  int
	ratio    float64
	seed     uint32
	seeded   bool
	training bool // by attribute
	asked    bool // by input
}

func newDropout(n *graph.Node) (op.Op, error) {
	d := dropout{
		version: n.Version, ratio: float64(n.Float("ratio", 0.5)), seed: uint32(n.Int("seed", 0)), seeded: n.Has("seed"),
		training: n.Version < 7 && n.Int("is_test", 0) == 0,
		asked:    n.Version >= 12 && len(n.Inputs) > 2 && n.Inputs[2] != graph.None,
	}
	return d, checkRatio(d.ratio)
}

func checkRatio(r float64) error {
	if !(r >= 0 && r < 1) {
		return fmt.Errorf("%w: ratio is %v, want 0 to less than 1", op.ErrInput, r)
	}
	return nil
}

// Volatile says whether results may differ from run to run.
func (d dropout) Volatile() bool { return (d.training || d.asked) && !d.seeded }

func (d dropout) Infer(in, out []op.Info) error {
	out[0].Copy(&in[0])
	for i := 1; i < len(in); i++ {
		if in[i].Present() && op.Clash(in[i].Len(), 1) {
			return fmt.Errorf("%w: input %d has %d elements, want 1", op.ErrShape, i, in[i].Len())
		}
	}
	if len(out) > 1 {
		t := tensor.Bool
		if d.version < 10 {
			t = in[0].Type
		}
		out[1].Like(t, &in[0])
	}
	return nil
}

func (d dropout) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return dropoutKernel{d}, nil
}

// dropoutKernel goes through blocks of elements, in order.
type dropoutKernel struct{ dropout }

// dropoutBlock is how many elements are converted at a time.
const dropoutBlock = 512

func (k dropoutKernel) Resolve(f *op.Frame) error {
	if f.Memo == nil && (k.training || k.asked) {
		f.Memo = new(mersenne)
	}
	f.Scratch = 2 * 8 * dropoutBlock
	f.One(2 * f.In[0].Len())
	return nil
}

func (k dropoutKernel) Run(f *op.Frame, _, _, worker int) error {
	ratio, err := k.probability(f)
	if err != nil {
		return err
	}
	random, _ := f.Memo.(*mersenne)
	if ratio > 0 {
		seed := k.seed
		if !k.seeded {
			seed = rand.Uint32()
		}
		random.seed(seed)
	}
	x := f.In[0]
	var mask *op.Value
	if len(f.Out) > 1 {
		mask = f.Out[1]
	}
	work := tensor.View[float64](f.Work(worker))
	for at := 0; at < x.Len(); at += dropoutBlock {
		n := min(dropoutBlock, x.Len()-at)
		v, keep := work[:n], work[dropoutBlock:][:n]
		for i := range keep {
			keep[i] = 1
			if ratio > 0 && random.uniform() < ratio {
				keep[i] = 0
			}
		}
		if mask != nil {
			if err := fromFloat64(mask, at, keep); err != nil {
				return err
			}
		}
		if f.Out[0] == nil {
			continue
		}
		size := x.Type.Size()
		src := x.Bytes[at*size:][:n*size]
		if ratio == 0 {
			copy(f.Out[0].Bytes[at*size:], src)
			continue
		}
		if err := tensor.ConvertBytes(tensor.Float64, float64Bytes(v), x.Type, src, tensor.ConvertOptions{}); err != nil {
			return err
		}
		for i := range v {
			v[i] *= keep[i] / (1 - ratio)
		}
		if err := fromFloat64(f.Out[0], at, v); err != nil {
			return err
		}
	}
	return nil
}

// probability returns how likely an element is dropped: 0 outside training.
func (k dropoutKernel) probability(f *op.Frame) (float64, error) {
	if k.asked && f.In[2].Bytes[0] == 0 || !k.asked && !k.training {
		return 0, nil
	}
	if k.version < 12 || len(f.In) < 2 || f.In[1] == nil {
		return k.ratio, nil
	}
	r, err := widen(nil, f.In[1])
	if err != nil {
		return 0, err
	}
	if len(r) != 1 {
		return 0, fmt.Errorf("%w: ratio has %d elements", op.ErrShape, len(r))
	}
	return r[0], checkRatio(r[0])
}

// fromFloat64 converts v to elements of y from one on.
func fromFloat64(y *op.Value, at int, v []float64) error {
	size := y.Type.Size()
	return tensor.ConvertBytes(y.Type, y.Bytes[at*size:][:len(v)*size], tensor.Float64, float64Bytes(v), tensor.ConvertOptions{Saturate: true})
}

// float64Bytes returns x as bytes.
func float64Bytes(x []float64) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 8*len(x))
}
