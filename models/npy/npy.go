// Package npy reads and writes tensors in NumPy's .npy format (version 1 to 3 of
// NEP 1): little endian, C order, one array a file.
package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// ErrFormat is the cause of errors about what a file holds.
var ErrFormat = errors.New("bad npy file")

// types maps NumPy's descriptions, without byte order, to element types.
var types = map[string]tensor.Type{
	"f4": tensor.Float32, "f8": tensor.Float64, "f2": tensor.Float16,
	"i1": tensor.Int8, "i2": tensor.Int16, "i4": tensor.Int32, "i8": tensor.Int64,
	"u1": tensor.Uint8, "u2": tensor.Uint16, "u4": tensor.Uint32, "u8": tensor.Uint64,
	"b1": tensor.Bool, "c8": tensor.Complex64, "c16": tensor.Complex128,
}

const magic = "\x93NUMPY"

var (
	descr = regexp.MustCompile(`'descr':\s*'([<>|=]?)([a-z]\d+)'`)
	order = regexp.MustCompile(`'fortran_order':\s*(True|False)`)
	dims  = regexp.MustCompile(`'shape':\s*\(([^)]*)\)`)
)

// ReadFile reads the array in a file.
func ReadFile(path string) (*tensor.Tensor, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t, err := Read(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// Read reads the array in b, which the tensor aliases.
func Read(b []byte) (*tensor.Tensor, error) {
	if len(b) < 10 || string(b[:6]) != magic {
		return nil, fmt.Errorf("%w: it does not begin with %q", ErrFormat, magic)
	}
	at, size := 10, int(binary.LittleEndian.Uint16(b[8:]))
	if b[6] > 1 {
		if len(b) < 12 {
			return nil, fmt.Errorf("%w: the header is cut off", ErrFormat)
		}
		at, size = 12, int(binary.LittleEndian.Uint32(b[8:]))
	}
	if size < 0 || size > len(b)-at {
		return nil, fmt.Errorf("%w: the header is %d bytes, %d are left", ErrFormat, size, len(b)-at)
	}
	h := b[at : at+size]
	d, o, s := descr.FindSubmatch(h), order.FindSubmatch(h), dims.FindSubmatch(h)
	if d == nil || o == nil || s == nil {
		return nil, fmt.Errorf("%w: header %q", ErrFormat, h)
	}
	t, ok := types[string(d[2])]
	if !ok || string(d[1]) == ">" && t.Size() > 1 {
		return nil, fmt.Errorf("%w: element type %s%s", ErrFormat, d[1], d[2])
	}
	shape := []int{}
	for _, f := range strings.Split(string(s[1]), ",") {
		if f = strings.TrimSpace(f); f == "" {
			continue
		}
		n, err := strconv.Atoi(f)
		if err != nil {
			return nil, fmt.Errorf("%w: shape (%s)", ErrFormat, s[1])
		}
		shape = append(shape, n)
	}
	if string(o[1]) == "True" && len(shape) > 1 {
		return nil, fmt.Errorf("%w: Fortran order", ErrFormat)
	}
	x, err := tensor.FromBytes(t, b[at+size:], shape...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return x, nil
}

// WriteFile writes a tensor to a file.
func WriteFile(path string, x *tensor.Tensor) error {
	var b bytes.Buffer
	if err := Write(&b, x); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, b.Bytes(), 0o666)
}

// Write writes a tensor. Types that NumPy lacks are an error.
func Write(w io.Writer, x *tensor.Tensor) error {
	var d string
	for k, t := range types {
		if t == x.Type() {
			d = "<" + k
		}
	}
	if d == "" {
		return fmt.Errorf("%w: NumPy has no %v", ErrFormat, x.Type())
	}
	if x.Type().Size() == 1 {
		d = "|" + d[1:]
	}
	var shape strings.Builder
	for _, n := range x.Shape() {
		fmt.Fprintf(&shape, "%d,", n)
	}
	h := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", d, shape.String())
	h += strings.Repeat(" ", 63-(10+len(h))%64) + "\n"
	head := append([]byte(magic), 1, 0, byte(len(h)), byte(len(h)>>8))
	if _, err := w.Write(append(head, h...)); err != nil {
		return err
	}
	_, err := w.Write(x.Bytes())
	return err
}
