package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// matmulBits is MatMulNBits: a product with a matrix of few bits (see bits.go).
//
//	A [... K], B uint8 [N blocks size*bits/8], scales [N blocks], zero_points
//	packed or like A, or absent, g_idx absent, bias [N] or absent -> Y [... N]
//
// The weights stay as they are: each chunk widens the columns it needs, packs
// them as [kernels.Set.Gemm] wants them, and multiplies all rows of A with them.
type matmulBits struct{ k, n, bits, block int }

// Inputs of matmulBits.
const (
	bitsA = iota
	bitsB
	bitsScales
	bitsZeros
	bitsGroups
	bitsBias
)

func newMatMulBits(n *graph.Node) (op.Op, error) {
	if err := refuse(n, []int{bitsGroups}, "weight_prepacked"); err != nil {
		return nil, err
	}
	o := matmulBits{n.Int("K", 0), n.Int("N", 0), n.Int("bits", 4), n.Int("block_size", 0)}
	if o.k < 1 || o.n < 1 || o.k > 1<<30 || o.n > 1<<30 {
		return nil, fmt.Errorf("%w: K is %d, N is %d", op.ErrAttr, o.k, o.n)
	}
	return o, checkBits(o.bits, o.block)
}

// blocks returns the number of blocks of a column.
func (o matmulBits) blocks() int { return (o.k + o.block - 1) / o.block }

func (o matmulBits) Infer(in, out []op.Info) error {
	a := &in[bitsA]
	out[0].Like(a.Type, a)
	if in[bitsB].Type != tensor.Uint8 || in[bitsScales].Type != a.Type {
		return fmt.Errorf("%w: A is %v, B %v, scales are %v", op.ErrType, a.Type, in[bitsB].Type, in[bitsScales].Type)
	}
	if b := &in[bitsB]; b.Static() && b.Len() != o.n*o.blocks()*o.block*o.bits/8 {
		return fmt.Errorf("%w: B is %v for N %d, %d blocks of %d elements of %d bits", op.ErrShape, b.Shape, o.n, o.blocks(), o.block, o.bits)
	}
	if s := &in[bitsScales]; s.Static() && s.Len() != o.n*o.blocks() {
		return fmt.Errorf("%w: scales is %v for N %d and %d blocks", op.ErrShape, s.Shape, o.n, o.blocks())
	}
	if len(in) > bitsBias {
		if err := rowShaped(bitsBias, &in[bitsBias], o.n); err != nil {
			return err
		}
	}
	if !a.Ranked {
		return nil
	}
	if r := len(a.Shape); r == 0 || op.Clash(a.Shape[r-1], o.k) {
		return fmt.Errorf("%w: A is %v, K is %d", op.ErrShape, a.Shape, o.k)
	}
	out[0].Shape[len(out[0].Shape)-1] = o.n
	return nil
}

func (o matmulBits) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	if len(in) > bitsZeros && in[bitsZeros].Present() && in[bitsZeros].Type != tensor.Uint8 && in[bitsZeros].Type != in[bitsA].Type {
		return nil, fmt.Errorf("%w: zero points are %v", op.ErrUnsupported, in[bitsZeros].Type)
	}
	switch in[bitsA].Type {
	case tensor.Float32:
		return &matmulBitsKernel{e.Set, o}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &matmulBitsKernel{e.Set, o}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: MatMulNBits of %v", op.ErrUnsupported, in[bitsA].Type)
}

type matmulBitsKernel struct {
	set *kernels.Set
	matmulBits
}

// panelBits is how many columns a chunk widens.
const panelBits = 2 * kernels.Strip

func (k *matmulBitsKernel) Resolve(f *op.Frame) error {
	z := k.zeros(f)
	if err := z.check(k.n); err != nil {
		return err
	}
	m := f.In[bitsA].Len() / k.k
	f.Param = append(f.Param[:0], m)
	f.Scratch = 4 * (kernels.PackedLen(k.k, panelBits) + kernels.Strip*k.blocks()*k.block)
	panels := (k.n + panelBits - 1) / panelBits
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: panels, Cost: k.k * panelBits * (40 + m) / 40})
	return nil
}

func (k *matmulBitsKernel) zeros(f *op.Frame) zeroPoints {
	return zeroPoints{optional(f, bitsZeros), k.bits, k.blocks()}
}

func (k *matmulBitsKernel) Run(f *op.Frame, _, chunk, worker int) error {
	j0 := chunk * panelBits
	n := min(panelBits, k.n-j0)
	work := tensor.View[float32](f.Work(worker))
	w := take(&work, kernels.PackedLen(k.k, n))
	z := k.zeros(f)
	for j := 0; j < n; j += kernels.Strip {
		columns := min(kernels.Strip, n-j)
		for c := range columns {
			k.column(work[c*k.blocks()*k.block:], f, &z, j0+j+c)
		}
		kernels.Pack(w[j*k.k:], k.k, columns, work, 1, k.blocks()*k.block)
	}
	var e kernels.Epilogue
	if bias := data(f.In, bitsBias); bias != nil {
		e.Bias = bias[j0 : j0+n]
	}
	m := f.Param[0]
	y := op.Data[float32](f.Out[0])
	if m > 0 {
		k.set.Gemm(m, n, k.k, op.Data[float32](f.In[bitsA]), k.k, w, y[j0:], k.n, &e)
	}
	return nil
}

// column writes column j of the weights to dst, whole blocks of it.
func (k *matmulBitsKernel) column(dst []float32, f *op.Frame, z *zeroPoints, j int) {
	blocks := k.blocks()
	row := blocks * k.block * k.bits / 8
	unpack(dst[:blocks*k.block], f.In[bitsB].Bytes[j*row:][:row], k.bits)
	scales := op.Data[float32](f.In[bitsScales])[j*blocks:][:blocks]
	for b, scale := range scales {
		part := dst[b*k.block:][:k.block]
		k.set.SubScalar(part, part, z.at(j, b))
		k.set.MulScalar(part, part, scale)
	}
}
