package onnx

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/sardonyx-go/sardonyx/graph"
	"google.golang.org/protobuf/encoding/protowire"
)

// ReadFile reads a model. Its external data is read from below its folder; the
// model itself may be a symbolic link out of it, or a pipe.
func ReadFile(name string, opts ...Option) (*graph.Graph, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readFile(name, f, func() *decoder { return newDecoder(opts, folder(filepath.Dir(name)), ".") })
}

// ReadFS reads a model from a file system. Its external data is read from below
// its folder there.
func ReadFS(fsys fs.FS, name string, opts ...Option) (*graph.Graph, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readFile(name, f, func() *decoder { return newDecoder(opts, fsys, path.Dir(name)) })
}

// Read reads a model from memory, which large tensors share: b must not be
// changed afterwards. External data needs [WithExternalData].
func Read(b []byte, opts ...Option) (*graph.Graph, error) {
	d := newDecoder(opts, nil, "")
	d.bytes = int64(len(b))
	return d.read(b)
}

// A decoder reads one file: its settings, and what it has counted so far.
type decoder struct {
	limits Limits
	fsys   fs.FS             // holds external data, nil if there is no such place
	dir    string            // the model's folder in fsys
	files  map[string][]byte // of external data, by name
	cuts   [][]byte          // raw data that was read apart

	bytes                    int64 // read from files
	nodeCount, tensors       int
	elements, sparseElements int64
	depth                    int // of the graph being read

	ir         int64
	opsets     map[string]int // of the model or function being read
	inFunction bool
	names      map[string]string // each of them once
}

func newDecoder(opts []Option, fsys fs.FS, dir string) *decoder {
	d := &decoder{
		limits: Limits{}.withDefaults(),
		fsys:   fsys,
		dir:    dir,
		files:  map[string][]byte{},
		names:  map[string]string{},
	}
	for _, o := range opts {
		o(d)
	}
	return d
}

// readFile reads a file and decodes it: large data apart from the rest if the
// file is as usual, else as a whole.
func readFile(name string, f fs.File, decoder func() *decoder) (*graph.Graph, error) {
	if g := readApart(f, decoder()); g != nil {
		return g, nil
	}
	if s, ok := f.(io.Seeker); ok {
		_, _ = s.Seek(0, io.SeekStart) // what cannot seek, a pipe, has not been read yet
	}
	d := decoder()
	b, err := d.load(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	g, err := d.read(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return g, nil
}

// readApart returns nil if the file is small, or has anything wrong with it.
func readApart(f fs.File, d *decoder) *graph.Graph {
	info, err := f.Stat()
	if _, ok := f.(io.Seeker); err != nil || !ok || !info.Mode().IsRegular() || info.Size() < 4*cutLeast || info.Size() > d.limits.Bytes {
		return nil
	}
	b, cuts, err := skim(f, info.Size())
	if err != nil {
		return nil
	}
	d.bytes, d.cuts = info.Size(), cuts
	g, err := d.read(b)
	if err != nil {
		return nil
	}
	return g
}

// read decodes a model. What cannot be decoded is compared with the formats
// that are often mistaken for ONNX.
func (d *decoder) read(b []byte) (*graph.Graph, error) {
	if d.bytes > d.limits.Bytes {
		return nil, over(-1, "%d bytes, %d are allowed", d.bytes, d.limits.Bytes)
	}
	g, err := d.model(message{b, 0})
	if errors.Is(err, ErrFormat) {
		if what := sniff(b); what != "" {
			return nil, bad(-1, "this is %s", what)
		}
	}
	return g, err
}

// name reads a string of which there are few different ones: each is kept once.
func (d *decoder) name(f field) (string, error) {
	s, ok := d.names[string(f.sub.b)]
	if !ok {
		s = string(f.sub.b)
		d.names[s] = s
	}
	return s, f.is(protowire.BytesType)
}
