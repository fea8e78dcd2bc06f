// Package control holds the operators that run graphs: If, Loop and Scan.
//
// A body is compiled once, when the model is (see [op.Env]), and run through an
// [op.Call]. What a body takes from the graph around it are inputs of the node,
// listed after its own. Nothing that bodies exchange is copied: a Call's outputs
// stay valid until its next Run, so loops alternate two Calls of one body, each
// reading what the other wrote.
//
// How long a loop runs is known only then: the outputs of all three operators
// are late.
package control
