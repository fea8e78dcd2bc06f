package math

import (
	"fmt"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// cast is Cast, to the type that an attribute names, and CastLike, to that of
// the second input. Rules of conversion are those of [tensor.Convert].
type cast struct {
	to  tensor.Type // Undefined: that of the second input
	opt tensor.ConvertOptions
}

func newCast(n *graph.Node) (op.Op, error) {
	c := &cast{opt: tensor.ConvertOptions{Saturate: n.Int("saturate", 1) != 0}}
	switch r := n.Str("round_mode", "up"); r {
	case "up":
		c.opt.Round = tensor.RoundUp
	case "down":
		c.opt.Round = tensor.RoundDown
	case "nearest":
		c.opt.Round = tensor.RoundNearest
	default:
		return nil, fmt.Errorf("%w: round_mode is %q", op.ErrAttr, r)
	}
	if n.Op == "CastLike" {
		return c, nil
	}
	to := tensor.Type(n.Int("to", 0))
	if n.Version < 6 {
		to = typeNamed(n.Str("to", ""))
	}
	if !to.Valid() {
		return nil, fmt.Errorf("%w: there is no element type %d to cast to", op.ErrAttr, to)
	}
	c.to = to
	return c, nil
}

// typeNamed returns the type that the enumeration of the file format calls so;
// Undefined for none.
func typeNamed(name string) tensor.Type {
	switch name {
	case "FLOAT":
		return tensor.Float32
	case "DOUBLE":
		return tensor.Float64
	}
	for t := tensor.Float32; t.Valid(); t++ {
		if strings.EqualFold(t.String(), name) {
			return t
		}
	}
	return tensor.Undefined
}

// target returns the type of the output.
func (c *cast) target(in []op.Info) tensor.Type {
	if c.to != tensor.Undefined {
		return c.to
	}
	return in[1].Type
}

func (c *cast) Infer(in, out []op.Info) error {
	if want := 1 + b2i(c.to == tensor.Undefined); len(in) != want {
		return fmt.Errorf("%w: %d inputs, want %d", op.ErrInput, len(in), want)
	}
	if err := elementwise.Tensors(in); err != nil {
		return err
	}
	to := c.target(in)
	out[0].Like(to, &in[0])
	if to == tensor.Int64 || to == tensor.Int32 {
		for _, v := range elementwise.Ints(&in[0]) {
			out[0].Ints = append(out[0].Ints, elementwise.Exact(to, v))
		}
	}
	return nil
}

// Layouts accepts any order; the second input of CastLike is not looked at.
func (c *cast) Layouts(in []op.Info) []op.Signature {
	s := elementwise.Layouts(in[:1], 1)
	if in[0].Type == tensor.String || c.target(in) == tensor.String {
		s = s[:1] // strings are plain
	}
	for i := range s {
		s[i].In = append(s[i].In, make([]op.Order, len(in)-1)...)
	}
	return s
}

func (c *cast) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	from, to := in[0].Type, c.target(in)
	if from == tensor.String || to == tensor.String {
		return &castString{to, c.opt}, nil
	}
	if from == to {
		o := &elementwise.Op{Arity: 1, Loop: func(*kernels.Set, []op.Info) (elementwise.Loop, error) { return elementwise.Keep(from), nil }}
		k, err := o.Prepare(e, in[:1], out)
		return castSame{k}, err
	}
	o := &elementwise.Op{Arity: 1, Loop: func(s *kernels.Set, _ []op.Info) (elementwise.Loop, error) {
		opt := c.opt
		return elementwise.Loop{In: []tensor.Type{from}, Out: to, Safe: true, Apart: true, Cost: 1, Row: func(dst, x, _, _ []byte) error {
			return op.Convert(s, to, dst, from, x, opt)
		}}, nil
	}}
	return o.Prepare(e, in[:1], out)
}

// castSame is a cast to the type a value has: a view, or a copy.
type castSame struct{ op.Kernel }

// View is the input itself.
func (castSame) View(f *op.Frame) bool {
	x, y := f.In[0], f.Out[0]
	y.Stride, y.Lanes, f.Offset[0] = append(y.Stride[:0], x.Stride...), x.Lanes, 0
	return true
}

// Strided says that the input may have any strides.
func (castSame) Strided(int) bool { return true }

// StridedOut says that the output may have any strides.
func (castSame) StridedOut() bool { return true }

// castString converts from or to strings, which live on the Go heap.
type castString struct {
	to  tensor.Type
	opt tensor.ConvertOptions
}

func (k *castString) Resolve(f *op.Frame) error {
	f.One(100 * f.Out[0].Len())
	return nil
}

func (k *castString) Run(f *op.Frame, _, _, _ int) error {
	x, err := tensor.Convert(k.to, f.In[0].Tensor(), k.opt)
	if err != nil {
		return fmt.Errorf("%w: %v", op.ErrInput, err)
	}
	copy(f.Out[0].Bytes, x.Bytes())
	copy(f.Out[0].Strings, x.Strings())
	return nil
}

// newBitCast parses BitCast: the same bits as elements of another type of that
// many bits.
func newBitCast(n *graph.Node) (op.Op, error) {
	to := tensor.Type(n.Int("to", 0))
	if !to.Valid() || to == tensor.String {
		return nil, fmt.Errorf("%w: no element type to cast to", op.ErrAttr)
	}
	return &elementwise.Op{Arity: 1,
		Type: func(in []op.Info) (tensor.Type, error) {
			if a, b := in[0].Type.Bits(), to.Bits(); a != b {
				return 0, fmt.Errorf("%w: %v has %d bits but %v has %d", op.ErrType, in[0].Type, a, to, b)
			}
			return to, nil
		},
		Loop: func(_ *kernels.Set, in []op.Info) (elementwise.Loop, error) {
			l := elementwise.Keep(in[0].Type)
			l.Out = to
			switch bits := to.Bits(); {
			case to == tensor.Bool:
				l.Row = func(dst, x, _, _ []byte) error {
					for i, v := range x {
						dst[i] = min(v, 1)
					}
					return nil
				}
			case to == tensor.Int4 || to == tensor.Int2: // kept as int8, with the sign
				shift := 8 - bits
				l.Row = func(dst, x, _, _ []byte) error {
					for i, v := range x {
						dst[i] = byte(int8(v<<shift) >> shift)
					}
					return nil
				}
			case bits < 8:
				mask := byte(1)<<bits - 1
				l.Row = func(dst, x, _, _ []byte) error {
					for i, v := range x {
						dst[i] = v & mask
					}
					return nil
				}
			}
			return l, nil
		}}, nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Grad casts back; a gradient ends where the numbers are not floating-point.
func (c *cast) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	dx := []graph.ValueID{graph.None, graph.None}[:len(n.Inputs)]
	if op.Floating(b, n.Inputs[0]) && op.Floating(b, n.Outputs[0]) {
		dx[0] = b.Node("Cast", dy[0]).Attr("to", int(b.Graph.Values[n.Inputs[0]].Type.Elem)).Out("")
	}
	return dx, nil
}
