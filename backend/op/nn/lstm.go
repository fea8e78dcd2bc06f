package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// newLSTM parses LSTM, versions 1, 7, 14 and 22; see [recurrent].
func newLSTM(n *graph.Node) (op.Op, error) { return newRecurrent(n, 4, "Sigmoid", "Tanh", "Tanh") }

// lstm computes one step, gates in the order i, o, f, c:
//
//	i = f(x·Wi + h·Ri + Pi*C + b)
//	f = f(x·Wf + h·Rf + Pf*C + b), or 1 - i
//	c = g(x·Wc + h·Rc + b)
//	C = f*C + i*c
//	o = f(x·Wo + h·Ro + Po*C + b)
//	h = o * h(C)
//
// clip limits all that goes into f, g and h.
func (k *recurrentKernel[T]) lstm(s *step[T]) {
	n := s.hidden
	k.multiply(s.n, 4*n, n, s.h, n, s.r, s.gates, s.ld, nil)
	tmp := s.work[:n]
	for r := range s.n {
		row := s.gates[r*s.ld:][:4*n]
		in, out, forget, cell := row[:n], row[n:2*n], row[2*n:3*n], row[3*n:]
		h, c := s.h[r*n:][:n], s.c[r*n:][:n]
		if len(s.peep) == 0 {
			k.squash(s.acts[0], row[:3*n])
		} else {
			k.peep(in, s.peep[:n], c, tmp)
			k.peep(forget, s.peep[2*n:], c, tmp)
			k.squash(s.acts[0], in)
			k.squash(s.acts[0], forget)
		}
		if k.inputForget {
			for i, v := range in {
				forget[i] = 1 - v
			}
		}
		k.squash(s.acts[1], cell)
		k.mul(cell, cell, in)
		k.mul(c, c, forget)
		k.add(c, c, cell)
		if len(s.peep) > 0 {
			k.peep(out, s.peep[n:2*n], c, tmp)
			k.squash(s.acts[0], out)
		}
		copy(h, c)
		k.squash(s.acts[2], h)
		k.mul(h, h, out)
	}
}

// peep adds a peephole's view of the cell to a gate.
func (k *recurrentKernel[T]) peep(gate, p, c, tmp []T) {
	k.mul(tmp, p, c)
	k.add(gate, gate, tmp)
}
