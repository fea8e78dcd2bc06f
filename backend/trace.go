package backend

import (
	"time"

	"github.com/sardonyx-go/sardonyx/backend/op"
)

// A Slice is the time a worker has spent on a step, or on a chunk of it.
type Slice struct {
	Name   string // of the node
	Op     string // operator and version
	Kernel string // the algorithm
	Out    string // the first output's type and shape
	Worker int    // 0 is the caller of Run
	Phase  int
	Chunk  int           // -1: the step as a whole, with the time worker 0 has waited for others
	Start  time.Duration // since [Session.Trace]
	Time   time.Duration
}

// Trace makes the session note what each worker does and when, from now on: some
// 100 ns and 100 bytes for each chunk of each run, so it is for a few runs. With
// false it stops and forgets.
func (s *Session) Trace(on bool) {
	s.team.trace = nil
	if on {
		s.team.trace = &trace{begin: time.Now()}
	}
}

// Slices returns what has been noted since [Session.Trace], worker by worker, in
// the order in which slices ended; bodies of control flow are included.
func (s *Session) Slices() []Slice {
	if s.team.trace == nil {
		return nil
	}
	var all []Slice
	for w, records := range s.team.trace.by {
		for _, r := range records {
			l := Slice{Name: r.step.node.Name, Op: opName(r.step.node), Out: firstOut(r.frame), Worker: w, Phase: r.phase, Chunk: r.chunk, Start: r.start, Time: r.end - r.start}
			l.Kernel, _ = describe(r.step, r.frame)
			all = append(all, l)
		}
	}
	return all
}

// A trace holds the records of each worker, who alone writes them. A nil one
// notes nothing.
type trace struct {
	begin time.Time
	by    [][]record
}

type record struct {
	step         *progStep
	frame        *op.Frame
	phase, chunk int
	start, end   time.Duration
}

// workers makes room for a team; nobody is at work.
func (t *trace) workers(n int) {
	if t != nil && len(t.by) < n {
		t.by = append(t.by, make([][]record, n-len(t.by))...)
	}
}

func (t *trace) now() time.Duration {
	if t == nil {
		return 0
	}
	return time.Since(t.begin)
}

// add notes that a worker has been busy from start until now.
func (t *trace) add(worker int, start time.Duration, s *progStep, f *op.Frame, phase, chunk int) {
	if t != nil {
		t.by[worker] = append(t.by[worker], record{s, f, phase, chunk, start, t.now()})
	}
}
