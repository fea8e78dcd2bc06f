package backend

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// net builds a small classifier that has what the large ones have: a stem,
// BatchNormalization, residuals, depthwise and grouped convolutions, squeeze and
// excite, channels that are no multiple of 8, concatenations, splits and a
// channel shuffle, pooling of both kinds.
func net() *graph.Graph {
	r := rand.New(rand.NewPCG(1, 2))
	b := graph.NewBuilder(17)
	weights := func(name string, dims ...int) graph.ValueID {
		n, _ := tensor.Elements(dims)
		fan := float32(n / dims[0])
		w := make([]float32, n)
		for i := range w {
			w[i] = (r.Float32() - 0.5) * 3 / float32(math.Sqrt(float64(fan)))
		}
		return b.Const(name, tensor.Of(w, dims...))
	}
	k := 0
	conv := func(x graph.ValueID, in, out, kernel, stride, group int) graph.ValueID {
		k++
		p := kernel / 2
		return b.Node("Conv", x, weights(fmt.Sprint("w", k), out, in/group, kernel, kernel), weights(fmt.Sprint("b", k), out)).
			Attr("strides", []int{stride, stride}).Attr("pads", []int{p, p, p, p}).Attr("group", group).Out(fmt.Sprint("c", k))
	}
	relu := func(x graph.ValueID) graph.ValueID { k++; return b.Node("Relu", x).Out(fmt.Sprint("r", k)) }
	silu := func(x graph.ValueID) graph.ValueID {
		k++
		s := b.Node("Sigmoid", x).Out(fmt.Sprint("s", k))
		return b.Node("Mul", x, s).Out(fmt.Sprint("m", k))
	}
	x := b.Input("x", tensor.Float32, "N", 3, "H", "W")
	y := relu(conv(x, 3, 20, 5, 2, 1))
	y = b.Node("MaxPool", y).Attr("kernel_shape", []int{3, 3}).Attr("strides", []int{2, 2}).Attr("pads", []int{1, 1, 1, 1}).Out("pool")
	bn := b.Node("BatchNormalization", conv(y, 20, 20, 3, 1, 1), weights("scale", 20), weights("shift", 20), weights("mean", 20),
		b.Const("var", tensor.Of(slices.Repeat([]float32{0.7}, 20), 20))).Out("bn")
	y = relu(b.Node("Add", y, bn).Out("residual"))
	wide := silu(conv(y, 20, 44, 1, 1, 1))
	wide = silu(conv(wide, 44, 44, 3, 1, 44))
	se := b.Node("GlobalAveragePool", wide).Out("squeeze")
	se = b.Node("Sigmoid", conv(silu(conv(se, 44, 6, 1, 1, 1)), 6, 44, 1, 1, 1)).Out("excite")
	y = b.Node("Add", conv(b.Node("Mul", wide, se).Out("scaled"), 44, 20, 1, 1, 1), y).Out("inverted")
	y = b.Node("Concat", y, relu(conv(y, 20, 38, 3, 1, 1))).Attr("axis", 1).Out("dense")
	split := b.Node("Split", y, b.Const("sizes", tensor.Of([]int64{29, 29}, 2))).Attr("axis", 1)
	left, right := split.Out("left"), split.Out("right")
	y = b.Node("Concat", left, relu(conv(right, 29, 29, 3, 1, 29))).Attr("axis", 1).Out("joined")
	y = b.Node("AveragePool", relu(conv(y, 58, 62, 3, 1, 2))).Attr("kernel_shape", []int{2, 2}).Attr("strides", []int{2, 2}).Out("mean2")
	y = b.Node("Flatten", b.Node("GlobalAveragePool", y).Out("gap")).Out("flat")
	y = b.Node("Gemm", y, weights("fc", 10, 62), weights("fcb", 10)).Attr("transB", 1).Out("logits")
	b.Output(y)
	return b.Graph
}

func picture(seed uint64, n, h, w int) *tensor.Tensor {
	r := rand.New(rand.NewPCG(seed, 3))
	x := make([]float32, n*3*h*w)
	for i := range x {
		x[i] = r.Float32()
	}
	return tensor.Of(x, n, 3, h, w)
}

