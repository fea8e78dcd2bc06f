package onnx

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// A folder is the directory of a model, as a file system that no path and no
// symbolic link leaves. It opens the directory for each file anew, so that it
// holds nothing open.
type folder string

// Open implements [fs.FS]. Only regular files are opened: a pipe could make the
// reader wait forever.
func (dir folder) Open(name string) (fs.File, error) {
	root, err := os.OpenRoot(string(dir))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	name = filepath.FromSlash(name)
	info, err := root.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("not a regular file")}
	}
	return root.Open(name)
}

// WithExternalData sets the folder of tensors that are kept outside the model,
// in place of the model's own. Use os.DirFS to follow symbolic links out of it,
// for models that are trusted.
func WithExternalData(fsys fs.FS) Option {
	return func(d *decoder) { d.fsys, d.dir = fsys, "." }
}

// external returns the bytes that the external_data of a tensor of size bytes
// point to. A file is read once and shared by all its tensors, which may
// overlap in it.
func (d *decoder) external(m message, entries []message, size int) ([]byte, error) {
	var location string
	var offset, length int64
	for _, e := range entries {
		key, value, err := entry(e)
		if err != nil {
			return nil, err
		}
		switch key {
		case "location":
			location = value
		case "offset":
			offset, err = strconv.ParseInt(value, 10, 64)
		case "length":
			length, err = strconv.ParseInt(value, 10, 64)
		}
		if err != nil || offset < 0 || length < 0 {
			return nil, bad(e.at, "external data: bad %s %q", key, value)
		}
	}
	name := path.Clean(location)
	if location == "" || !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, bad(m.at, "external data: location %q is not below the model's folder", location)
	}
	if length != 0 && length != int64(size) {
		return nil, bad(m.at, "external data: length is %d bytes, but the tensor takes %d", length, size)
	}
	b, ok := d.files[name]
	if !ok {
		var err error
		if b, err = d.open(name); err != nil {
			return nil, &fault{at: m.at, cause: fmt.Errorf("external data: %w", err)}
		}
		d.files[name] = b
	}
	if offset > int64(len(b)) || int64(size) > int64(len(b))-offset {
		return nil, bad(m.at, "external data: %d bytes at offset %d, but %q has %d", size, offset, location, len(b))
	}
	return b[offset : offset+int64(size)], nil
}

// open reads a whole file of external data.
func (d *decoder) open(name string) ([]byte, error) {
	if d.fsys == nil {
		return nil, fmt.Errorf("%q: no folder given to read it from", name)
	}
	f, err := d.fsys.Open(path.Join(d.dir, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return d.load(f)
}

// load reads a whole file, within what is left of the limit of bytes.
func (d *decoder) load(f fs.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: info.Name(), Err: errors.New("is a directory")}
	}
	left := d.limits.Bytes - d.bytes
	if info.Size() > left {
		return nil, over(-1, "%d bytes, %d more than are allowed", info.Size(), info.Size()-left)
	}
	// The size is a hint only: pipes have none, and files change. What is more
	// than the limit is not read; what is more than the hint makes b grow. One
	// spare byte lets the common case meet the end of file without growing.
	b := tensor.Alloc(int(info.Size()) + 1)[:0]
	for {
		n, err := f.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if int64(len(b)) > left {
			return nil, over(-1, "more than %d bytes", left)
		}
		if errors.Is(err, io.EOF) {
			d.bytes += int64(len(b))
			return b, nil
		}
		if err != nil {
			return nil, err
		}
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
	}
}
