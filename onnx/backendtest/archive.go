package backendtest

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// MaxArchive bounds what an archive may hold, in bytes: ONNX's have 40 million.
const MaxArchive = 1 << 28

// An archive is a source in memory: the contents of files by name.
type archive map[string][]byte

// readArchive reads the files of a .tar.gz that belong to tests. What lies above
// the folders of the groups, as data/, is taken off their names.
func readArchive(r io.Reader) (archive, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("not a .tar.gz: %w", err)
	}
	// Both sizes count: small data may unpack to many headers, and a sparse
	// file's header claims bytes that no data stand for.
	stream, left := &io.LimitedReader{R: z, N: MaxArchive}, int64(MaxArchive)
	files := archive{}
	for t := tar.NewReader(stream); ; {
		h, err := t.Next()
		switch {
		case stream.N == 0 || err == nil && h.Size > left:
			return nil, fmt.Errorf("holds more than %d bytes", MaxArchive)
		case errors.Is(err, io.EOF):
			return files, nil
		case err != nil:
			return nil, err
		}
		left -= h.Size
		if err := files.add(t, h); err != nil {
			return nil, fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

// add reads the file that a header is about. A hard link is the file it names,
// which comes before it.
func (a archive) add(r io.Reader, h *tar.Header) error {
	name := inGroup(h.Name)
	if name == "" {
		return nil
	}
	switch h.Typeflag {
	case tar.TypeReg:
		b, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		a[name] = b
	case tar.TypeLink:
		b, ok := a[inGroup(h.Linkname)]
		if !ok {
			return fmt.Errorf("a link to %s, which does not come before it", h.Linkname)
		}
		a[name] = b
	}
	return nil
}

// inGroup returns a name from its group on, or nothing if it is in none.
func inGroup(name string) string {
	parts := strings.Split(path.Clean(name), "/")
	for i := len(parts) - 2; i >= 0; i-- { // not the last: a folder's own entry
		if parts[i] == tolerances || slices.Contains(Groups(), parts[i]) {
			return path.Join(parts[i:]...)
		}
	}
	return ""
}

func (a archive) glob(pattern string) ([]string, error) {
	var names []string
	for name := range a {
		if ok, err := path.Match(pattern, name); err != nil {
			return nil, err
		} else if ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (a archive) read(name string) ([]byte, error) {
	b, ok := a[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return b, nil
}
