package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// operatorBench measures single operators, on values that are the same in each
// process: how their time grows with the number of elements, and what it is in
// element types other than float32.
type operatorBench struct {
	only    []string // operators to measure; none is all
	threads int
	length  time.Duration // of each measurement
	asJSON  bool
}

func (o operatorBench) run(ctx context.Context, s streams) error {
	sizes := slices.DeleteFunc(sizeCases(), func(c sizeCase) bool { return !o.wanted(c.name) })
	types := slices.DeleteFunc(typeCases(), func(c typeCase) bool { return !o.wanted(c.name) })
	if len(sizes)+len(types) == 0 {
		return usagef("no operator %s is measured", strings.Join(o.only, " or "))
	}
	if !o.asJSON {
		fmt.Fprintf(s.out, "kernels %s, %s\n", kernels.Best().Name(), plural(o.threads, "thread"))
	}
	if len(sizes) > 0 {
		if err := o.sizes(ctx, s, sizes); err != nil {
			return err
		}
	}
	if len(types) > 0 {
		return o.types(ctx, s, types)
	}
	return nil
}

// wanted reports whether a case, whose name begins with its operator, is to be
// measured.
func (o *operatorBench) wanted(name string) bool {
	operator, _, _ := strings.Cut(name, " ")
	return len(o.only) == 0 || slices.Contains(o.only, operator)
}

// A trial is a graph of one operator and the values for its inputs.
type trial struct {
	*graph.Builder
	typ tensor.Type // of what [trial.numbers] makes
	r   *rand.Rand
	in  []tensor.Value
}

func newTrial(t tensor.Type) *trial {
	b := graph.NewBuilder(25)
	b.Import("ai.onnx.ml", 4)
	return &trial{b, t, rand.New(rand.NewPCG(1, 2)), nil}
}

// input adds an input of the graph.
func (t *trial) input(x *tensor.Tensor) graph.ValueID {
	t.in = append(t.in, x)
	dims := make([]any, x.Rank())
	for i, d := range x.Shape() {
		dims[i] = d
	}
	return t.Input(fmt.Sprintf("x%d", len(t.in)), x.Type(), dims...)
}

// constant adds a constant.
func (t *trial) constant(x *tensor.Tensor) graph.ValueID { return t.Const("", x) }

// numbers makes a tensor of the trial's type: floats from -1 to 1, integers from
// 1 to 8.
func (t *trial) numbers(shape ...int) *tensor.Tensor {
	x := tensor.New(tensor.Float32, shape...)
	data := tensor.Data[float32](x)
	for i := range data {
		data[i] = 2*t.r.Float32() - 1
	}
	switch t.typ {
	case tensor.Float32, tensor.Float16, tensor.BFloat16, tensor.Float64:
	default:
		for i, v := range data {
			data[i] = 4.5 + 3.5*v
		}
	}
	y, err := tensor.Convert(t.typ, x, tensor.ConvertOptions{})
	if err != nil {
		panic(err) // numbers convert to all types that are measured
	}
	return y
}

// indices makes a tensor of int64 from 0 to below-1.
func (t *trial) indices(below int, shape ...int) *tensor.Tensor {
	x := tensor.New(tensor.Int64, shape...)
	data := tensor.Data[int64](x)
	for i := range data {
		data[i] = t.r.Int64N(int64(below))
	}
	return x
}

// bools makes a tensor of which half is true.
func (t *trial) bools(shape ...int) *tensor.Tensor {
	x := tensor.New(tensor.Bool, shape...)
	b := x.Bytes()
	for i := range b {
		b[i] = byte(t.r.IntN(2))
	}
	return x
}

// words makes a tensor of n strings, of which some repeat.
func (t *trial) words(n int) *tensor.Tensor {
	x := make([]string, n)
	for i := range x {
		x[i] = fmt.Sprintf("word %d", t.r.IntN(n))
	}
	return tensor.OfStrings(x, n)
}

// list makes a constant of integers.
func (t *trial) list(v ...int64) graph.ValueID { return t.constant(tensor.Of(v, len(v))) }

// finish makes all outputs of a node, as many as wanted, outputs of the graph.
func (t *trial) finish(c graph.Call, outputs int) {
	for i := range outputs {
		t.Output(c.Out(fmt.Sprintf("y%d", i)))
	}
}

// time returns the shortest time of a run in microseconds: processor time if
// there is one thread, else what passes.
func (o *operatorBench) time(ctx context.Context, t *trial) (float64, error) {
	m, err := backend.Compile(t.Graph, options(ctx, o.threads))
	if err != nil {
		return 0, err
	}
	s := m.NewSession()
	runs := func(n int) (time.Duration, error) {
		begin, worked := time.Now(), processorTime()
		for range n {
			if _, err := s.Run(ctx, t.in); err != nil {
				return 0, err
			}
		}
		if o.threads == 1 {
			return processorTime() - worked, nil
		}
		return time.Since(begin), nil
	}
	first, err := runs(1) // warms up
	if err != nil {
		return 0, err
	}
	// Batches of about a tenth of the time are long enough for the clock.
	n := max(1, int(o.length/10/max(first, time.Microsecond)))
	best, spent := time.Duration(0), time.Duration(0)
	for batches := 0; batches < 2 || spent < o.length && batches < 1000; batches++ {
		d, err := runs(n)
		if err != nil {
			return 0, err
		}
		if spent += d; batches == 0 || d < best {
			best = d
		}
	}
	return float64(best.Nanoseconds()) / 1e3 / float64(n), nil
}

// notSupported reports whether a failure to compile says that the operator does
// not take a type.
func notSupported(err error) bool {
	return errors.Is(err, backend.ErrUnsupported) || errors.Is(err, backend.ErrType)
}

// encodeRows writes a JSON object a line.
func encodeRows[T any](w io.Writer, rows []T) error {
	enc := json.NewEncoder(w)
	for _, r := range rows {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}
