package onnx

import (
	"bytes"
	"unicode/utf8"
)

// signatures of files that are often given in place of an ONNX model.
var signatures = []struct {
	at   int
	sign string
	what string
}{
	{0, "PK\x03\x04", "a zip archive, as PyTorch (.pt) and Keras (.keras) save models, not an ONNX model: export it first"},
	{0, "\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras (.h5) saves models, not an ONNX model: export it first"},
	{0, "\x80\x02", "a Python pickle, as old PyTorch saves models, not an ONNX model: export it first"},
	{0, "\x1f\x8b", "a gzip archive: unpack it first"},
	{0, "version https://git-lfs", "a Git LFS pointer, not the file it points to: run git lfs pull"},
	{0, "GGUF", "a GGUF file, not an ONNX model"},
	{4, "TFL3", "a TensorFlow Lite model, not an ONNX model: convert it first"},
	{4, "ORTM", "a model in ONNX Runtime's own format (.ort), not an ONNX model"},
	{8, `{"`, "a safetensors file: weights without a model"},
}

// sniff says what a file that is no ONNX model looks like, "" if unknown.
func sniff(b []byte) string {
	if len(b) == 0 {
		return "an empty file"
	}
	for _, s := range signatures {
		if len(b) > s.at && bytes.HasPrefix(b[s.at:], []byte(s.sign)) {
			return s.what
		}
	}
	head := b[:min(len(b), 512)]
	if start := bytes.ToLower(bytes.TrimLeft(head, " \t\r\n\ufeff")); bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html")) {
		return "a web page, not an ONNX model: the download went wrong"
	}
	if isText(head) {
		return "a text file, not an ONNX model"
	}
	return ""
}

// isText reports whether b is UTF-8 without control characters, but for a rune
// that may be cut at its end. An ONNX file starts with one: a field's tag.
func isText(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 && (len(b) >= utf8.UTFMax || utf8.FullRune(b)) {
			return false
		}
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			return false
		}
		b = b[n:]
	}
	return true
}
