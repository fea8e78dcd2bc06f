package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// An algorithm is F(m×m, r×r) with tiles of a×a inputs.
type algorithm struct {
	name          string
	a, m          int
	input, output string // formulas from d0... to v0...
}

// A formula has one operation a line, fused where it has a factor:
//
//	v = x + y, x - y, x + k*y or x - k*y
var algorithms = []algorithm{
	{"F43", 6, 4, `
		t = d4 + 4*d0
		v0 = t - 5*d2
		u = d5 + 4*d1
		v5 = u - 5*d3
		p = d4 - 4*d2
		q = d3 - 4*d1
		r = d4 - d2
		s = d3 - d1
		v1 = p + q
		v2 = p - q
		v3 = r + 2*s
		v4 = r - 2*s`, `
		p = d1 + d2
		q = d1 - d2
		r = d3 + d4
		s = d3 - d4
		t = d0 + p
		v0 = t + r
		u = d5 + q
		v3 = u + 8*s
		v1 = q + 2*s
		v2 = p + 4*r`},
	{"F23", 4, 2, `
		v0 = d0 - d2
		v1 = d1 + d2
		v2 = d2 - d1
		v3 = d3 - d1`, `
		p = d0 + d1
		v0 = p + d2
		q = d1 - d2
		v1 = q + d3`},
	{"F42", 5, 4, `
		p = d3 - d2
		v3 = d3 - d1
		s = d0 - d2
		v0 = v3 + 2*s
		t = d4 - d2
		v4 = t - 2*v3
		u = d1 - d2
		v2 = p + 2*u
		v1 = p - 2*d1`, `
		p = d1 + d2
		q = d1 - d2
		t = d0 + p
		v0 = t + d3
		u = d4 + q
		v3 = u + 8*d3
		v1 = q + 2*d3
		v2 = p + 4*d3`},
	{"F22", 3, 2, `
		v0 = d0 - d1
		v2 = d2 - d1
		v1 = d1`, `
		v0 = d0 + d1
		v1 = d1 + d2`},
}

// A step is one line of a formula: dst = x + sign*k*y, or dst = x if y is "".
type step struct {
	dst, x, y string
	sign      string
	k         int
}

// parse returns the steps of a formula.
func parse(formula string) []step {
	var steps []step
	for line := range strings.Lines(strings.TrimSpace(formula)) {
		w := strings.Fields(line)
		s := step{dst: w[0], x: w[2], k: 1}
		if len(w) > 3 {
			s.sign, s.y = w[3], w[4]
			if k, y, ok := strings.Cut(s.y, "*"); ok {
				s.k, _ = strconv.Atoi(k)
				s.y = y
			}
		}
		steps = append(steps, s)
	}
	return steps
}

// factors returns the factors of the fused steps.
func factors(steps []step) []int {
	var list []int
	for _, k := range []int{2, 4, 5, 8} {
		if slices.ContainsFunc(steps, func(s step) bool { return s.k == k }) {
			list = append(list, k)
		}
	}
	return list
}

// An allocation gives the names of a formula registers while it is written.
type allocation struct {
	reg  map[string]int
	free []int
	last map[string]int // step of the last use
	at   int
}

// allocate starts with d0... in registers 0..., and the given number of
// registers to use. Results live to the end.
func allocate(steps []step, inputs, registers int) *allocation {
	a := &allocation{reg: map[string]int{}, last: map[string]int{}}
	for r := range registers {
		if r < inputs {
			a.reg[fmt.Sprint("d", r)] = r
		} else {
			a.free = append(a.free, r)
		}
	}
	for i, s := range steps {
		a.last[s.x], a.last[s.y] = i, i
	}
	for _, s := range steps {
		if s.dst[0] == 'v' {
			a.last[s.dst] = len(steps)
		}
	}
	return a
}

// dies reports whether the current step uses v for the last time.
func (a *allocation) dies(v string) bool { return a.last[v] == a.at }

// take returns a free register.
func (a *allocation) take() int {
	r := a.free[0]
	a.free = a.free[1:]
	return r
}

// target returns a register for the result of the current step: that of an
// operand it uses last, if there is one, else a free one.
func (a *allocation) target(s step) int {
	for _, v := range []string{s.x, s.y} {
		if v != "" && a.dies(v) {
			return a.reg[v]
		}
	}
	return a.take()
}

// done names the result of the current step, in register r, and frees what it
// used last, unless that is r.
func (a *allocation) done(s step, r int) {
	for _, v := range []string{s.x, s.y} {
		if old, ok := a.reg[v]; ok && a.dies(v) {
			delete(a.reg, v)
			if old != r {
				a.free = append(a.free, old)
			}
		}
	}
	a.reg[s.dst] = r
	a.at++
}

// results returns the registers of v0 and so on.
func (a *allocation) results() []int {
	var out []int
	for {
		r, ok := a.reg[fmt.Sprint("v", len(out))]
		if !ok {
			return out
		}
		out = append(out, r)
	}
}

// spare returns n registers that hold none of the results, when only these are
// needed any more.
func spare(results []int, n int) []int {
	var free []int
	for r := 0; len(free) < n; r++ {
		if !slices.Contains(results, r) {
			free = append(free, r)
		}
	}
	return free
}
