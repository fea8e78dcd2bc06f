// Package tensor holds values: dense tensors of every ONNX element type, and
// the sequences, optionals and maps made of them.
//
// A [Tensor] has a [Type], a shape and row-major storage. [Of] wraps a Go slice
// without copying it, [Data] gives it back, typed. A rank of 0 is a scalar; a
// dim of 0 is allowed and makes the tensor empty.
//
// The 2-, 4- and 6-bit types take one byte an element in memory, so that any
// element has an address; they are packed in files only. Types that Go lacks
// (float16, bfloat16, the float8 kinds, ...) are stored as their bits in named
// Go types. [Convert] and, on bare storage, [ConvertBytes] go from any type to
// any other by the rules of the Cast operator of the ONNX specification 1.23, with
// the same results on every processor; [Pack] and [Unpack] are the form in files.
//
// Values are not safe for concurrent writes; concurrent reads are fine.
package tensor
