package signal

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// window is HannWindow, HammingWindow or BlackmanWindow: a sum of cosines,
//
//	y[i] = a0 - a1·cos(2πi/n) + a2·cos(4πi/n)
//
// where n is the length (periodic) or one less (symmetric). The only element of a
// symmetric window of length 1 is 1.
type window struct {
	a0, a1, a2 float64
	periodic   bool
	to         tensor.Type
}

func newWindow(a0, a1, a2 float64) func(*graph.Node) (op.Op, error) {
	return func(n *graph.Node) (op.Op, error) {
		t, err := outputType(n)
		return window{a0, a1, a2, n.Int("periodic", 1) != 0, t}, err
	}
}

// outputType returns the attribute output_datatype, a numeric type.
func outputType(n *graph.Node) (tensor.Type, error) {
	switch t := tensor.Type(n.Int("output_datatype", int(tensor.Float32))); t {
	case tensor.Float32, tensor.Float64, tensor.Float16, tensor.BFloat16, tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64,
		tensor.Uint8, tensor.Uint16, tensor.Uint32, tensor.Uint64:
		return t, nil
	default:
		return 0, fmt.Errorf("%w: output_datatype is %v", op.ErrAttr, t)
	}
}

// Reads names the length.
func (o window) Reads() []int { return []int{0} }

func (o window) Infer(in, out []op.Info) error {
	if len(in) != 1 {
		return fmt.Errorf("%w: %d inputs, want 1", op.ErrInput, len(in))
	}
	n, known, err := scalar(in, 0, 0)
	if err != nil {
		return err
	}
	switch {
	case !known:
		n = op.Unknown
	case n < 0 || n > maxLength:
		return fmt.Errorf("%w: a window of length %d", op.ErrInput, n)
	}
	out[0].Tensor(o.to)
	out[0].Shape = append(out[0].Shape, n)
	return nil
}

func (o window) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return o, nil }

// Resolve is of the operator itself: it is its own kernel.
func (o window) Resolve(f *op.Frame) error {
	f.Scratch = 8 * f.Out[0].Len()
	f.One(30 * f.Out[0].Len())
	return nil
}

func (o window) Run(f *op.Frame, _, _, worker int) error {
	w := tensor.View[float64](f.Work(worker))
	n := float64(len(w))
	if !o.periodic {
		n--
	}
	for i := range w {
		a := 2 * math.Pi * float64(i) / n
		w[i] = o.a0 - o.a1*math.Cos(a) + o.a2*math.Cos(2*a)
	}
	if n == 0 && len(w) == 1 {
		w[0] = 1
	}
	return round(f.Out[0], f.Work(worker))
}

// round converts float64 elements to those of a contiguous value. Fractions of
// integers are dropped, from the float32 numbers the specification computes with:
// in float64 0.42 + 0.5 + 0.08 would be less than 1.
func round(v *op.Value, from []byte) error {
	n := v.Len()
	switch v.Type {
	case tensor.Float32, tensor.Float64, tensor.Float16, tensor.BFloat16:
	default:
		x := tensor.View[float64](from[:8*n])
		for i := range x {
			x[i] = float64(float32(x[i]))
		}
	}
	return tensor.ConvertBytes(v.Type, v.Bytes[:n*v.Type.Size()], tensor.Float64, from[:8*n], tensor.ConvertOptions{Saturate: true})
}

// bytesOf returns the storage of x.
func bytesOf(x []float64) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 8*len(x))
}
