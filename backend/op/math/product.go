package math

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// product is MatMul or Gemm.
//
//	MatMul  Y = alpha·A·B, as numpy's matmul: the last two dims are matrices, those
//	        before broadcast, and a vector is a row as A and a column as B
//	Gemm    Y = alpha·A'·B' + beta·C, for matrices; A' and B' are A and B or
//	        their transposes, and C broadcasts to Y
//
// Either may have an epilogue fused behind it (see [op.EpilogueOf]); the
// addition is then the node's last input. Two things a MatMul of a file has not,
// but one that a pass has made may have: a third input, a bias of rank 1 as
// Gemm's C, and a factor alpha (op.AttrFactor).
type product struct {
	gemm           bool
	transA, transB bool
	alpha, beta    float32
	residual       bool // the last input is added
	ep             op.Epilogue
}

func newMatMul(n *graph.Node) (op.Op, error) {
	ep := op.EpilogueOf(n)
	return &product{alpha: n.Float(op.AttrFactor, 1), beta: 1, ep: ep, residual: ep.Residual}, checkActivation(ep)
}

func newGemm(n *graph.Node) (op.Op, error) {
	ep := op.EpilogueOf(n)
	return &product{
		gemm:   true,
		transA: n.Int("transA", 0) != 0, transB: n.Int("transB", 0) != 0,
		alpha: n.Float("alpha", 1), beta: n.Float("beta", 1),
		ep: ep, residual: ep.Residual,
	}, checkActivation(ep)
}

func checkActivation(ep op.Epilogue) error {
	if !op.CanActivate(ep.Activation) {
		return fmt.Errorf("%w: %s cannot be fused", op.ErrUnsupported, ep.Activation)
	}
	return nil
}

// inputs returns the number of inputs without the fused one, and whether C is
// among them.
func (o *product) inputs(n int) (int, error) {
	if o.residual {
		n--
	}
	if n < 2 || n > 3 {
		return 0, fmt.Errorf("%w: %d inputs", op.ErrInput, n)
	}
	return n, nil
}

func (o *product) Infer(in, out []op.Info) error {
	n, err := o.inputs(len(in))
	if err != nil {
		return err
	}
	if err := elementwise.Tensors(in[:2]); err != nil {
		return err
	}
	for i := 1; i < n; i++ {
		if in[i].Present() && in[i].Type != in[0].Type {
			return fmt.Errorf("%w: A is %v but input %d is %v", op.ErrType, in[0].Type, i, in[i].Type)
		}
	}
	a, b, y := &in[0], &in[1], &out[0]
	if !a.Ranked || !b.Ranked {
		y.TensorOfRank(a.Type, -1)
		if o.gemm {
			y.TensorOfRank(a.Type, 2)
		}
		return nil
	}
	if o.gemm {
		return o.inferGemm(in[:n], y)
	}
	if n > 2 && in[2].Present() && in[2].Ranked && len(in[2].Shape) != 1 {
		return fmt.Errorf("%w: bias has rank %d, want 1", op.ErrShape, len(in[2].Shape))
	}
	return inferMatMul(a, b, y)
}

// Fuses accepts any activation, and an addition.
func (o *product) Fuses(e op.Epilogue) bool { return op.CanActivate(e.Activation) }

func (o *product) inferGemm(in []op.Info, y *op.Info) error {
	a, b := in[0].Shape, in[1].Shape
	if len(a) != 2 || len(b) != 2 {
		return fmt.Errorf("%w: A has rank %d and B rank %d, want matrices", op.ErrShape, len(a), len(b))
	}
	m, ka, kb, n := a[0], a[1], b[0], b[1]
	if o.transA {
		m, ka = ka, m
	}
	if o.transB {
		kb, n = n, kb
	}
	if op.Clash(ka, kb) {
		return fmt.Errorf("%w: K is %d in A but %d in B", op.ErrShape, ka, kb)
	}
	y.Tensor(in[0].Type)
	y.Shape = append(y.Shape, m, n)
	if len(in) < 3 || !in[2].Present() || !in[2].Ranked {
		return nil
	}
	c := in[2].Shape
	if len(c) > 2 {
		return fmt.Errorf("%w: C has rank %d, want at most 2", op.ErrShape, len(c))
	}
	for i, d := range c {
		if want := y.Shape[2-len(c)+i]; d != 1 && op.Clash(d, want) {
			return fmt.Errorf("%w: C is %v, the product %v", op.ErrShape, c, y.Shape)
		}
	}
	return nil
}

