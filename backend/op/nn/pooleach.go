package nn

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
)

// poolEach pools elements of any type, order and number of spatial dims, one
// output at a time, with indices if they are asked for.
type poolEach[T float32 | float64 | int8 | uint8] struct{ p *pool }

func (k *poolEach[T]) Strided(int) bool { return true }

func (k *poolEach[T]) Resolve(f *op.Frame) error {
	y := f.Out[0]
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: y.Shape[0] * y.Shape[1], Cost: op.Product(y.Shape[2:]) * op.Product(k.p.kernel) * 3})
	return nil
}

func (k *poolEach[T]) Run(f *op.Frame, _, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	if y.Len() == 0 {
		return nil
	}
	n, c := chunk/y.Shape[1], chunk%y.Shape[1]
	xs, ys := op.Data[T](x), op.Data[T](y)[n*y.Stride[0]+c*y.Stride[1]:]
	if x.Len() > 0 {
		xs = xs[n*x.Stride[0]+c*x.Stride[1]:]
	}
	var indices []int64
	if len(f.Out) > 1 && f.Out[1] != nil {
		indices = op.Data[int64](f.Out[1])[n*f.Out[1].Stride[0]+c*f.Out[1].Stride[1]:]
	}
	plane := chunk * op.Product(x.Shape[2:])
	var o [8]int
	dims := len(y.Shape) - 2
	for range op.Product(y.Shape[2:]) {
		v, at := k.window(f, xs, o[:dims])
		to := 0
		for i := range dims {
			to += o[i] * y.Stride[2+i]
		}
		ys[to] = v
		if indices != nil {
			to = 0
			for i := range dims {
				to += o[i] * f.Out[1].Stride[2+i]
			}
			indices[to] = int64(plane + at)
		}
		for i := dims - 1; i >= 0; i-- {
			if o[i]++; o[i] < y.Shape[2+i] {
				break
			}
			o[i] = 0
		}
	}
	return nil
}

// window pools the window of output o and returns the value, and where in its
// plane the greatest element is.
func (k *poolEach[T]) window(f *op.Frame, xs []T, o []int) (T, int) {
	x := f.In[0]
	last := len(o) - 1
	var tap [8]int
	best, at, found := T(0), 0, false
	sum, count := 0.0, 0
	var sum32 float32
	size, step, dilation := x.Shape[2+last], x.Stride[2+last], one(k.p.dilation, last)
	first, beyond := k.begin(x, o, last)
	for range op.Product(k.p.kernel[:last]) {
		from, index, inside, counted, col := 0, 0, true, true, 1
		for i := range last {
			begin, beyond := k.begin(x, o, i)
			p := begin + tap[i]*one(k.p.dilation, i)
			inside = inside && p >= 0 && p < x.Shape[2+i]
			counted = counted && p < beyond
			from += p * x.Stride[2+i]
			if k.p.columns {
				index += p * col
				col *= x.Shape[2+i]
			} else {
				index = index*x.Shape[2+i] + p
			}
		}
		if !k.p.columns {
			index *= size
		}
		for j := range k.p.kernel[last] {
			p := first + j*dilation
			if inside && p >= 0 && p < size {
				v := xs[from+p*step]
				if !found || v > best || v != v && best == best {
					best, at, found = v, index+p*col, true
				}
				sum += float64(v)
				sum32 += float32(v)
				count++
			} else if k.p.countPads && counted && p < beyond {
				count++
			}
		}
		for i := last - 1; i >= 0; i-- {
			if tap[i]++; tap[i] < k.p.kernel[i] {
				break
			}
			tap[i] = 0
		}
	}
	switch {
	case k.p.max && found:
		return best, at
	case k.p.max:
		if lowest, ok := any(float32(math.Inf(-1))).(T); ok {
			return lowest, 0
		}
		return 0, 0
	}
	if _, ok := any(best).(float32); ok {
		return T(sum32 / float32(count)), 0
	}
	return T(sum / float64(count)), 0
}

// begin returns where the window of output o begins along spatial dim i, and
// where the padding behind the input ends.
func (k *poolEach[T]) begin(x *op.Value, o []int, i int) (begin, beyond int) {
	before, after := k.p.padding(i, len(o), x.Shape[2+i], k.p.kernel[i])
	return o[i]*one(k.p.stride, i) - before, x.Shape[2+i] + after
}
