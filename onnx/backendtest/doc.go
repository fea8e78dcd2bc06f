// Package backendtest reads ONNX's backend tests, the specification's own
// examples, and compares results by the rules of their runner.
//
// A test is a model of one operator or of some, values for its inputs and the
// values its outputs should have. [Open] finds them in a folder of the layout of
// onnx/backend/test/data, or in an archive of one. Whoever runs a model compares
// what comes out with [Tolerance.Differ].
//
// An archive is read into memory and never unpacked to disk, so its names cannot
// lead anywhere, and it may not hold more than [MaxArchive] bytes.
//
// The layout and the rules are those of onnx 1.23, onnx/backend/test/runner.
package backendtest
