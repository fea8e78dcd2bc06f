package backend

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// wide builds convolutions of 64, 96 and 128 channels whose fastest algorithm
// needs four times their weights, then a ConvTranspose, likewise; size is that of
// the image, or "" if it is not known.
func wide(size any) *graph.Graph {
	r := rand.New(rand.NewPCG(4, 5))
	b := graph.NewBuilder(17)
	weights := func(name string, dims ...int) graph.ValueID {
		t := tensor.New(tensor.Float32, dims...)
		for i := range tensor.Data[float32](t) {
			tensor.Data[float32](t)[i] = (r.Float32() - 0.5) / 16
		}
		return b.Const(name, t)
	}
	x := b.Input("x", tensor.Float32, 1, 64, size, size)
	in := 64
	for _, out := range []int{64, 96, 128} {
		w := weights(fmt.Sprint("w", out), out, in, 3, 3)
		x = b.Node("Conv", x, w).Attr("pads", []int{1, 1, 1, 1}).Out(fmt.Sprint("y", out))
		in = out
	}
	x = b.Node("ConvTranspose", x, weights("up", 128, 32, 4, 4)).Attr("strides", []int{2, 2}).Attr("pads", []int{1, 1, 1, 1}).Out("y")
	b.Output(x)
	return b.Graph
}

// feature is an input of wide.
func feature(size int) *tensor.Tensor {
	x := tensor.New(tensor.Float32, 1, 64, size, size)
	for i := range tensor.Data[float32](x) {
		tensor.Data[float32](x)[i] = float32(math.Sin(float64(i)))
	}
	return x
}

// fast runs a model and returns which steps use Winograd, and the output.
func fast(t *testing.T, m *Model) (names []string, y []float32) {
	s := m.NewSession()
	s.Profile(true)
	out, err := s.Run(context.Background(), []tensor.Value{feature(28)})
	require.NoError(t, err)
	for _, p := range s.Steps() {
		if strings.HasPrefix(p.Kernel, "Winograd") {
			names = append(names, p.Name)
		}
	}
	return names, tensor.Data[float32](out[0].(*tensor.Tensor))
}

// The smaller the limit, the fewer convolutions use the algorithm that needs
// much memory, the largest first; results stay close, and below what the model
// needs at least it is refused.
func TestLeanAlgorithms(t *testing.T) {
	exact, err := Compile(wide(28), Options{Exact: true, Threads: 1})
	require.NoError(t, err)
	none, want := fast(t, exact)
	require.Empty(t, none)

	free, err := Compile(wide(28), Options{Threads: 1})
	require.NoError(t, err)
	all, _ := fast(t, free)
	require.Len(t, all, 4)
	constants := int64(4 * (9*64*64 + 9*64*96 + 9*96*128 + 16*128*32))
	require.Greater(t, free.held(), 3*constants)

	last := len(all) + 1
	for _, limit := range []int64{16 << 20, 7 << 20, 6 << 20, 5 << 20, 4 << 20, 3 << 20, 2 << 20} {
		m, err := Compile(wide(28), Options{MaxMemory: limit, Threads: 1})
		require.NoError(t, err, limit)
		names, y := fast(t, m)
		require.Subset(t, all, names)
		require.LessOrEqual(t, len(names), last)
		last = len(names)
		require.LessOrEqual(t, m.weights, limit)
		require.InDeltaSlice(t, want, y, 2e-3)
		if limit == 16<<20 {
			require.Equal(t, all, names)
		}
		if limit == 2<<20 {
			require.Empty(t, names)
			require.Equal(t, want, y)
		}
		again, err := Compile(wide(28), Options{MaxMemory: limit, Threads: 7})
		require.NoError(t, err)
		same, z := fast(t, again)
		require.Equal(t, names, same)
		require.Equal(t, y, z)
	}

	_, err = Compile(wide(28), Options{MaxMemory: constants - 1})
	require.ErrorIs(t, err, ErrMemory)
	require.ErrorContains(t, err, fmt.Sprintf("constants of the model are %d bytes, the limit is %d", constants, constants-1))
	m, err := Compile(wide(28), Options{MaxMemory: constants + 1<<10})
	require.NoError(t, err)
	_, err = m.NewSession().Run(context.Background(), []tensor.Value{feature(28)})
	require.ErrorIs(t, err, ErrMemory)
	require.ErrorContains(t, err, fmt.Sprintf("bytes beside %d of weights, the limit is %d", constants, constants+1<<10))
}

// Where the size of images is not known, what any of them might need counts.
func TestLeanUnknownSize(t *testing.T) {
	m, err := Compile(wide(""), Options{MaxMemory: 5 << 19, Threads: 1})
	require.NoError(t, err)
	names, y := fast(t, m)
	require.Empty(t, names)
	exact, err := Compile(wide(""), Options{Exact: true, Threads: 1})
	require.NoError(t, err)
	_, want := fast(t, exact)
	require.Equal(t, want, y)
	m, err = Compile(wide(""), Options{MaxMemory: 32 << 20, Threads: 1})
	require.NoError(t, err)
	names, _ = fast(t, m)
	require.Len(t, names, 4)
}
