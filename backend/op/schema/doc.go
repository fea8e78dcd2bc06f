// Package schema holds ONNX's operator schemas: for every version of every
// operator, how many inputs and outputs a node may have, of which types, and the
// names and kinds of its attributes. It is what the specification says, not what
// this engine supports.
//
// A version of an operator set has the newest schema of each operator that is
// not newer than it: a Conv of opset 17 has the schema of version 11.
package schema
