package random

import (
	"fmt"
	"strings"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// fill is RandomNormal, RandomNormalLike, RandomUniform or RandomUniformLike,
// versions 1 and 22.
//
//	-> Y of the shape that an attribute gives
//	X [...] -> Y like X, of the type that an attribute gives, or of X's
type fill struct {
	seed
	normal bool
	like   bool
	shape  []int
	to     tensor.Type // Undefined: the input's
	at     float64     // mean, or low
	scale  float64     // standard deviation, or high - low
}

func newFill(n *graph.Node) (op.Op, error) {
	f := fill{
		seed: newSeed(n), normal: strings.HasPrefix(n.Op, "RandomNormal"), like: strings.HasSuffix(n.Op, "Like"),
		shape: n.Ints("shape"), to: tensor.Type(n.Int("dtype", 0)),
	}
	if f.normal {
		f.at, f.scale = float64(n.Float("mean", 0)), float64(n.Float("scale", 1))
	} else {
		f.at = float64(n.Float("low", 0))
		f.scale = float64(n.Float("high", 1)) - f.at
	}
	if f.like {
		return f, nil
	}
	if f.to == tensor.Undefined {
		f.to = tensor.Float32
	}
	if _, ok := tensor.Elements(f.shape); !ok {
		return nil, fmt.Errorf("%w: shape is %v", op.ErrAttr, f.shape)
	}
	return f, nil
}

func (f fill) Infer(in, out []op.Info) error {
	if !f.like {
		out[0].Tensor(f.to, f.shape...)
		return nil
	}
	if len(in) != 1 {
		return fmt.Errorf("%w: %d inputs, want 1", op.ErrInput, len(in))
	}
	t := f.to
	if t == tensor.Undefined {
		t = in[0].Type
	}
	out[0].Like(t, &in[0])
	return nil
}

func (f fill) Prepare(_ *op.Env, _, out []op.Info) (op.Kernel, error) {
	switch out[0].Type {
	case tensor.Float32, tensor.Float64, tensor.Float16, tensor.BFloat16:
	default:
		return nil, fmt.Errorf("%w: random numbers of %v", op.ErrUnsupported, out[0].Type)
	}
	return &drawKernel{f.seed, f.values}, nil
}

// values sets v to elements from one on, an even number.
func (f fill) values(_ *op.Frame, key uint64, at int, v []float64) error {
	pair := uniforms
	if f.normal {
		pair = normals
	}
	for i := 0; i < len(v); i += 2 {
		a, b := pair(key, uint64(at+i)/2)
		v[i] = f.at + float64(a*f.scale)
		if i+1 < len(v) {
			v[i+1] = f.at + float64(b*f.scale)
		}
	}
	return nil
}

// block is how many elements are drawn before they are converted.
const block = 256

// drawKernel fills an output, of any type, with numbers that depend on the key
// and on where they are. The first phase draws the key.
type drawKernel struct {
	seed
	values func(f *op.Frame, key uint64, at int, v []float64) error
}

func (k *drawKernel) Resolve(f *op.Frame) error {
	f.Scratch = 8 * block
	f.Split((f.Out[0].Len()+block-1)/block, 10*block)
	f.Phases = append(f.Phases, f.Phases[0])
	f.Phases[0] = op.Phase{Chunks: 1, Cost: 100}
	return nil
}

func (k *drawKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	if phase == 0 {
		key := k.draw()
		f.Param = append(f.Param[:0], int(uint32(key)), int(uint32(key>>32)))
		return nil
	}
	key := uint64(uint32(f.Param[0])) | uint64(uint32(f.Param[1]))<<32
	y := f.Out[0]
	size := y.Type.Size()
	lo, hi := f.Span(phase, chunk, (y.Len()+block-1)/block)
	for at := lo * block; at < min(hi*block, y.Len()); at += block {
		v := tensor.View[float64](f.Work(worker))[:min(block, y.Len()-at)]
		if err := k.values(f, key, at, v); err != nil {
			return err
		}
		from := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), 8*len(v))
		if err := tensor.ConvertBytes(y.Type, y.Bytes[at*size:][:len(v)*size], tensor.Float64, from, tensor.ConvertOptions{}); err != nil {
			return err
		}
	}
	return nil
}
