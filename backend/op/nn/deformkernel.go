package nn

import (
	"math"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// deformKernel gathers the samples of some output pixels as rows of a matrix,
// [channel][tap] deep, and multiplies them by the weights.
type deformKernel[T float32 | float64] struct {
	d *deformConv
	arithmetic[T]
}

type deformMemo[T float32 | float64] struct {
	weights [][]T // by group, packed
	bias    []T
	blocks  int // of output pixels
}

// deformRows is how many output pixels are gathered at a time.
const deformRows = 16

func (k *deformKernel[T]) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*deformMemo[T])
	if m == nil {
		m = &deformMemo[T]{weights: make([][]T, k.d.group)}
		f.Memo = m
	}
	x, w, y := f.In[0], f.In[1], f.Out[0]
	taps, cout := op.Product(w.Shape[2:]), w.Shape[0]/k.d.group
	m.blocks = (op.Product(y.Shape[2:]) + deformRows - 1) / deformRows
	f.Scratch = int(unsafe.Sizeof(T(0))) * deformRows * (x.Shape[1]*taps + cout)
	f.Phases = append(f.Phases[:0],
		op.Phase{Chunks: 1, Cost: w.Len()},
		op.Phase{Chunks: x.Shape[0] * m.blocks, Cost: deformRows * x.Shape[1] * taps * (8 + cout/20)})
	return nil
}

func (k *deformKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*deformMemo[T])
	x, w, y := f.In[0], f.In[1], f.Out[0]
	taps, cin, cout := op.Product(w.Shape[2:]), w.Shape[1], w.Shape[0]/k.d.group
	depth := cin * taps
	if phase == 0 {
		for g := range m.weights {
			m.weights[g] = k.pack(m.weights[g], depth, cout, op.Data[T](w)[g*cout*depth:][:cout*depth])
		}
		m.bias = grown(m.bias, w.Shape[0]+kernels.Strip)
		clear(m.bias)
		if len(f.In) > 3 && f.In[3] != nil {
			copy(m.bias, op.Data[T](f.In[3])[:w.Shape[0]])
		}
		return nil
	}
	n, p0 := chunk/m.blocks, chunk%m.blocks*deformRows
	pixels := op.Product(y.Shape[2:])
	rows, ld := min(deformRows, pixels-p0), x.Shape[1]*taps
	work := tensor.View[T](f.Work(worker))
	matrix, out := work[:deformRows*ld], work[deformRows*ld:]
	for r := range rows {
		k.gather(f, matrix[r*ld:][:ld], n, p0+r)
	}
	for g, packed := range m.weights {
		k.multiply(rows, cout, depth, matrix[g*depth:], ld, packed, out, cout, m.bias[g*cout:])
		for c := range cout {
			dst := op.Data[T](y)[((n*w.Shape[0]+g*cout+c)*pixels + p0):][:rows]
			for r := range dst {
				dst[r] = out[r*cout+c]
			}
		}
	}
	return nil
}

// gather fills in a row: the samples of output pixel p of image n.
func (k *deformKernel[T]) gather(f *op.Frame, row []T, n, p int) {
	x, y := f.In[0], f.Out[0]
	kernel := f.In[1].Shape[2:]
	dims, taps := len(kernel), op.Product(kernel)
	pixels, plane := op.Product(y.Shape[2:]), op.Product(x.Shape[2:])
	moves := op.Data[T](f.In[2])
	var pixel, tap [maxDeform]int
	for i, rest := dims-1, p; i >= 0; i-- {
		pixel[i], rest = rest%y.Shape[2+i], rest/y.Shape[2+i]
	}
	per := x.Shape[1] / k.d.offsets
	for g := range k.d.offsets {
		tap = [maxDeform]int{}
		for t := range taps {
			var s corners
			s.n, s.weight[0] = 1, 1
			at := (n*k.d.offsets+g)*taps + t
			for i := range dims {
				pad, _ := k.d.padding(i, dims, x.Shape[2+i], kernel[i])
				move := float64(moves[(at*dims+i)*pixels+p])
				s.extend(float64(pixel[i]*one(k.d.stride, i)-pad+tap[i]*one(k.d.dilation, i))+move, x.Shape[2+i])
			}
			mask := 1.0
			if len(f.In) > 4 && f.In[4] != nil {
				mask = float64(op.Data[T](f.In[4])[at*pixels+p])
			}
			for c := g * per; c < (g+1)*per; c++ {
				src, sum := op.Data[T](x)[(n*x.Shape[1]+c)*plane:], 0.0
				for i := range s.n {
					sum += float64(float64(src[s.at[i]]) * s.weight[i])
				}
				row[c*taps+t] = T(sum * mask)
			}
			advance(tap[:dims], kernel)
		}
	}
}

// corners are the pixels around a position that are inside the image, and their
// weights.
type corners struct {
	n      int
	at     [1 << maxDeform]int
	weight [1 << maxDeform]float64
}

// extend adds a dim of a size, in which the position is p.
func (s *corners) extend(p float64, size int) {
	old := *s
	s.n = 0
	if !(p > -1 && p < float64(size)) {
		return
	}
	lo := int(math.Floor(p))
	f := p - float64(lo)
	for i := range old.n {
		if lo >= 0 {
			s.at[s.n], s.weight[s.n] = old.at[i]*size+lo, old.weight[i]*(1-f)
			s.n++
		}
		if lo+1 < size && f > 0 {
			s.at[s.n], s.weight[s.n] = old.at[i]*size+lo+1, old.weight[i]*f
			s.n++
		}
	}
}
