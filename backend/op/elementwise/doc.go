// Package elementwise is how operators that work element by element are made:
// shapes that broadcast, loop nests over strided storage, and inner loops that
// know nothing of either.
//
// An [Op] names its operands and chooses a [Loop] by their element types. A
// Loop sees rows: contiguous slices of equal lengths, or one repeated element
// where it has a special form for that. What lies between is here, once:
//
//   - dims are ordered by the output's strides and merged wherever all operands
//     allow it, so that tensors of one shape are a single row in any order of
//     memory, a per-channel operand is a repeated element of each plane in
//     plain order and a row in channels-last order;
//   - operands with gaps, repeated ones and those of narrow types (float16,
//     bfloat16, float8, ...) go through blocks of scratch memory that stay in
//     the first-level cache: gathered, widened to float32, computed, rounded
//     back;
//   - work is divided along elements, at multiples of a cache line.
//
// Results are those of each element by itself; they do not depend on strides,
// blocks or chunks.
package elementwise
