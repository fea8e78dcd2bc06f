package main

import (
	"runtime"
	"sync"
	"time"

	"github.com/sardonyx-go/sardonyx/kernels"
)

// peakTime is how long the peak of the machine is looked for.
const peakTime = 100 * time.Millisecond

// measurePeak returns the most floating-point operations a nanosecond (GFLOP/s)
// that some threads, all at the same time, can compute with a set: each repeats
// multiply-adds that read and write nothing. It is the best of rounds of about
// two milliseconds, which the clock and other programs disturb least.
func measurePeak(set *kernels.Set, threads int) float64 {
	threads = max(1, min(threads, runtime.GOMAXPROCS(0)))
	const links = 256
	round := func(calls int) time.Duration {
		start := time.Now()
		var wg sync.WaitGroup
		for range threads {
			wg.Go(func() {
				var x [kernels.ChainLanes]float32
				for range calls {
					set.Chains(&x, 1.1, 0.3, links)
				}
			})
		}
		wg.Wait()
		return time.Since(start)
	}
	calls := 1
	for round(calls) < 2*time.Millisecond {
		calls *= 2
	}
	best := 0.0
	for begin := time.Now(); best == 0 || time.Since(begin) < peakTime; {
		flops := 2 * kernels.ChainLanes * links * float64(calls*threads)
		best = max(best, flops/float64(max(1, round(calls).Nanoseconds())))
	}
	return best
}
