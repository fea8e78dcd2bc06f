package quant

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// matmul is MatMulInteger, version 10, or QLinearMatMul, versions 10 and 21.
//
//	MatMulInteger  A, B [, a_zero_point [, b_zero_point]] -> Y int32
//	QLinearMatMul  a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point -> y
//
// Scales and zero points of A belong to the whole tensor or to its rows, those
// of B to its columns, those of y to the tensor. The sum of products of
// differences from the zero points is exact (modulo 2³²) for 8-bit integers;
// QLinearMatMul multiplies it, as float32, by a_scale*b_scale/y_scale. Sums of
// float8 products are in float32.
type matmul struct {
	a, b, aZero, bZero int // inputs
	linear             bool
}

// Further inputs of QLinearMatMul.
const (
	aScale = 1
	bScale = 4
	yScale = 6
	yZero  = 7
)

func newMatMulInteger(*graph.Node) (op.Op, error) { return matmul{0, 1, 2, 3, false}, nil }

func newQLinearMatMul(*graph.Node) (op.Op, error) { return matmul{0, 3, 2, 5, true}, nil }

func (o matmul) Infer(in, out []op.Info) error {
	t := tensor.Int32
	if o.linear {
		if len(in) != 8 {
			return fmt.Errorf("%w: %d inputs, want 8", op.ErrInput, len(in))
		}
		t = in[yZero].Type
	}
	for i := 2; i < len(in); i++ {
		if (i == yScale || i == yZero) && o.linear && in[i].Static() && in[i].Len() != 1 {
			return fmt.Errorf("%w: scale or zero point of y is %v, want one element", op.ErrShape, in[i].Shape)
		}
	}
	return inferProduct(&out[0], t, &in[o.a], &in[o.b])
}

func (o matmul) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	k := &matmulKernel{set: e.Set, matmul: o}
	integers := true
	for _, i := range []int{o.a, o.b} {
		switch t := in[i].Type; {
		case t == tensor.Uint8, t == tensor.Int8:
		case o.linear && narrowFloat(t):
			integers = false
		default:
			return nil, fmt.Errorf("%w: product of %v and %v", op.ErrUnsupported, in[o.a].Type, in[o.b].Type)
		}
	}
	if _, _, ok := limits(out[0].Type); o.linear && !ok && !narrowFloat(out[0].Type) {
		return nil, fmt.Errorf("%w: product to %v", op.ErrUnsupported, out[0].Type)
	}
	k.exact = integers
	zero := o.bZero < len(in) && in[o.bZero].Present()
	if c := in[o.b].Const; c != nil && c.Rank() == 2 && (!zero || in[o.bZero].Const != nil) {
		var z *op.Value
		if zero {
			z = op.FromTensor(in[o.bZero].Const)
		}
		k.weights = new(matrix)
		zeros, err := widened(nil, z)
		if err != nil {
			return nil, err
		}
		if err := checkLines("b_zero_point", len(zeros), c.Shape()[1], 1); err != nil {
			return nil, err
		}
		if err := k.weights.pack(k.depth(c.Shape()[0]), op.FromTensor(c), c.Shape()[0], c.Shape()[1], 0, zeros); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// A matrix is the right side of a product: differences from the zero points,
// packed in blocks of at most depth rows, one after the other.
type matrix struct {
	data  []float32
	rows  []float32 // of a block, before it is packed
	depth int
}

// pack packs matrix number i of B.
func (m *matrix) pack(depth int, b *op.Value, k, n, i int, zeros []float32) error {
	m.depth = depth
	m.data = grow(m.data, kernels.PackedLen(k, n))
	m.rows = grow(m.rows, min(depth, k)*n)
	size := b.Type.Size()
	width := kernels.PackedLen(1, n)
	for p := 0; p < k; p += depth {
		rows := min(depth, k-p)
		part := m.rows[:rows*n]
		zero := float32(0)
		if len(zeros) == 1 {
			zero = zeros[0]
		}
		if err := differences(part, b.Type, b.Bytes[(i*k+p)*n*size:][:rows*n*size], zero); err != nil {
			return err
		}
		if len(zeros) > 1 {
			for j := range part {
				part[j] -= line(zeros, i, n, j%n)
			}
		}
		kernels.Pack(m.data[p*width:], rows, n, part, n, 1)
	}
	return nil
}

// matmulKernel computes blocks of rows.
type matmulKernel struct {
	set *kernels.Set
	matmul
	exact   bool
	weights *matrix // nil: packed in each run
}

// Packs says which constants are not read from the input any more.
func (k *matmulKernel) Packs(in int) bool { return in == k.b && k.weights != nil }

// depth returns how many rows of B are summed in float32.
func (k *matmulKernel) depth(rows int) int {
	if k.exact {
		return exactDepth
	}
	return max(1, rows)
}

type matmulMemo struct {
	batch
	blocks                       int // of rows, a matrix
	weights                      []matrix
	aZero, bZero, aScale, bScale []float32
	yScale, yZero                []float32
}

// rowBlock is how many rows of A are converted and multiplied at a time.
const rowBlock = 32

func (k *matmulKernel) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*matmulMemo)
	if m == nil {
		m = new(matmulMemo)
		f.Memo = m
	}
	m.set(f.In[k.a], f.In[k.b], f.Out[0])
	for _, p := range []struct {
		name     string
		in       int
		n, count int
	}{{"a_zero_point", k.aZero, m.m, m.aCount}, {"b_zero_point", k.bZero, m.n, m.bCount}, {"a_scale", aScale, m.m, m.aCount}, {"b_scale", bScale, m.n, m.bCount}} {
		if (k.linear || p.in == k.aZero || p.in == k.bZero) && p.in < len(f.In) && f.In[p.in] != nil {
			if err := checkLines(p.name, f.In[p.in].Len(), p.n, p.count); err != nil {
				return err
			}
		}
	}
	if k.weights == nil && len(m.weights) < m.bCount {
		m.weights = append(m.weights, make([]matrix, m.bCount-len(m.weights))...)
	}
	m.blocks = (m.m + rowBlock - 1) / rowBlock
	f.Scratch = 4 * rowBlock * (m.k + 2*m.n)
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: 1, Cost: m.m + m.n})
	if k.weights == nil {
		f.Phases = append(f.Phases, op.Phase{Chunks: m.bCount, Cost: m.k * m.n * 3 / 2})
	}
	f.Phases = append(f.Phases, op.Phase{Chunks: m.count * m.blocks, Cost: min(rowBlock, m.m) * (m.k + m.n*3 + m.k*m.n/30)})
	return nil
}

