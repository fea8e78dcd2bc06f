package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// slice is Slice: along some axes the elements from a start to before an end, in
// steps, which may be negative. Negative starts and ends count from the end of
// the axis; all are clamped to it.
//
// Before version 10 starts, ends and axes are attributes and steps are 1; from
// then on they are inputs 1 to 4.
type slice struct {
	starts, ends, axes []int // attributes
	inputs             []int // those that are read; nil in version 1
}

func newSlice(n *graph.Node) (op.Op, error) {
	if n.Version >= 10 {
		return slice{inputs: reads(n, 1, 2, 3, 4)}, nil
	}
	s := slice{starts: list(n, "starts"), ends: list(n, "ends"), axes: list(n, "axes")}
	if len(s.starts) != len(s.ends) || s.axes != nil && len(s.axes) != len(s.starts) {
		return nil, fmt.Errorf("%w: %d starts, %d ends, %d axes", op.ErrAttr, len(s.starts), len(s.ends), len(s.axes))
	}
	return s, nil
}

func (o slice) Reads() []int { return o.inputs }

// ranges are the four lists of one node; nil where not known or not given.
type ranges struct{ starts, ends, axes, steps []int }

var rangeNames = [...]string{"starts", "ends", "axes", "steps"}

// ranges collects the lists and how many axes they are for, -1 if not known.
func (o slice) ranges(in []op.Info) (r ranges, n int, err error) {
	if o.inputs == nil {
		return ranges{o.starts, o.ends, o.axes, nil}, len(o.starts), nil
	}
	r.starts, r.ends, n = ints(&in[1]), ints(&in[2]), -1
	for i, list := range []*[]int{&r.starts, &r.ends, &r.axes, &r.steps} {
		if !present(in, i+1) {
			continue
		}
		if err := checkInts(&in[i+1], rangeNames[i]); err != nil {
			return r, n, err
		}
		*list = ints(&in[i+1])
		m := in[i+1].Len()
		if m == op.Unknown {
			continue
		}
		if n >= 0 && m != n {
			return r, n, fmt.Errorf("%w: starts, ends, axes and steps differ in length: %d and %d", op.ErrShape, n, m)
		}
		n = m
	}
	return r, n, nil
}

// axis returns the i-th sliced axis, its start, end and step; Unknown for what
// is not known.
func (r ranges) at(i int, x *op.Info, hasAxes, hasSteps bool) (axis, start, end, step int, err error) {
	axis, start, end, step = i, op.Unknown, op.Unknown, 1
	if hasAxes {
		if r.axes == nil || !op.Known(r.axes[i]) {
			return op.Unknown, 0, 0, 0, nil
		}
		axis = r.axes[i]
	}
	if axis, err = op.Axis(axis, len(x.Shape)); err != nil {
		return axis, 0, 0, 0, err
	}
	if r.starts != nil {
		start = r.starts[i]
	}
	if r.ends != nil {
		end = r.ends[i]
	}
	if hasSteps {
		step = op.Unknown
		if r.steps != nil {
			step = r.steps[i]
		}
	}
	if step == 0 {
		return axis, 0, 0, 0, fmt.Errorf("%w: the step of axis %d is 0", op.ErrInput, axis)
	}
	return axis, start, end, step, nil
}

func (o slice) Infer(in, out []op.Info) error {
	x := &in[0]
	r, n, err := o.ranges(in)
	if err != nil {
		return err
	}
	out[0].Like(x.Type, x)
	if !x.Ranked {
		return nil
	}
	if n < 0 {
		out[0].TensorOfRank(x.Type, len(x.Shape))
		return nil
	}
	hasAxes, hasSteps := o.axes != nil || present(in, 3), present(in, 4)
	for i := range n {
		axis, start, end, step, err := r.at(i, x, hasAxes, hasSteps)
		if err != nil {
			return err
		}
		if axis == op.Unknown {
			out[0].TensorOfRank(x.Type, len(x.Shape))
			return nil
		}
		out[0].Shape[axis] = sliced(x.Shape[axis], start, end, step)
	}
	if v := ints(x); v != nil && len(x.Shape) == 1 && out[0].Static() && n <= 1 {
		out[0].Ints = out[0].Ints[:0]
		first, step := 0, 1
		if n == 1 {
			_, start, end, s, _ := r.at(0, x, hasAxes, hasSteps)
			first, _ = clampRange(x.Shape[0], start, end, s)
			step = s
		}
		for i := range out[0].Shape[0] {
			out[0].Ints = append(out[0].Ints, v[first+i*step])
		}
	}
	return nil
}

// farEnd is more than any dim: files say "to the end" with the largest integer.
const farEnd = 1<<30 - 1

// sliced returns the size of what is left of a dim.
func sliced(d, start, end, step int) int {
	if d >= 0 && op.Known(start) && op.Known(end) && op.Known(step) {
		_, n := clampRange(d, start, end, step)
		return n
	}
	if step == 1 && start == 0 && (op.Same(end, d) || end >= farEnd) {
		return d
	}
	return op.Unknown
}

// clampRange returns the first element of a range along an axis of size d, and
// how many it has.
func clampRange(d, start, end, step int) (first, n int) {
	if start < 0 {
		start += d
	}
	if end < 0 {
		end += d
	}
	if step > 0 {
		start, end = min(max(start, 0), d), min(max(end, 0), d)
		if end <= start {
			return start, 0
		}
		return start, (end-start-1)/step + 1
	}
	start, end = min(max(start, 0), d-1), min(max(end, -1), d-1)
	if start <= end {
		return max(start, 0), 0
	}
	return start, (start-end-1)/-step + 1
}

func (o slice) Layouts(in []op.Info) []op.Signature {
	s := anyOrder(in, 1)
	for i := range s {
		for range max(0, len(in)-1) {
			s[i].In = append(s[i].In, op.Plain)
		}
	}
	return s
}

func (o slice) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return viewer{viewing: o}, nil
}

func (o slice) window(f *op.Frame, _ int, stride []int) ([]int, int, bool) {
	x := f.In[0]
	stride = append(stride, x.Stride...)
	r, n, err := o.ranges(f.InInfo)
	if err != nil {
		return stride, 0, false
	}
	at := 0
	info := &f.InInfo[0]
	for i := range n {
		axis, start, end, step, err := r.at(i, info, o.axes != nil || present(f.InInfo, 3), present(f.InInfo, 4))
		if err != nil || axis == op.Unknown {
			return stride, 0, false
		}
		first, _ := clampRange(x.Shape[axis], start, end, step)
		at += first * x.Stride[axis]
		if f.Out[0].Shape[axis] > 1 { // a step may be huge otherwise
			stride[axis] *= step
		}
	}
	return stride, at, true
}
