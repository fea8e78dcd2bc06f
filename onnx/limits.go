package onnx

import "math"

// Limits bound what a file may ask for. A field of zero takes its default; a
// file that asks for more is refused with [ErrLimit].
type Limits struct {
	Bytes    int64 // of the model and its external data together; 64 GiB
	Nodes    int   // of all graphs and functions; 1 Mi
	Tensors  int   // initializers, and tensors in attributes; 1 Mi
	Depth    int   // graphs in graphs and types in types; 32
	Elements int64 // of all tensors together; 2³⁶
	Sparse   int64 // elements of all sparse tensors, made dense; 64 Mi
}

// withDefaults replaces zeros.
func (l Limits) withDefaults() Limits {
	orDefault(&l.Bytes, 64<<30)
	orDefault(&l.Nodes, 1<<20)
	orDefault(&l.Tensors, 1<<20)
	orDefault(&l.Depth, 32)
	orDefault(&l.Elements, 1<<36)
	orDefault(&l.Sparse, 64<<20)
	l.Bytes = min(l.Bytes, math.MaxInt-1024) // one slice holds a file
	return l
}

func orDefault[T int | int64](x *T, def T) {
	if *x == 0 {
		*x = def
	}
}

// An Option changes how a file is read.
type Option func(*decoder)

// WithLimits replaces the default limits.
func WithLimits(l Limits) Option {
	return func(d *decoder) { d.limits = l.withDefaults() }
}
