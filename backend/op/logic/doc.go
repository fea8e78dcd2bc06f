// Package logic holds the operators of ONNX that compare, select and work on
// bits: And, Or, Xor, Not; Equal, Greater, Less and theirs; Where; IsNaN and
// IsInf; the bitwise operators and shifts.
//
// [Ops] lists them. All are entries of tables over package elementwise.
// Comparisons with NaN are false. A bool is one byte, 0 or 1.
package logic
