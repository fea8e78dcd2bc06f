// Package onnx reads .onnx files into graphs.
//
// [ReadFile] takes a path, [ReadFS] a file of an fs.FS, and [Read] the bytes
// themselves; all return a [graph.Graph] that passes its Check: names are
// resolved, nodes are in order, and bodies of control flow list what they
// capture. [ReadTensor] and [ReadValue] read the values that test data come in.
//
// The wire format is decoded directly, without generated code, so that a file
// of weights is read at the speed of the disk: a tensor of 16 KiB or more shares
// the bytes of the file, which is read into memory and never mapped (a mapped
// file may be truncated under the reader). Tensors kept in other files are
// looked for below the model's folder only, never through a link or path that
// leaves it.
//
// A file is untrusted. [Limits] bound what it may ask for, sizes are compared
// with what is there before anything is allocated, and every error names the
// field and its byte offset:
//
//	conv.onnx: malformed ONNX: graph.node[3] "conv1".attribute "pads": at byte 1234: 5 bytes announced, 2 left
//
// Such an error matches [ErrFormat] or [ErrLimit] with errors.Is.
//
// The source is onnx.proto and onnx-data.proto of ONNX 1.23 (IR version 14),
// and its documents IR.md and ExternalData.md. Functions of this package may be
// called from any number of goroutines.
package onnx
