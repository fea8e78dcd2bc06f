package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// newRNN parses RNN, versions 1, 7, 14 and 22; see [recurrent].
func newRNN(n *graph.Node) (op.Op, error) { return newRecurrent(n, 1, "Tanh") }

// rnn computes one step: h = f(x·W + h·R + b).
func (k *recurrentKernel[T]) rnn(s *step[T]) {
	n := s.hidden
	k.multiply(s.n, n, n, s.h, n, s.r, s.gates, s.ld, nil)
	for r := range s.n {
		row, h := s.gates[r*s.ld:][:n], s.h[r*n:][:n]
		k.squash(s.acts[0], row)
		copy(h, row)
	}
}
