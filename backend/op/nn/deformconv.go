package nn

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// DeformConv, versions 19 and 22: a convolution whose taps lie between pixels,
// each moved by an offset of its own.
//
//	X [N C D1...Dn], W [M C/group k1...kn], offset [N G*K*n E1...En],
//	B [M] or absent, mask [N G*K E1...En] or absent -> Y [N M E1...En]
//
// with K taps, and G the offset_group: each of C/G channels has the same
// offsets. A mask is a factor of a tap.
type deformConv struct {
	conv
	offsets int // offset_group
}

// maxDeform is the number of spatial dims that DeformConv takes.
const maxDeform = 3

func newDeformConv(n *graph.Node) (op.Op, error) {
	c, err := newConv(n)
	if err != nil {
		return nil, err
	}
	d := deformConv{c.(conv), n.Int("offset_group", 1)}
	if d.offsets < 1 {
		return nil, fmt.Errorf("%w: offset_group is %d", op.ErrAttr, d.offsets)
	}
	return d, nil
}

func (d deformConv) Infer(in, out []op.Info) error {
	if len(in) < 3 {
		return fmt.Errorf("%w: %d inputs, want at least 3", op.ErrInput, len(in))
	}
	plain := [3]op.Info{in[0], in[1]}
	if len(in) > 3 {
		plain[2] = in[3]
	}
	if err := d.conv.Infer(plain[:], out); err != nil {
		return err
	}
	x, w := &in[0], &in[1]
	if !x.Ranked || !w.Ranked {
		return nil
	}
	n := len(x.Shape) - 2
	if n > maxDeform {
		return fmt.Errorf("%w: %d spatial dims", op.ErrUnsupported, n)
	}
	if c := x.Shape[1]; c >= 0 && c%d.offsets != 0 {
		return fmt.Errorf("%w: %d channels in %d groups of offsets", op.ErrShape, c, d.offsets)
	}
	taps := op.Product(w.Shape[2:])
	for i := 2; i <= 4; i += 2 {
		per := 1
		if i == 2 {
			per = n
		}
		if i >= len(in) || !in[i].Present() || !in[i].Ranked {
			continue
		}
		s := in[i].Shape
		if len(s) != n+2 || op.Clash(s[0], x.Shape[0]) || taps >= 0 && op.Clash(s[1], d.offsets*taps*per) {
			return fmt.Errorf("%w: input %d is %v for %d taps in %d groups", op.ErrShape, i, s, taps, d.offsets)
		}
		for j := range n {
			if op.Clash(s[2+j], out[0].Shape[2+j]) {
				return fmt.Errorf("%w: input %d is %v, the output %v", op.ErrShape, i, s, out[0].Shape)
			}
		}
	}
	return nil
}

// Fuses says that nothing is fused, unlike behind Conv.
func (d deformConv) Fuses(op.Epilogue) bool { return false }

// Layouts: plain.
func (d deformConv) Layouts([]op.Info) []op.Signature { return []op.Signature{{}} }

func (d deformConv) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return &deformKernel[float32]{&d, float32Arithmetic{e.Set}}, nil
	case tensor.Float64:
		return &deformKernel[float64]{&d, float64Arithmetic{}}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &deformKernel[float32]{&d, float32Arithmetic{e.Set}}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: DeformConv of %v", op.ErrUnsupported, in[0].Type)
}