func compileNet(t testing.TB, o Options) *Model {
	m, err := Compile(net(), o)
	require.NoError(t, err)
	return m
}

func logits(t testing.TB, s *Session, x *tensor.Tensor) []float32 {
	t.Helper()
	out, err := s.Run(context.Background(), []tensor.Value{x})
	require.NoError(t, err)
	return slices.Clone(tensor.Data[float32](out[0]))
}

// The same picture gives the same bits for any number of threads, any batch it
// is in, and every kernel set.
func TestSameBits(t *testing.T) {
	const h, w = 47, 61
	want := logits(t, compileNet(t, Options{Threads: 1}).NewSession(), picture(7, 1, h, w))
	require.NotContains(t, want, float32(0))
	for _, k := range kernels.All() {
		for _, threads := range []int{1, 2, 3} {
			s := compileNet(t, Options{Threads: threads, Kernels: k}).NewSession()
			require.Equal(t, want, logits(t, s, picture(7, 1, h, w)), "%s, %d threads", k.Name(), threads)
			batch := tensor.New(tensor.Float32, 3, 3, h, w)
			for i, seed := range []uint64{5, 7, 9} {
				copy(batch.Bytes()[i*3*h*w*4:], picture(seed, 1, h, w).Bytes())
			}
			require.Equal(t, want, logits(t, s, batch)[10:20], "%s, %d threads, batch", k.Name(), threads)
		}
	}
}

// What lies in the lanes beyond a feature map's channels changes nothing.
func TestUndefinedLanes(t *testing.T) {
	m := compileNet(t, Options{})
	x := picture(7, 2, 33, 50)
	want := logits(t, m.NewSession(), x)
	for _, poison := range []float32{float32(math.NaN()), 1e30} {
		s := m.NewSession()
		logits(t, s, x)
		filled := 0
		inst := s.cur
		inst.before = func(step int) {
			for _, v := range inst.frames[step].In {
				filled += fillLanes(inst, v, poison)
			}
		}
		require.Equal(t, want, logits(t, s, x), "%v", poison)
		require.Positive(t, filled, "the net has padded lanes")
	}
}

// fillLanes writes v into the lanes beyond C of a channels-last value.
func fillLanes(x *instance, v *op.Value, poison float32) int {
	if v == nil || v.Type != tensor.Float32 || len(v.Shape) < 3 {
		return 0
	}
	id := slices.Index(x.values, v)
	if x.p.values[id].order != op.ChannelsLast || x.p.values[id].place != arena {
		return 0
	}
	ld, n := v.PixelStride(), 0
	data := op.Data[float32](v)
	for p := 0; p+ld <= len(data); p += ld {
		for c := v.Shape[1]; c < ld; c++ {
			data[p+c] = poison
			n++
		}
	}
	return n
}

// A session allocates nothing once it has seen its shapes, also when they
// alternate.
func TestNoAllocations(t *testing.T) {
	s := compileNet(t, Options{}).NewSession()
	small, large := []tensor.Value{picture(1, 1, 33, 40)}, []tensor.Value{picture(2, 2, 64, 48)}
	run := func() {
		for _, in := range [][]tensor.Value{small, large} {
			_, err := s.Run(context.Background(), in)
			require.NoError(t, err)
		}
	}
	for range 3 {
		run()
	}
	require.Zero(t, testing.AllocsPerRun(10, run))
}

func TestConcurrentRuns(t *testing.T) {
	m := compileNet(t, Options{})
	want := map[uint64][]float32{}
	for seed := range uint64(8) {
		want[seed] = logits(t, m.NewSession(), picture(seed, 1, 30+int(seed), 40))
	}
	var wg sync.WaitGroup
	for g := range uint64(8) {
		wg.Go(func() {
			for i := range uint64(6) {
				seed := (g + i) % 8
				out, err := m.Run(context.Background(), map[string]tensor.Value{"x": picture(seed, 1, 30+int(seed), 40)})
				if err != nil || !slices.Equal(tensor.Data[float32](out["logits"]), want[seed]) {
					t.Errorf("seed %d: %v", seed, err)
				}
			}
		})
	}
	wg.Wait()
}

