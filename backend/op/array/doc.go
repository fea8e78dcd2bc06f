// Package array holds the operators that make, move, select and count elements
// without computing with them: Reshape, Transpose, Slice, Concat, Gather, Pad,
// TopK and their kin.
//
// Where the specification allows it an operator does no work at all. Reshape,
// Squeeze, Transpose, Slice, Split and Expand are strided views of their input
// (see [op.Viewer]); Concat's inputs are written where they belong by whoever
// produces them (see [op.Gatherer]); Shape and Size read no element. Each has a
// copy to fall back on when strides do not allow the view.
//
// Elements are moved by size, not by type: all that is 4 bytes wide goes through
// the same loop, strings through theirs. Types matter only to the operators that
// compare or add (TopK, Unique, NonZero, the reductions of ScatterElements, ...).
//
// Values of small integer tensors travel through Shape, Gather, Slice, Concat
// and their kin as symbols (see [op.Info]), so that a Reshape behind them knows
// its output without running anything.
package array
