package signal

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// melWeights is MelWeightMatrix: for each of a number of bands, evenly spaced on
// the mel scale, a triangle over the bins of a one-sided spectrum. The edges of
// bands are rounded down to bins.
type melWeights struct{ to tensor.Type }

func newMelWeights(n *graph.Node) (op.Op, error) {
	t, err := outputType(n)
	return melWeights{t}, err
}

// Reads names the number of bands and the length of the transform.
func (o melWeights) Reads() []int { return []int{0, 1} }

func (o melWeights) Infer(in, out []op.Info) error {
	if len(in) != 5 {
		return fmt.Errorf("%w: %d inputs, want 5", op.ErrInput, len(in))
	}
	bands, known, err := scalar(in, 0, 0)
	if err != nil {
		return err
	}
	if !known {
		bands = op.Unknown
	}
	length, known, err := scalar(in, 1, 0)
	if err != nil {
		return err
	}
	bins := op.Unknown
	if known {
		bins = length/2 + 1
	}
	if op.Known(bands) && (bands < 0 || bands > 1<<20) || op.Known(bins) && (length < 0 || length > maxLength) {
		return fmt.Errorf("%w: %d bands of a transform of length %d", op.ErrInput, bands, length)
	}
	out[0].Tensor(o.to)
	out[0].Shape = append(out[0].Shape, bins, bands)
	return nil
}

func (o melWeights) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	for i := range in {
		if t := in[i].Type; t == tensor.String || t.Size() == 0 {
			return nil, fmt.Errorf("%w: input %d is %v", op.ErrType, i, t)
		}
	}
	return o, nil
}

// Resolve is of the operator itself: it is its own kernel.
func (o melWeights) Resolve(f *op.Frame) error {
	n := f.Out[0].Len()
	f.Scratch = 8 * n
	f.One(2*n + 100*f.Out[0].Shape[1])
	return nil
}

func (o melWeights) Run(f *op.Frame, _, _, worker int) error {
	bins, bands := f.Out[0].Shape[0], f.Out[0].Shape[1]
	var v [5]float64 // bands, length, sample rate, lowest and highest frequency
	for i := range v {
		x := f.In[i]
		if x.Len() != 1 {
			return fmt.Errorf("%w: input %d has %d elements, not 1", op.ErrShape, i, x.Len())
		}
		if err := tensor.ConvertBytes(tensor.Float64, bytesOf(v[i:i+1]), x.Type, x.Bytes[:x.Type.Size()], tensor.ConvertOptions{}); err != nil {
			return err
		}
	}
	low, high := mel(v[3]), mel(v[4])
	// edge returns the bin of an edge of a band; the scale has a step for both
	// ends too.
	edge := func(i int) (int, error) {
		hertz := hertz(low + float64(i)*(high-low)/float64(bands+2))
		bin := math.Floor((v[1] + 1) * hertz / v[2])
		if !(bin >= 0 && bin < float64(bins)) {
			return 0, fmt.Errorf("%w: %v Hz of a sample rate of %v is bin %v of %d", op.ErrInput, hertz, v[2], bin, bins)
		}
		return int(bin), nil
	}
	w := tensor.View[float64](f.Work(worker))
	clear(w)
	for i := range bands {
		var at [3]int
		for j := range at {
			var err error
			if at[j], err = edge(i + j); err != nil {
				return err
			}
		}
		left, top, right := at[0], at[1], at[2]
		for j := left; j < top; j++ {
			w[j*bands+i] = float64(j-left) / float64(top-left)
		}
		w[top*bands+i] = 1
		for j := top + 1; j < right; j++ {
			w[j*bands+i] = float64(right-j) / float64(right-top)
		}
	}
	return round(f.Out[0], f.Work(worker))
}

// mel converts a frequency in hertz to the mel scale, and hertz back.
func mel(f float64) float64 { return 2595 / math.Ln10 * math.Log1p(f/700) }

func hertz(m float64) float64 { return 700 * math.Expm1(m*math.Ln10/2595) }
