package backend

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/sardonyx-go/sardonyx/backend/op"
)

// A team is the caller of a run and the workers that help it. Workers come from
// one process-wide pool; a run takes those that are free, perhaps none, and
// never waits for one: the caller claims chunks like the others, and waits only
// for chunks that somebody has claimed.
type team struct {
	// claim is the job's number (24 bits) and the chunks nobody has claimed yet,
	// from one (20 bits) to before another (20), in one word so that a chunk of
	// a finished job cannot be claimed.
	claim atomic.Uint64
	done  atomic.Int64
	quit  atomic.Bool

	kernel op.Kernel
	frame  *op.Frame
	phase  int
	step   *progStep // of the frame, for the trace
	trace  *trace

	seq    uint64
	size   int // workers and caller
	joined atomic.Int32
	gone   sync.WaitGroup
	mu     sync.Mutex
	err    error
}

const (
	chunkBits = 20
	maxChunks = 1<<chunkBits - 1
)

// workers is the process-wide pool: parked goroutines, each waiting for a team.
var workers struct {
	mu   sync.Mutex
	idle []chan *team
	all  int
}

// newTeam returns a team of up to n, the caller included, with as many workers
// as are free now.
func newTeam(n int) *team {
	t := &team{size: 1}
	t.enlist(n)
	return t
}

func (t *team) enlist(n int) {
	if n = min(n, runtime.GOMAXPROCS(0)); n <= 1 {
		return
	}
	w := &workers
	w.mu.Lock()
	defer w.mu.Unlock()
	for t.size < n {
		if len(w.idle) == 0 {
			if w.all >= runtime.GOMAXPROCS(0)-1 {
				return
			}
			w.all++
			c := make(chan *team, 1)
			go work(c)
			w.idle = append(w.idle, c)
		}
		c := w.idle[len(w.idle)-1]
		w.idle = w.idle[:len(w.idle)-1]
		t.gone.Add(1)
		c <- t
		t.size++
	}
}

// work is the life of a worker.
func work(c chan *team) {
	for t := range c {
		t.help(int(t.join()))
		t.gone.Done()
		workers.mu.Lock()
		workers.idle = append(workers.idle, c)
		workers.mu.Unlock()
	}
}

// join returns the number of a worker in its team, from 1.
func (t *team) join() int32 { return 1 + int32(t.joined.Add(1)-1) }

// help claims chunks until the team is dismissed.
func (t *team) help(worker int) {
	for spins := 0; !t.quit.Load(); spins++ {
		if t.once(worker) {
			spins = 0
		} else if spins > 100 {
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
	start := t.trace.now()
	if err := t.kernel.Run(t.frame, t.phase, c, worker); err != nil {
		t.fail(err)
	}
	t.trace.add(worker, start, t.step, t.frame, t.phase, c)
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
		if !t.once(0) && spins > 100 {
			runtime.Gosched()
		}
	}
	err := t.err
	t.err = nil
	return err
}

// dismiss sends the workers back to the pool; it returns when all have left.
func (t *team) dismiss() {
	t.quit.Store(true)
	t.gone.Wait()
	t.quit.Store(false)
	t.size = 1
	t.joined.Store(0)
}

func panicError(p any) error {
	buf := make([]byte, 2048)
	return fmt.Errorf("%w: %v\n%s", op.ErrInternal, p, buf[:runtime.Stack(buf, false)])
}
