package backend

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
)

// chunks counts how often each of its chunks has run.
type chunks struct {
	ran  []atomic.Int32
	fail int // the chunk that fails, or panics if negative
}

func (c *chunks) Resolve(*op.Frame) error { return nil }

func (c *chunks) Run(_ *op.Frame, _, chunk, worker int) error {
	c.ran[chunk].Add(1)
	if chunk == c.fail {
		return errors.New("no")
	}
	if chunk == -c.fail {
		panic("oh")
	}
	return nil
}

// Every chunk of every job runs exactly once, whoever claims it.
func TestTeamRunsEachChunkOnce(t *testing.T) {
	team := new(team)
	team.enlist(4)
	defer team.dismiss()
	for n := 1; n < 200; n++ {
		k := &chunks{ran: make([]atomic.Int32, n), fail: n + 1}
		f := op.NewFrame(0, 0)
		f.Phases = append(f.Phases, op.Phase{Chunks: n})
		require.NoError(t, team.run(k, f, 0))
		for i := range k.ran {
			require.EqualValues(t, 1, k.ran[i].Load(), "%d chunks, chunk %d", n, i)
		}
	}
}

// An error of one chunk is the phase's; a panic is an internal error; the team
// goes on working.
func TestTeamErrors(t *testing.T) {
	team := new(team)
	team.enlist(4)
	defer team.dismiss()
	f := op.NewFrame(0, 0)
	f.Phases = append(f.Phases, op.Phase{Chunks: 10})
	require.EqualError(t, team.run(&chunks{ran: make([]atomic.Int32, 10), fail: 7}, f, 0), "no")
	require.ErrorIs(t, team.run(&chunks{ran: make([]atomic.Int32, 10), fail: -7}, f, 0), ErrInternal)
	require.NoError(t, team.run(&chunks{ran: make([]atomic.Int32, 10), fail: 11}, f, 0))
}
