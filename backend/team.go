package backend

import (
	"fmt"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sardonyx-go/sardonyx/backend/op"
)

// A team is the caller of a run and the workers that help it. Workers come from
// one process-wide pool; a run takes those that are free, perhaps none, and
// never waits for one: the caller claims chunks like the others, and waits only
// for chunks that somebody has claimed. Workers stay a moment when a run has
// ended, in case another one follows.
type team struct {
	// claim is the job's number (24 bits) and the chunks nobody has claimed yet,
	// from one (20 bits) to before another (20), in one word so that a chunk of
	// a finished job cannot be claimed.
	claim  atomic.Uint64
	done   atomic.Int64
	active atomic.Bool // a run is going on

	kernel op.Kernel
	frame  *op.Frame
	phase  int

	seq  uint64
	size int // workers and caller, at the start of the run

	mu    sync.Mutex
	taken uint64 // by bit: numbers of workers that are here
	err   error
}

const (
	chunkBits = 20
	maxChunks = 1<<chunkBits - 1
	maxTeam   = 64
	linger    = 50 * time.Microsecond // that workers stay without a run
)

// workers is the process-wide pool: parked goroutines, each waiting for a team.
var workers struct {
	mu   sync.Mutex
	idle []chan hire
	all  int
}

// hire sends a worker to a team.
type hire struct {
	team   *team
	number int // from 1: which scratch memory is the worker's
}

// enlist begins a run with up to n threads, the caller's included: workers who
// are still here, and others as far as any are free now.
func (t *team) enlist(n int) {
	t.active.Store(true)
	n = min(n, runtime.GOMAXPROCS(0), maxTeam)
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.size = 1 + bits.OnesCount64(t.taken); t.size < n; t.size++ {
		c := freeWorker()
		if c == nil {
			return
		}
		number := bits.TrailingZeros64(^(t.taken | 1))
		t.taken |= 1 << number
		c <- hire{t, number}
	}
}

// freeWorker takes a worker from the pool; nil if all are busy.
func freeWorker() chan hire {
	w := &workers
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := len(w.idle); n > 0 {
		c := w.idle[n-1]
		w.idle = w.idle[:n-1]
		return c
	}
	if w.all >= runtime.GOMAXPROCS(0)-1 {
		return nil
	}
	w.all++
	c := make(chan hire, 1)
	go work(c)
	return c
}

// work is the life of a worker.
func work(c chan hire) {
	for h := range c {
		h.team.help(h.number)
		h.team.mu.Lock()
		h.team.taken &^= 1 << h.number
		h.team.mu.Unlock()
		workers.mu.Lock()
		workers.idle = append(workers.idle, c)
		workers.mu.Unlock()
	}
}

// help claims chunks until there has been no run for a while.
func (t *team) help(worker int) {
	var since time.Time
	for spins := 0; ; spins++ {
		switch {
		case t.once(worker):
			spins, since = 0, time.Time{}
		case t.active.Load():
			since = time.Time{}
			if spins > 100 {
				runtime.Gosched()
			}
		case since.IsZero():
			since = time.Now()
		case time.Since(since) > linger:
			return
		default:
			runtime.Gosched()
		}
	}
}

// once claims and runs one chunk, if there is one. Half of the workers take
// chunks from the front and half from the back: the rows of an image that one
// has written in a step, and has in its cache, it mostly reads in the next.
func (t *team) once(worker int) bool {
	v := t.claim.Load()
	from, to := v>>chunkBits&maxChunks, v&maxChunks
	if from >= to {
		return false
	}
	chunk, rest := from, v+1<<chunkBits
	if worker%2 == 1 {
		chunk, rest = to-1, v-1
	}
	if !t.claim.CompareAndSwap(v, rest) {
		return false
	}
	t.chunk(int(chunk), worker)
	t.done.Add(1)
	return true
}

// chunk runs a chunk of the current job; a panic in it is an error of ours.
func (t *team) chunk(c, worker int) {
	defer func() {
		if p := recover(); p != nil {
			t.fail(panicError(p))
		}
	}()
	if err := t.kernel.Run(t.frame, t.phase, c, worker); err != nil {
		t.fail(err)
	}
}

func (t *team) fail(err error) {
	t.mu.Lock()
	if t.err == nil {
		t.err = err
	}
	t.mu.Unlock()
}

// run does all chunks of a phase and returns the first error.
func (t *team) run(k op.Kernel, f *op.Frame, phase int) error {
	n := f.Phases[phase].Chunks
	if n > maxChunks {
		return fmt.Errorf("%w: %d chunks in a phase, at most %d", op.ErrInternal, n, maxChunks)
	}
	t.kernel, t.frame, t.phase = k, f, phase
	t.done.Store(0)
	t.seq++
	t.claim.Store(t.seq<<(2*chunkBits) | uint64(n))
	for t.once(0) {
	}
	for spins := 0; t.done.Load() < int64(n); spins++ {
		if spins > 100 {
			runtime.Gosched()
		}
	}
	t.mu.Lock()
	err := t.err
	t.err = nil
	t.mu.Unlock()
	return err
}

// dismiss ends a run: workers leave unless another one begins soon.
func (t *team) dismiss() {
	t.active.Store(false)
	t.size = 1
}

func panicError(p any) error {
	buf := make([]byte, 2048)
	return fmt.Errorf("%w: %v\n%s", op.ErrInternal, p, buf[:runtime.Stack(buf, false)])
}
