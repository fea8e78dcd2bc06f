package main

import "strings"

// A kernel is one function to generate, for every instruction set.
type kernel struct {
	name   string   // "Exp" becomes ExpAVX2, ExpAVX512, ExpNEON
	def    string   // its definition in package kernels
	out    bool     // it has a dst
	in     []string // names of the slices it reads
	params []string // names of its scalar arguments
	reduce string   // "", or the kind of accumulation: accAdd, accMax, accMin, accNaN
	unroll int      // vectors per iteration, if registers suffice
	body   func(p *program)
}

func (k *kernel) program(scalef bool) *program {
	p := &program{scalef: scalef, constant: map[uint32]value{}}
	k.body(p)
	return p
}

func (k kernel) declaration() (name, definition, signature string) {
	return k.name, k.def, k.signature()
}

func (k kernel) exists(set string) bool { return true }

// slices returns the slice arguments in order.
func (k *kernel) slices() []string {
	if k.out {
		return append([]string{"dst"}, k.in...)
	}
	return k.in
}

// signature returns the Go parameters and result.
func (k *kernel) signature() string {
	s := strings.Join(k.slices(), ", ") + " []float32"
	if len(k.params) > 0 {
		s += ", " + strings.Join(k.params, ", ") + " float32"
	}
	switch k.reduce {
	case "":
		return "(" + s + ")"
	case "accNaN":
		return "(" + s + ") bool"
	}
	return "(" + s + ") float32"
}

// paramOffset returns where the i-th scalar is in the argument frame.
func (k *kernel) paramOffset(i int) int { return 24*len(k.slices()) + 4*i }

// resultOffset returns where the result is.
func (k *kernel) resultOffset() int { return (k.paramOffset(len(k.params)) + 7) &^ 7 }

// frame returns the size of arguments and result.
func (k *kernel) frame() int {
	switch k.reduce {
	case "":
		return k.paramOffset(len(k.params))
	case "accNaN":
		return k.resultOffset() + 1
	}
	return k.resultOffset() + 4
}

// vectorKernels returns all kernels made from programs.
func vectorKernels() []kernel {
	var all []kernel
	all = append(all, elementary...)
	all = append(all, exponentials...)
	all = append(all, logarithms...)
	return append(all, errorFunctions...)
}
