package nn

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// LRN, versions 1 and 13: divides each element by a power of the sum of squares
// of the size channels around it.
//
//	X [N C D1...Dn] -> Y like X
//
//	Y = X / (bias + alpha/size * sum of X²)^beta
type lrn struct {
	alpha, beta, bias float32
	size              int
}

func newLRN(n *graph.Node) (op.Op, error) {
	l := lrn{n.Float("alpha", 1e-4), n.Float("beta", 0.75), n.Float("bias", 1), n.Int("size", 0)}
	if l.size < 1 || l.size > maxWindow {
		return nil, fmt.Errorf("%w: size is %d", op.ErrAttr, l.size)
	}
	return l, nil
}

func (l lrn) Infer(in, out []op.Info) error {
	out[0].Copy(&in[0])
	if in[0].Ranked && len(in[0].Shape) < 2 {
		return fmt.Errorf("%w: X has rank %d", op.ErrShape, len(in[0].Shape))
	}
	return nil
}

func (l lrn) Layouts(in []op.Info) []op.Signature {
	if in[0].Type != tensor.Float32 || in[0].Rank() < 3 {
		return []op.Signature{{}}
	}
	cl := []op.Order{op.ChannelsLast}
	return []op.Signature{{In: cl, Out: cl}, {}}
}

func (l lrn) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return &lrnKernel{e.Set, l, in[0].Order}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &lrnKernel{e.Set, l, op.Plain}, tensor.Float32), nil
	case tensor.Float64:
		return lrnEach{l}, nil
	}
	return nil, fmt.Errorf("%w: LRN of %v", op.ErrUnsupported, in[0].Type)
}

// lrnKernel computes pixel by pixel: sums of neighbouring channels are sums of
// shifted rows of squares. Pixels of plain order are transposed.
type lrnKernel struct {
	set *kernels.Set
	lrn
	order op.Order
}

// lrnPixels is how many pixels are transposed together.
const lrnPixels = 32

func (k *lrnKernel) Resolve(f *op.Frame) error {
	x := f.In[0]
	c, hw := x.Shape[1], op.Product(x.Shape[2:])
	// Squares with zeros around them, a sum, a power, and pixels.
	f.Scratch = 4 * (c + k.reach() + 2*c + lrnPixels*c)
	blocks := (hw + lrnPixels - 1) / lrnPixels
	f.Param = append(f.Param[:0], hw, blocks)
	f.Split(x.Shape[0]*blocks, lrnPixels*float64(c+50))
	return nil
}

// reach returns how many neighbours a channel has.
func (k *lrnKernel) reach() int { return k.size - 1 }

func (k *lrnKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	x, y := f.In[0], f.Out[0]
	c, hw, blocks := x.Shape[1], f.Param[0], f.Param[1]
	work := tensor.View[float32](f.Work(worker))
	clear(work[:c+k.reach()])
	pixels := work[3*c+k.reach():]
	xs, ys := op.Data[float32](x), op.Data[float32](y)
	lo, hi := f.Span(phase, chunk, x.Shape[0]*blocks)
	for i := lo; i < hi; i++ {
		n, p0 := i/blocks, i%blocks*lrnPixels
		count := min(lrnPixels, hw-p0)
		if k.order == op.ChannelsLast {
			for p := p0; p < p0+count; p++ {
				k.pixel(ys[n*y.Stride[0]+p*y.PixelStride():][:c], xs[n*x.Stride[0]+p*x.PixelStride():][:c], work)
			}
			continue
		}
		if c == 0 {
			continue
		}
		k.set.Transpose(pixels, c, xs[n*c*hw+p0:], hw, c, count)
		for p := range count {
			row := pixels[p*c:][:c]
			k.pixel(row, row, work)
		}
		k.set.Transpose(ys[n*c*hw+p0:], hw, pixels, c, count, c)
	}
	return nil
}

// pixel normalises the channels of one pixel.
func (k *lrnKernel) pixel(dst, x, work []float32) {
	c := len(x)
	squares := work[:c+k.reach()]
	sum, root := work[c+k.reach():][:c], work[2*c+k.reach():][:c]
	k.set.Mul(squares[k.reach()/2:][:c], x, x)
	copy(sum, squares)
	for i := 1; i < k.size; i++ {
		k.set.Add(sum, sum, squares[i:][:c])
	}
	k.set.MulScalar(sum, sum, k.alpha/float32(k.size))
	k.set.AddScalar(sum, sum, k.bias)
	if k.beta == 0.75 {
		k.set.Sqrt(root, sum)
		k.set.Sqrt(sum, root)
		k.set.Mul(sum, sum, root)
	} else {
		for i := range root {
			root[i] = k.beta
		}
		k.set.Pow(sum, sum, root)
	}
	k.set.Div(dst, x, sum)
}

// lrnEach normalises float64 values.
type lrnEach struct{ lrn }

func (k lrnEach) Resolve(f *op.Frame) error {
	f.One(20 * k.size * f.In[0].Len())
	return nil
}

func (k lrnEach) Run(f *op.Frame, _, _, _ int) error {
	x, y := op.Data[float64](f.In[0]), op.Data[float64](f.Out[0])
	c, hw := f.In[0].Shape[1], op.Product(f.In[0].Shape[2:])
	for i := range f.In[0].Len() {
		ch, sum := i/hw%c, 0.0
		for j := max(0, ch-(k.size-1)/2); j <= min(c-1, ch+k.size/2); j++ {
			v := x[i+(j-ch)*hw]
			sum += float64(v * v)
		}
		y[i] = x[i] / math.Pow(float64(k.bias)+float64(float64(k.alpha)/float64(k.size)*sum), float64(k.beta))
	}
	return nil
}
