package backend

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// A profile names every step that has run, in order, how often, and what a
// convolution computes by its definition.
func TestProfile(t *testing.T) {
	s := compileNet(t, Options{Threads: 1}).NewSession()
	in := []tensor.Value{picture(1, 1, 32, 32)}
	run := func() {
		_, err := s.Run(context.Background(), in)
		require.NoError(t, err)
	}
	run()
	require.Empty(t, s.Steps())
	s.Profile(true)
	run()
	run()
	steps := s.Steps()
	require.Equal(t, "Conv-17", steps[0].Op)
	require.Equal(t, "stem", steps[0].Kernel)
	require.Equal(t, 2.*20*16*16*3*5*5, steps[0].Flops)
	require.Equal(t, "Gemm-17", steps[len(steps)-1].Op)
	for _, p := range steps {
		require.Equal(t, 2, p.Runs, p.Name)
		require.Positive(t, p.Bytes, p.Name)
		require.LessOrEqual(t, 2*p.Best, p.Time, p.Name)
	}
	require.False(t, slices.ContainsFunc(steps, func(p StepProfile) bool { return p.Op == "Flatten-17" }), "a view takes no time")
	s.Profile(false)
	run()
	require.Empty(t, s.Steps())
}
