package backend

import (
	"fmt"
	"strings"
	"time"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// A StepProfile is what one step of a session's program has cost.
type StepProfile struct {
	Name    string        // of the node
	Op      string        // operator and version
	Kernel  string        // the algorithm, as the kernel names itself, or its type
	Out     string        // the first output's type and shape
	Runs    int           // how often it has run
	Time    time.Duration // altogether
	Best    time.Duration // of the shortest run
	Flops   float64       // of one run, 0 where the kernel does not say
	Bytes   float64       // read and written by one run, weights included
	Chunks  int           // pieces that may run at the same time
	Dynamic bool          // shapes are known only during the run
}

// Profile makes the session measure its steps from now on, which costs about
// 100 ns each; with false it stops and forgets.
func (s *Session) Profile(on bool) {
	s.profiled = on
	for _, x := range s.insts {
		x.times = nil
	}
}

// Steps returns what the steps of the program that ran last have cost since
// [Session.Profile]. Views and what is computed from shapes alone take no time
// and are left out.
func (s *Session) Steps() []StepProfile {
	x := s.cur
	if x == nil || x.times == nil {
		return nil
	}
	var all []StepProfile
	for i := range x.p.steps {
		t := &x.times[i]
		if t.runs == 0 {
			continue
		}
		st, f := &x.p.steps[i], x.frames[i]
		p := StepProfile{Name: st.node.Name, Op: opName(st.node), Out: firstOut(f), Runs: t.runs, Time: t.total, Best: t.best, Dynamic: st.class == dynamic}
		p.Kernel, p.Flops = describe(st, f)
		for _, v := range f.In {
			p.Bytes += size(v)
		}
		for _, v := range f.Out {
			p.Bytes += size(v)
		}
		for _, ph := range f.Phases {
			p.Chunks = max(p.Chunks, ph.Chunks)
		}
		all = append(all, p)
	}
	return all
}

func opName(n *graph.Node) string { return fmt.Sprintf("%s-%d", n.Op, n.Version) }

// describe names the algorithm of a step, or the type of its kernel, and counts
// the operations where the kernel does.
func describe(s *progStep, f *op.Frame) (algorithm string, flops float64) {
	if d, ok := s.kernel.(op.Describer); ok {
		return d.Describe(f)
	}
	return strings.TrimLeft(fmt.Sprintf("%T", s.kernel), "*"), 0
}

// firstOut returns the type and shape of the first output that somebody wants.
func firstOut(f *op.Frame) string {
	for k, v := range f.Out {
		if v != nil {
			return f.OutInfo[k].String()
		}
	}
	return ""
}

// size returns the bytes of a value, 0 for what is no tensor.
func size(v *op.Value) float64 {
	if v == nil {
		return 0
	}
	return float64(v.Len() * v.Type.Size())
}

// spent is the time of one step.
type spent struct {
	runs        int
	total, best time.Duration
}

// measure adds the time since start to step i.
func (x *instance) measure(i int, start time.Time) {
	if x.times == nil {
		x.times = make([]spent, len(x.p.steps))
	}
	t, d := &x.times[i], time.Since(start)
	if t.runs == 0 || d < t.best {
		t.best = d
	}
	t.runs++
	t.total += d
}
