package backend

import "slices"

// capacity rounds a free dim up to 1, 2, 3, 4, 6, 8, 12, 16, 24, 32...: a program
// planned for it serves every size between this step and the one below.
// A size of 1 has a step of its own, since it may broadcast; so has 0.
func capacity(n int) int {
	if n <= 4 {
		return n
	}
	p := 4
	for p*2 < n {
		p *= 2
	}
	// p < n <= 2p
	if n <= p+p/2 {
		return p + p/2
	}
	return 2 * p
}

// capacities appends, for each input, a mark of its presence and rank and the
// capacity of each dim; a dim that the model fixes keeps its size.
func (m *Model) capacities(dst []int, shapes []shape) []int {
	for i, s := range shapes {
		if !s.present {
			dst = append(dst, -1)
			continue
		}
		dst = append(dst, len(s.dims))
		declared := m.infos[m.graph.Inputs[i]]
		for k, d := range s.dims {
			if declared.Ranked && declared.Shape[k] >= 0 {
				dst = append(dst, d)
			} else {
				dst = append(dst, capacity(d))
			}
		}
	}
	return dst
}

// shape is the shape of an input as given.
type shape struct {
	present bool
	dims    []int
}

// equal reports whether two lists of input shapes are the same.
func equal(a, b []shape) bool {
	return slices.EqualFunc(a, b, func(x, y shape) bool { return x.present == y.present && slices.Equal(x.dims, y.dims) })
}
