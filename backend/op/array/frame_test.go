package array_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/array"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(array.Ops)

// iota32 returns a float32 tensor 0, 1, 2, ...
func iota32(shape ...int) *tensor.Tensor {
	x := tensor.New(tensor.Float32, shape...)
	for i := range tensor.Data[float32](x) {
		tensor.Data[float32](x)[i] = float32(i)
	}
	return x
}

func int64s(v ...int64) *tensor.Tensor { return tensor.Of(v, len(v)) }

// channelsLast returns a value in channels-last order with 3 more lanes than
// channels, which hold lane.
func channelsLast(x *tensor.Tensor, lane float32) *op.Value {
	v := &op.Value{Kind: graph.Tensor, Type: x.Type(), Shape: slices.Clone(x.Shape())}
	v.SetChannelsLast(x.Shape()[1] + 3)
	v.Lanes = x.Shape()[1]
	v.Bytes = tensor.Alloc(v.Shape[0] * v.Stride[0] * 4)
	for i := range op.Data[float32](v) {
		op.Data[float32](v)[i] = lane
	}
	op.CopyStrided(v, op.FromTensor(x))
	return v
}

// A machine runs one node by hand, with orders, views and chunks as a test wants
// them.
type machine struct {
	op     op.Op
	kernel op.Kernel
	frame  *op.Frame
	in     []op.Info
}

// newMachine prepares a node for inputs whose values Infer may see; out is the
// order of the outputs.
func newMachine(t testing.TB, n *graph.Node, out op.Order, in ...*op.Value) *machine {
	o, err := registry.New(n)
	require.NoError(t, err)
	m := &machine{op: o, frame: op.NewFrame(len(n.Inputs), len(n.Outputs))}
	for i, v := range in {
		if v == nil {
			continue
		}
		x := v.Info()
		if len(v.Shape) > 2 && !v.Contiguous() {
			x.Order = op.ChannelsLast
		}
		m.frame.In[i], m.frame.InInfo[i] = v, x
	}
	m.frame.Run, m.frame.Host = new(op.Run), heap{}
	m.infer(t)
	for i := range m.frame.OutInfo {
		y := &m.frame.OutInfo[i]
		y.Order = out
		v := &op.Value{Kind: y.Kind, Type: y.Type, Shape: slices.Clone(y.Shape)}
		if out == op.ChannelsLast {
			v.SetChannelsLast(v.Shape[1] + 5)
			v.Lanes = v.Shape[1]
		} else {
			v.SetPlain()
		}
		m.frame.Out[i] = v
	}
	m.kernel, err = o.Prepare(op.NewEnv(n), m.frame.InInfo, m.frame.OutInfo)
	require.NoError(t, err)
	return m
}

func (m *machine) infer(t testing.TB) {
	require.NoError(t, m.op.Infer(m.frame.InInfo, m.frame.OutInfo))
}

// store gives outputs storage that holds a number nobody must rely on.
func (m *machine) store() {
	for i, v := range m.frame.Out {
		if !m.frame.OutInfo[i].Static() {
			continue
		}
		n := max(v.Extent(), 1)
		if m.frame.OutInfo[i].Order == op.ChannelsLast {
			n = v.Shape[0] * v.Stride[0]
		}
		v.Bytes = tensor.Alloc(n * v.Type.Size())
		for j := range v.Bytes {
			v.Bytes[j] = 0x7f // NaN as float32
		}
	}
}

// run resolves and runs with storage of its own; chunks, if positive, replaces
// the number of chunks that Resolve chose.
func (m *machine) run(t testing.TB, chunks int) {
	m.frame.Phases = append(m.frame.Phases[:0], op.Phase{Chunks: 1})
	m.frame.Scratch = 0
	require.NoError(t, m.kernel.Resolve(m.frame))
	m.frame.Workers = [][]byte{tensor.Alloc(m.frame.Scratch)}
	for p := range m.frame.Phases {
		if chunks > 0 {
			m.frame.Phases[p].Chunks = chunks
		}
		for c := range m.frame.Phases[p].Chunks {
			require.NoError(t, m.kernel.Run(m.frame, p, c, 0))
		}
	}
}

// outputs returns the outputs, contiguous.
func (m *machine) outputs() []*tensor.Tensor {
	var out []*tensor.Tensor
	for _, v := range m.frame.Out {
		c := v.Clone()
		out = append(out, c.Tensor())
	}
	return out
}

// lanesUntouched checks that no lane beyond the channels was written.
func (m *machine) lanesUntouched(t *testing.T) {
	for i, v := range m.frame.Out {
		if m.frame.OutInfo[i].Order != op.ChannelsLast {
			continue
		}
		ld := v.PixelStride()
		for j, x := range op.Data[uint32](v) {
			if j%ld >= v.Shape[1] {
				require.Equal(t, uint32(0x7f7f7f7f), x, "lane %d of pixel %d", j%ld, j/ld)
			}
		}
	}
}

// heap is a host without limits.
type heap struct{}

func (heap) Storage(v *op.Value, n int) error {
	if cap(v.Bytes) < n {
		v.Bytes = tensor.Alloc(n)
	}
	v.Bytes = v.Bytes[:n]
	return nil
}

var nan = float32(math.NaN())
