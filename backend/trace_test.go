package backend

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// A trace has every chunk of every step once, within the step it belongs to, and
// no worker does two things at a time.
func TestTrace(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	s := compileNet(t, Options{Threads: 3}).NewSession()
	in := []tensor.Value{picture(1, 2, 64, 64)}
	run := func() {
		_, err := s.Run(context.Background(), in)
		require.NoError(t, err)
	}
	run()
	require.Empty(t, s.Slices())
	s.Trace(true)
	s.Profile(true)
	run()

	type key struct {
		name         string
		phase, chunk int
	}
	chunks, steps := map[key]Slice{}, map[string]Slice{}
	var last [3]Slice
	for _, l := range s.Slices() {
		require.GreaterOrEqual(t, l.Time, 0*l.Time, l.Name)
		if l.Chunk < 0 {
			require.Zero(t, l.Worker)
			steps[l.Out+l.Name] = l
			continue
		}
		require.GreaterOrEqual(t, l.Start, last[l.Worker].Start+last[l.Worker].Time, l.Name)
		last[l.Worker] = l
		k := key{l.Out + l.Name, l.Phase, l.Chunk}
		_, twice := chunks[k]
		require.False(t, twice, k)
		chunks[k] = l
	}
	require.Len(t, steps, len(s.Steps()))
	for k, l := range chunks {
		whole := steps[k.name]
		require.GreaterOrEqual(t, l.Start, whole.Start, k)
		require.LessOrEqual(t, l.Start+l.Time, whole.Start+whole.Time, k)
	}
	want := 0
	for i, f := range s.cur.frames {
		if c := s.cur.p.steps[i].class; c == static || c == view {
			continue
		}
		for _, p := range f.Phases {
			want += p.Chunks
		}
	}
	require.Len(t, chunks, want)
	s.Trace(false)
	require.Empty(t, s.Slices())
}
