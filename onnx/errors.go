package onnx

import (
	"errors"
	"fmt"
	"strings"
)

// What an error is about, for [errors.Is].
var (
	// ErrFormat says that the bytes are no valid ONNX, or hold something that
	// this reader does not know.
	ErrFormat = errors.New("malformed ONNX")
	// ErrLimit says that the file asks for more than its [Limits] allow.
	ErrLimit = errors.New("limit exceeded")
)

// A fault is an error with its place: the path of fields that led there, as it
// grows on the way up, and the byte offset.
type fault struct {
	kind  error // ErrFormat, ErrLimit, or nil where cause says it all
	path  string
	at    int // -1 if no single byte is to blame
	cause error
}

func (f *fault) Error() string {
	var b strings.Builder
	if f.kind != nil {
		fmt.Fprintf(&b, "%v: ", f.kind)
	}
	if f.path != "" {
		fmt.Fprintf(&b, "%s: ", f.path)
	}
	if f.at >= 0 {
		fmt.Fprintf(&b, "at byte %d: ", f.at)
	}
	fmt.Fprintf(&b, "%v", f.cause)
	return b.String()
}

func (f *fault) Is(target error) bool { return f.kind != nil && target == f.kind }

func (f *fault) Unwrap() error { return f.cause }

// bad is a violation of the format at a byte offset.
func bad(at int, format string, args ...any) error {
	return &fault{kind: ErrFormat, at: at, cause: fmt.Errorf(format, args...)}
}

// over is a violation of a limit at a byte offset.
func over(at int, format string, args ...any) error {
	return &fault{kind: ErrLimit, at: at, cause: fmt.Errorf(format, args...)}
}

// in puts err into a field, as in "graph" or `node[3] "conv1"`.
func in(err error, format string, args ...any) error {
	var f *fault
	if !errors.As(err, &f) {
		f = &fault{at: -1, cause: err}
	}
	g := *f
	g.path = fmt.Sprintf(format, args...)
	if f.path != "" {
		g.path += "." + f.path
	}
	return &g
}