// Describe implements [op.Describer].
func (k *matmulKernel) Describe(f *op.Frame) (string, float64) {
	m := f.Memo.(*matmulMemo)
	return "differences, product", 2 * float64(m.count) * float64(m.m) * float64(m.n) * float64(m.k)
}

func (k *matmulKernel) Run(f *op.Frame, phase, chunk, worker int) (err error) {
	m := f.Memo.(*matmulMemo)
	switch {
	case phase == 0:
		return k.parameters(m, f)
	case phase < len(f.Phases)-1:
		return m.weights[chunk].pack(k.depth(m.k), f.In[k.b], m.k, m.n, chunk, m.bZero)
	}
	i, r0 := chunk/m.blocks, chunk%m.blocks*rowBlock
	rows := min(rowBlock, m.m-r0)
	w := k.weights
	if w == nil {
		w = &m.weights[m.b[i]]
	}
	work := tensor.View[float32](f.Work(worker))
	a, acc := work[:rowBlock*m.k], work[rowBlock*m.k:][:rows*m.n]
	sums := tensor.View[int32](f.Work(worker))[rowBlock*(m.k+m.n):][:rows*m.n]
	x := f.In[k.a]
	size := x.Type.Size()
	for r := range rows {
		from := ((m.a[i]*m.m + r0 + r) * m.k) * size
		if err := differences(a[r*m.k:][:m.k], x.Type, x.Bytes[from:][:m.k*size], line(m.aZero, m.a[i], m.m, r0+r)); err != nil {
			return err
		}
	}
	at := (i*m.m + r0) * m.n
	if !k.linear {
		sums = op.Data[int32](f.Out[0])[at:][:rows*m.n]
	}
	for p := 0; p == 0 || p < m.k; p += w.depth {
		k.set.Gemm(rows, m.n, min(w.depth, m.k-p), a[p:], m.k, w.data[p*kernels.PackedLen(1, m.n):], acc, m.n, nil)
		if k.exact && (m.k > w.depth || !k.linear) {
			collect(sums, acc, p == 0)
		}
	}
	if !k.linear {
		return nil
	}
	if k.exact && m.k > w.depth {
		for j, v := range sums {
			acc[j] = float32(v)
		}
	}
	k.scale(m, i, r0, acc)
	return store(k.set, f.Out[0], at, acc, m.yZero, true)
}

// parameters reads scales and zero points.
func (k *matmulKernel) parameters(m *matmulMemo, f *op.Frame) (err error) {
	read := func(dst []float32, in int) []float32 {
		if in >= len(f.In) || err != nil {
			return dst[:0]
		}
		dst, err = widened(dst, f.In[in])
		return dst
	}
	m.aZero, m.bZero = read(m.aZero, k.aZero), read(m.bZero, k.bZero)
	if k.linear {
		m.aScale, m.bScale = read(m.aScale, aScale), read(m.bScale, bScale)
		m.yScale, m.yZero = read(m.yScale, yScale), read(m.yZero, yZero)
	}
	return err
}

// scale multiplies rows of sums by their scales.
func (k *matmulKernel) scale(m *matmulMemo, i, r0 int, acc []float32) {
	if len(m.aScale) == 1 && len(m.bScale) == 1 {
		k.set.MulScalar(acc, acc, float32(m.aScale[0]*m.bScale[0])/m.yScale[0])
		return
	}
	for j := range acc {
		r, c := j/m.n, j%m.n
		acc[j] *= float32(line(m.aScale, m.a[i], m.m, r0+r)*line(m.bScale, m.b[i], m.n, c)) / m.yScale[0]
	}
}