// A collection is not held up by kernels that run.
func TestCollectionDuringRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("times are not those of a release under the race detector and emulators")
	}
	m := compileNet(t, Options{Threads: 2})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		s := m.NewSession()
		in := []tensor.Value{picture(1, 2, 224, 224)}
		for {
			if _, err := s.Run(ctx, in); err != nil {
				done <- err
				return
			}
		}
	}()
	time.Sleep(20 * time.Millisecond)
	for range 10 {
		start := time.Now()
		runtime.GC()
		require.Less(t, time.Since(start), 200*time.Millisecond)
	}
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
}

func TestInputErrors(t *testing.T) {
	m := compileNet(t, Options{})
	ctx := context.Background()
	for _, c := range []struct {
		in   map[string]tensor.Value
		err  error
		text string
	}{
		{map[string]tensor.Value{}, ErrInput, `bad input: input "x" is missing`},
		{map[string]tensor.Value{"y": picture(1, 1, 8, 8)}, ErrInput, `bad input: the model has no input "y"; inputs are "x"`},
		{map[string]tensor.Value{"x": tensor.New(tensor.Int64, 1, 3, 8, 8)}, ErrInput, `bad input: input "x" is float32, not int64`},
		{map[string]tensor.Value{"x": tensor.New(tensor.Float32, 1, 4, 8, 8)}, ErrShape, `incompatible shapes: input "x" has shape [N 3 H W], not [1 4 8 8]`},
		{map[string]tensor.Value{"x": tensor.New(tensor.Float32, 3, 8, 8)}, ErrShape, `incompatible shapes: input "x" has shape [N 3 H W], not [3 8 8]`},
		{map[string]tensor.Value{"x": &tensor.Sequence{}}, ErrInput, `bad input: input "x" is a tensor, not a sequence`},
	} {
		_, err := m.Run(ctx, c.in)
		require.ErrorIs(t, err, c.err)
		require.EqualError(t, err, c.text)
	}
	s := m.NewSession()
	_, err := s.Run(ctx, nil)
	require.EqualError(t, err, `bad input: 0 inputs given, the model has 1 ("x")`)
}

// RunInto fills tensors of the caller's, and says which does not fit.
func TestRunInto(t *testing.T) {
	m := compileNet(t, Options{})
	ctx, in := context.Background(), map[string]tensor.Value{"x": picture(7, 2, 40, 40)}
	want, err := m.Run(ctx, in)
	require.NoError(t, err)
	y := tensor.New(tensor.Float32, 2, 10)
	require.NoError(t, m.RunInto(ctx, in, map[string]*tensor.Tensor{"logits": y}))
	require.Equal(t, tensor.Data[float32](want["logits"]), tensor.Data[float32](y))
	require.EqualError(t, m.RunInto(ctx, in, map[string]*tensor.Tensor{"logits": tensor.New(tensor.Float32, 10)}),
		`incompatible shapes: output "logits" is float32[2 10], the tensor given for it float32[10]`)
	require.EqualError(t, m.RunInto(ctx, in, map[string]*tensor.Tensor{"prob": y}),
		`bad input: the model has no output "prob"; outputs are "logits"`)
}

func TestMemoryLimit(t *testing.T) {
	m := compileNet(t, Options{MaxMemory: 1 << 20})
	_, err := m.Run(context.Background(), map[string]tensor.Value{"x": picture(1, 1, 32, 32)})
	require.NoError(t, err)
	_, err = m.Run(context.Background(), map[string]tensor.Value{"x": picture(1, 4, 512, 512)})
	require.ErrorIs(t, err, ErrMemory)
}

func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := compileNet(t, Options{}).Run(ctx, map[string]tensor.Value{"x": picture(1, 1, 32, 32)})
	require.ErrorIs(t, err, context.Canceled)
	_, err = Compile(net(), Options{Context: ctx})
	require.ErrorIs(t, err, context.Canceled)
}
