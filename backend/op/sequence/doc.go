// Package sequence holds the operators of sequences and optionals.
//
// Items live on the Go heap and never change: an operator that adds or takes
// away an item makes a new list of the same items, and only a tensor that enters
// a sequence is copied. Items are handed on by reference, so whoever receives one
// may keep it but not write to it.
package sequence