func inferMatMul(a, b, y *op.Info) error {
	ra, rb := len(a.Shape), len(b.Shape)
	if ra == 0 || rb == 0 {
		return fmt.Errorf("%w: A has rank %d and B rank %d, want at least 1", op.ErrShape, ra, rb)
	}
	ka, kb := a.Shape[ra-1], b.Shape[max(0, rb-2)]
	if op.Clash(ka, kb) {
		return fmt.Errorf("%w: K is %d in A but %d in B", op.ErrShape, ka, kb)
	}
	y.Tensor(a.Type)
	shape, err := op.Broadcast(y.Shape, a.Shape[:max(0, ra-2)], b.Shape[:max(0, rb-2)])
	if err != nil {
		return err
	}
	if ra > 1 {
		shape = append(shape, a.Shape[ra-2])
	}
	if rb > 1 {
		shape = append(shape, b.Shape[rb-1])
	}
	y.Shape = shape
	return nil
}

func (o *product) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	t := in[0].Type
	switch elementwise.Wide(t) {
	case tensor.Float32:
		k, err := o.newFloat(e.Set, in, t)
		if err != nil || t == tensor.Float32 {
			return k, err
		}
		return op.Widen(e.Set, k, tensor.Float32), nil
	case tensor.Float64:
		return &exactProduct[float64]{o}, nil
	case tensor.Int8:
		return &exactProduct[int8]{o}, nil
	case tensor.Int16:
		return &exactProduct[int16]{o}, nil
	case tensor.Int32:
		return &exactProduct[int32]{o}, nil
	case tensor.Int64:
		return &exactProduct[int64]{o}, nil
	case tensor.Uint8:
		return &exactProduct[uint8]{o}, nil
	case tensor.Uint16:
		return &exactProduct[uint16]{o}, nil
	case tensor.Uint32:
		return &exactProduct[uint32]{o}, nil
	case tensor.Uint64:
		return &exactProduct[uint64]{o}, nil
	}
	return nil, elementwise.Unsupported(t)
}

// A matrix is how one operand lies in memory: element (i,j) of matrix number 0
// is at i·row + j·col; further ones follow by the strides of batch.
type matrix struct{ row, col int }

// sizes are the sizes of a product at run time.
type sizes struct {
	m, n, k int
	a, b, y matrix
	batch   []batchDim // outermost first
	count   int        // matrices
}

// A batchDim is a dim before the last two, and its strides in A, B and Y.
type batchDim struct{ n, a, b, y int }

// set finds sizes and strides of the operands. Dims of A that are rows of one
// matrix as seen from B and Y are merged into m.
func (s *sizes) set(o *product, a, b, y *op.Value) {
	s.batch, s.count = s.batch[:0], 1
	ra, rb := len(a.Shape), len(b.Shape)
	s.k, s.a = a.Shape[ra-1], matrix{0, a.Stride[ra-1]}
	s.m, s.n = 1, 1
	ry := len(y.Shape)
	if rb > 1 {
		ry--
		s.n, s.b, s.y.col = b.Shape[rb-1], matrix{b.Stride[rb-2], b.Stride[rb-1]}, y.Stride[ry]
	} else {
		s.b, s.y.col = matrix{b.Stride[0], 1}, 1
	}
	s.y.row = 0
	if ra > 1 {
		ry--
		s.m, s.a.row, s.y.row = a.Shape[ra-2], a.Stride[ra-2], y.Stride[ry]
	}
	if o.transA {
		s.m, s.k, s.a = s.k, s.m, matrix{s.a.col, s.a.row}
	}
	if o.transB {
		s.n, s.b = b.Shape[0], matrix{s.b.col, s.b.row}
	}
	for d := range ry {
		n := y.Shape[d]
		if n == 1 {
			continue
		}
		s.count *= n
		s.batch = append(s.batch, batchDim{n, strideAt(a, d-ry, 2), strideAt(b, d-ry, 2), y.Stride[d]})
	}
	for len(s.batch) > 0 {
		last := s.batch[len(s.batch)-1]
		if last.b != 0 || s.m > 1 && (last.a != s.m*s.a.row || last.y != s.m*s.y.row) {
			break
		}
		if s.m == 1 {
			s.a.row, s.y.row = last.a, last.y
		}
		s.m *= last.n
		s.count /= max(last.n, 1)
		s.batch = s.batch[:len(s.batch)-1]
	}
	if s.m == 0 || s.n == 0 {
		s.count = 0
	}
}

// strideAt returns the stride of the dim that is d dims from the end of all but
// the last ones; 0 where the value repeats.
func strideAt(v *op.Value, d, last int) int {
	i := len(v.Shape) - last + d
	if i < 0 || v.Shape[i] == 1 {
		return 0
	}
	return v.Stride[i]
}

// offset returns where matrix number i begins in A, B and Y.
func (s *sizes) offset(i int) (a, b, y int) {
	for d := len(s.batch) - 1; d >= 0; d-- {
		next := i / s.batch[d].n
		j := i - next*s.batch[d].n
		a += j * s.batch[d].a
		b += j * s.batch[d].b
		y += j * s.batch[d].y
		i = next
	}
	return a, b, y
}

// products returns the floating-point operations of the matrix products.
func (s *sizes) products() float64 {
	return 2 * float64(s.count) * float64(s.m) * float64(s.n) * float64(s.k)
}
