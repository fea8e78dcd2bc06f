package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// transposeFew is a float32 ConvTranspose to at most 4 channels. As in few, the
// columns are taps with their channels, here all of the kernel:
//
//	P(x, (ky*K+kx)*M+m) = Σ over c of X(x, c) · W(c, m, ky, kx)
//
// and an output is the sum of those elements of a few input rows that reach it.
type transposeFew struct {
	set    *kernels.Set
	c      *convTranspose
	cin    int
	kernel [2]int
	data   []float32 // packed
	bias   [fewChannels]float32
}

// fewTaps is how many taps at most transposeFew has.
const fewTaps = 64

// isFew reports whether transposeFew is the kernel for a channels-last
// ConvTranspose.
func (c *convTranspose) isFew(in []op.Info) bool {
	w := in[1].Const
	if w == nil || w.Rank() != 4 || c.group != 1 || len(in) > 2 && in[2].Present() && in[2].Const == nil {
		return false
	}
	s := w.Shape()
	return s[1] <= fewChannels && s[0] >= 8 && s[2]*s[3] > 1 && s[2]*s[3] <= fewTaps
}

func newTransposeFew(e *op.Env, c *convTranspose, in []op.Info) op.Kernel {
	w := in[1].Const
	s := w.Shape()
	k := &transposeFew{set: e.Set, c: c, cin: s[0], kernel: [2]int{s[2], s[3]}, bias: fewBias(in)}
	taps := s[2] * s[3]
	src, matrix := tensor.Data[float32](w), make([]float32, 0, w.Len())
	for ch := range k.cin {
		for t := range taps {
			for m := range s[1] {
				matrix = append(matrix, src[(ch*s[1]+m)*taps+t])
			}
		}
	}
	k.data = make([]float32, kernels.PackedLen(k.cin, taps*s[1]))
	kernels.Pack(k.data, k.cin, taps*s[1], matrix, taps*s[1], 1)
	return k
}

// Packs says which constants are not read from the input any more.
func (k *transposeFew) Packs(in int) bool { return in == 1 || in == 2 }

// transposeFewMemo is what a frame keeps.
type transposeFewMemo struct {
	top, left int // padding of the output
	ld        int // of P
	margin    int // zero pixels on both sides of a row of P
	ring      int // rows of P that are kept
	chunk     int // output rows of a chunk
	chunks    int // of an image
}

func (k *transposeFew) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*transposeFewMemo)
	if m == nil {
		m = new(transposeFewMemo)
		f.Memo = m
	}
	x, y := f.In[0], f.Out[0]
	_, m.top = k.c.spatial(0, 2, x.Shape[2], k.kernel[0])
	_, m.left = k.c.spatial(1, 2, x.Shape[3], k.kernel[1])
	m.ld = (k.kernel[0]*k.kernel[1]*y.Shape[1] + 7) &^ 7
	s, last := one(k.c.stride, 1), (k.kernel[1]-1)*one(k.c.dilation, 1)
	m.margin = max(0, (last-min(m.left, 0))/s+1, (y.Shape[3]-1+m.left)/s+1-x.Shape[3])
	m.ring = (k.kernel[0]-1)*one(k.c.dilation, 0)/one(k.c.stride, 0) + 2
	f.Scratch = 4 * (m.ring*m.rowLen(x) + fewChannels)

	// Rows of P at the edges of chunks are computed twice, so chunks are large.
	row := max(1, x.Shape[3]*m.ld*k.cin/50/one(k.c.stride, 0)+y.Shape[3]*4)
	m.chunk = max(8*m.ring, 50000/row)
	m.chunks = max(1, y.Shape[2]/m.chunk)
	m.chunk = (y.Shape[2] + m.chunks - 1) / m.chunks
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: x.Shape[0] * m.chunks, Cost: m.chunk * row})
	return nil
}

// rowLen returns the length of a row of P.
func (m *transposeFewMemo) rowLen(x *op.Value) int { return (x.Shape[3] + 2*m.margin) * m.ld }

func (k *transposeFew) Run(f *op.Frame, _, chunk, worker int) error {
	m := f.Memo.(*transposeFewMemo)
	x, y := f.In[0], f.Out[0]
	p := tensor.View[float32](f.Work(worker))
	size := m.rowLen(x)
	for r := range m.ring {
		clear(p[r*size:][:m.margin*m.ld])
		clear(p[(r+1)*size-m.margin*m.ld:][:m.margin*m.ld])
	}
	n, from := chunk/m.chunks, chunk%m.chunks*m.chunk
	image, out := op.Data[float32](x)[n*x.Stride[0]:], op.Data[float32](y)[n*y.Stride[0]:]
	s, d := one(k.c.stride, 0), one(k.c.dilation, 0)
	next := max(0, floorDiv(from+m.top-(k.kernel[0]-1)*d, s)) // next input row to multiply
	for r := from; r < min(from+m.chunk, y.Shape[2]); r++ {
		for ; next <= min(floorDiv(r+m.top, s), x.Shape[2]-1); next++ {
			k.set.Gemm(x.Shape[3], m.ld, k.cin, image[next*x.Stride[2]:], x.Stride[3], k.data, p[next%m.ring*size+m.margin*m.ld:], m.ld, nil)
		}
		row := out[r*y.Stride[2]:]
		k.row(m, p, size, r, row, x, y)
		finishFew(k.set, &k.c.ep, f, n, r, row)
	}
	return nil
}

// row adds up output row r. Pixels of one remainder modulo the stride are
// reached by the same taps.
func (k *transposeFew) row(m *transposeFewMemo, p []float32, size, r int, row []float32, x, y *op.Value) {
	s, d := one(k.c.stride, 1), one(k.c.dilation, 1)
	sy, dy := one(k.c.stride, 0), one(k.c.dilation, 0)
	cout := y.Shape[1]
	var list [fewTaps]int
	for first := range min(s, y.Shape[3]) {
		taps := list[:0]
		for ky := range k.kernel[0] {
			iy := r + m.top - ky*dy
			if iy < 0 || iy%sy != 0 || iy/sy >= x.Shape[2] {
				continue
			}
			for kx := range k.kernel[1] {
				if ix := first + m.left - kx*d; ix%s == 0 {
					taps = append(taps, iy/sy%m.ring*size+(ix/s+m.margin)*m.ld+(ky*k.kernel[1]+kx)*cout)
				}
			}
		}
		gather(row[first*y.Stride[3]:], s*y.Stride[3], (y.Shape[3]-first+s-1)/s, cout, &k.bias, p, m.ld, taps)
	}
}

// floorDiv returns a/b rounded down, for b above 0.
func floorDiv(a, b int) int {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}

// Describe implements [op.Describer].
func (k *transposeFew) Describe(f *op.Frame) (string, float64) {
	return "taps as columns", transposeProducts(f)
}
