package op

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A Run is what belongs to one execution as a whole: a session's run and the
// runs of the bodies within it.
type Run struct {
	Context context.Context
	Limits  Limits
	Team    any // of the executor: the workers this run may use
}

// Limits bound what a run may do.
type Limits struct {
	Trips  int   // of a loop; 0 is no limit
	Memory int64 // bytes of storage that grows during a run; 0 is no limit
}

// Canceled returns the context's error, if any: for long chunks.
func (r *Run) Canceled() error {
	if r == nil || r.Context == nil {
		return nil
	}
	return r.Context.Err()
}

// A Host gives a frame memory while it runs.
type Host interface {
	// Storage gives v at least n bytes, valid until the session's next run or
	// until nobody uses v any more.
	Storage(v *Value, n int) error
}

// A Frame is one step of one session. It is allocated with the session and
// rewritten in place.
type Frame struct {
	In, Out []*Value // nil where omitted
	Offset  []int    // set by View (one per output) and by Windows (one per input)
	Placed  []bool   // of a Gatherer, in Run: input i is in its window already

	InInfo, OutInfo []Info // what Infer saw and said

	Phases  []Phase
	Scratch int   // bytes a worker needs; see Work
	Shared  int   // bytes that all workers need together; see Common
	Param   []int // what Resolve computed for Run
	Memo    any   // likewise, of the kernel's own type; kept between calls

	Run     *Run
	Host    Host
	Workers [][]byte // scratch by worker, at least Scratch bytes each
	Commons *[]byte  // at least Shared bytes, of the session
}

// NewFrame returns a frame for a node with these numbers of inputs and outputs.
func NewFrame(in, out int) *Frame {
	return &Frame{
		In: make([]*Value, in), Out: make([]*Value, out),
		InInfo: make([]Info, in), OutInfo: make([]Info, out),
		Offset: make([]int, max(in, out)), Placed: make([]bool, in),
		Phases: make([]Phase, 0, 2),
	}
}

// One sets a single phase of one chunk that costs about cost nanoseconds.
func (f *Frame) One(cost int) { f.Phases = append(f.Phases[:0], Phase{1, cost}) }

// Split sets a single phase over n equal items of about ns nanoseconds each,
// in chunks as [Chunks] counts them. Chunk c is the items from [Span].
func (f *Frame) Split(n int, ns float64) {
	total := int(float64(n) * ns)
	chunks := Chunks(n, total)
	f.Phases = append(f.Phases[:0], Phase{chunks, total / chunks})
}

// Chunks returns into how many chunks to cut n items that take total
// nanoseconds together: of about 15 microseconds, some ten times of what sharing
// one costs, and an even number of them, so that two threads get the same.
func Chunks(n, total int) int {
	const chunk = 15000
	c := min(n, (total+chunk/2)/chunk)
	if c < 2 {
		return 1
	}
	return c &^ 1
}

// Span returns the items of a chunk, of n items divided by [Frame.Split] in
// the given phase.
func (f *Frame) Span(phase, chunk, n int) (lo, hi int) {
	c := f.Phases[phase].Chunks
	return n * chunk / c, n * (chunk + 1) / c
}

// Work returns a worker's scratch memory, f.Scratch bytes of anything.
func (f *Frame) Work(worker int) []byte { return f.Workers[worker][:f.Scratch] }

// Common returns the memory that workers share while the step runs, f.Shared
// bytes of anything: what one phase leaves for the next.
func (f *Frame) Common() []byte { return (*f.Commons)[:f.Shared] }

// Alloc gives late output i its shape and storage, contiguous. Only Run calls
// it, from a phase of one chunk.
func (f *Frame) Alloc(i int, shape ...int) error {
	v := f.Out[i]
	if v == nil {
		return nil
	}
	v.Kind = graph.Tensor
	v.Shape = append(v.Shape[:0], shape...)
	v.SetPlain()
	n, ok := tensor.Elements(shape)
	if !ok {
		return fmt.Errorf("%w: output of shape %v", ErrShape, shape)
	}
	if v.Type == tensor.String {
		if cap(v.Strings) < n {
			v.Strings = make([]string, n)
		}
		v.Strings = v.Strings[:n]
		return nil
	}
	return f.Host.Storage(v, n*v.Type.Size())
}

// Pass makes late output i the value src, by reference: src must stay valid as
// long as the output.
func (f *Frame) Pass(i int, src *Value) {
	v := f.Out[i]
	if v == nil {
		return
	}
	shape, stride := append(v.Shape[:0], src.Shape...), append(v.Stride[:0], src.Stride...)
	*v = *src
	v.Shape, v.Stride = shape, stride
}

// Ints returns the value of integer input i, which the operator Reads. The
// slice is valid until the inputs change.
func (f *Frame) Ints(i int) []int {
	x, _ := f.InInfo[i].Integers()
	return x
}
