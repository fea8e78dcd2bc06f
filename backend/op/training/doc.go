// Package training holds the operators that only training needs: losses over
// classes, and steps of optimisers on any number of tensors.
//
// Losses are summed, and steps computed, in float64, and rounded once; samples and
// elements are divided between workers, and sums run over them in order, so that
// bits do not depend on the division.
package training
