package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// newGRU parses GRU, versions 1, 3, 7, 14 and 22; see [recurrent].
func newGRU(n *graph.Node) (op.Op, error) { return newRecurrent(n, 3, "Sigmoid", "Tanh") }

// gru computes one step, gates in the order z, r, h:
//
//	z = f(x·Wz + h·Rz + b)
//	r = f(x·Wr + h·Rr + b)
//	y = g(x·Wh + (r*h)·Rh + b), or with linear_before_reset
//	y = g(x·Wh + r*(h·Rh + Rbh) + Wbh)
//	h = (1-z)*y + z*h
func (k *recurrentKernel[T]) gru(s *step[T]) {
	n := s.hidden
	k.multiply(s.n, 2*n, n, s.h, n, s.r, s.gates, s.ld, nil)
	work := s.work[:s.n*n]
	for r := range s.n {
		row := s.gates[r*s.ld:][:2*n]
		k.squash(s.acts[0], row)
		if !k.linearFirst {
			k.mul(work[r*n:][:n], row[n:], s.h[r*n:][:n])
		}
	}
	if k.linearFirst {
		k.multiply(s.n, n, n, s.h, n, s.last, work, n, s.extra)
		for r := range s.n {
			row, part := s.gates[r*s.ld:][:3*n], work[r*n:][:n]
			k.mul(part, part, row[n:2*n])
			k.add(row[2*n:], row[2*n:], part)
		}
	} else {
		k.multiply(s.n, n, n, work, n, s.last, s.gates[2*n:], s.ld, nil)
	}
	for r := range s.n {
		row, h := s.gates[r*s.ld:][:3*n], s.h[r*n:][:n]
		z, y := row[:n], row[2*n:]
		k.squash(s.acts[1], y)
		k.sub(h, h, y)
		k.mul(h, h, z)
		k.add(h, h, y)
	}
}
