package kernels

import (
	"math"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// vecLongCalls lists calls of assembly at the size to which the methods cut
// their work.
func vecLongCalls(s *Set) map[string]func() {
	x := make([]float32, 1<<20)
	for i := range x {
		x[i] = float32(i%7) - 3
	}
	dst := make([]float32, 1<<20)
	calls := map[string]func(){
		"Sum":            func() { s.vec.sum(x[:reduceBlock]) },
		"ExpSum":         func() { s.vec.expSum(dst[:reduceBlock], x[:reduceBlock], 3) },
		"Transpose":      func() { s.conv.transpose(dst, 256, x, 64, 256, 64) },
		"AccumulateRows": func() { s.conv.accumulateRows(dst[:64], x, 64, 4096, 64) },
	}
	for name, f := range vecUnary(s) {
		if name != "Sin" && name != "Cos" { // not assembly
			calls[name] = func() { f(dst[:block], x[:block]) }
		}
	}
	for name, c := range map[string]int{"wide": 4096, "narrow": 8} {
		w := Window{C: c, Width: 4096 / c * 8, KernelWidth: 3, Stride: 1, Dilation: 1, InStride: c, OutStride: c}
		w.OutWidth = w.Width - 2
		p := w.next(0, w.limit(3))
		rows := []int32{0, 0, 0}
		calls["Depthwise "+name] = func() { (&depthwiseRow{dst, x, rows, x, x[:c], &w, 0, 6}).run(s.conv.depthwise, p) }
		calls["MaxPool "+name] = func() { (&poolRow{dst, x, rows, nil, &w}).max(s.conv.maxPool, p) }
	}
	return calls
}

// TestCallTime protects the garbage collector: it waits for the longest call of
// assembly, which should take no more than 100 us.
func TestCallTime(t *testing.T) {
	if testing.Short() || runtime.GOARCH != "amd64" {
		t.Skip("needs an idle machine, not an emulator")
	}
	vecEachSet(t, func(t *testing.T, s *Set) {
		for name, f := range vecLongCalls(s) {
			best := time.Duration(math.MaxInt64)
			for range 20 {
				start := time.Now()
				f()
				best = min(best, time.Since(start))
			}
			require.LessOrEqual(t, best, 100*time.Microsecond, name)
		}
	})
}

// TestPreemption: a loop of nothing but kernels does not hold up the collector.
func TestPreemption(t *testing.T) {
	vecEachSet(t, func(t *testing.T, s *Set) {
		x := make([]float32, 4*block)
		w := Window{C: 64, Width: 56, OutWidth: 56, KernelWidth: 3, Stride: 1, Dilation: 1, Pad: 1, InStride: 64, OutStride: 64}
		var stop atomic.Bool
		done := make(chan struct{})
		go func() {
			defer close(done)
			for !stop.Load() {
				s.Exp(x, x)
				s.Softmax(x[:1000], x)
				s.Depthwise(x[block:], x, []int32{0, 0, 0}, x, x, &w, 0, 6)
			}
		}()
		best := time.Duration(math.MaxInt64)
		for range 5 {
			start := time.Now()
			runtime.GC()
			best = min(best, time.Since(start))
		}
		stop.Store(true)
		<-done
		require.LessOrEqual(t, best, 200*time.Millisecond)
	})
}
