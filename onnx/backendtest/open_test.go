package backendtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// stored is the archive of this project.
const stored = "../../testdata/node/" + archiveName

// Every model and every value of the project's archive is read, by the types
// that the models declare.
func TestStored(t *testing.T) {
	tests, err := Open(stored)
	require.NoError(t, err)
	count := map[string]int{}
	for _, test := range tests {
		count[test.Group]++
		g, err := test.Graph()
		require.NoError(t, err, test)
		_, err = test.Inputs(g)
		require.NoError(t, err, test)
		_, err = test.Outputs(g)
		require.NoError(t, err, test)
	}
	require.Equal(t, map[string]int{"node": 1884, "pytorch-converted": 82, "pytorch-operator": 35, "simple": 26, "light": 9}, count)
}

// An entry is a file of an archive that a test makes; one with a link has no
// content.
type entry struct{ name, content, link string }

func pack(t *testing.T, entries ...entry) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: 0o666, Size: int64(len(e.content))}
		if e.link != "" {
			h.Typeflag, h.Linkname = tar.TypeLink, e.link
		}
		require.NoError(t, w.WriteHeader(h))
		_, err := w.Write([]byte(e.content))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, z.Close())
	name := filepath.Join(t.TempDir(), archiveName)
	require.NoError(t, os.WriteFile(name, b.Bytes(), 0o666))
	return name
}

// The same test is found in each place that Open's comment promises.
func TestOpenPlaces(t *testing.T) {
	const model = "node/test_x/model.onnx"
	packed := pack(t, entry{name: "data/" + model, content: "x"}, entry{name: "other/file"})
	paths := map[string]string{"archive": packed, "folder with the archive": filepath.Dir(packed)}
	for _, place := range places {
		dir := t.TempDir()
		file := filepath.Join(dir, place, model)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, []byte("x"), 0o666))
		paths[place] = dir
	}
	for what, path := range paths {
		tests, err := Open(path)
		require.NoError(t, err, what)
		require.Len(t, tests, 1, what)
		require.Equal(t, "node/test_x", tests[0].String(), what)
		b, err := tests[0].from.read(tests[0].model)
		require.NoError(t, err, what)
		require.Equal(t, "x", string(b), what)
	}
}

// A link is the file before it that it names, wherever the archive's top is.
func TestArchiveLink(t *testing.T) {
	tests, err := Open(pack(t,
		entry{name: "./a/simple/test_a/model.onnx", content: "same"},
		entry{name: "./a/simple/test_b/model.onnx", link: "./a/simple/test_a/model.onnx"}))
	require.NoError(t, err)
	require.Len(t, tests, 2)
	b, err := tests[1].from.read(tests[1].model)
	require.NoError(t, err)
	require.Equal(t, "same", string(b))
}

// What cannot be used is refused in one line that says what is wrong.
func TestOpenRefuses(t *testing.T) {
	for want, path := range map[string]string{
		"no ONNX backend tests; want folders node, pytorch-converted": t.TempDir(),
		"no ONNX backend tests; want folders node":                    pack(t, entry{name: "../../etc/passwd", content: "x"}),
		"not a .tar.gz: gzip: invalid header":                         "open_test.go",
		"a link to data/node/x, which does not come before it":        pack(t, entry{name: "node/y/model.onnx", link: "data/node/x"}),
		"no such file": filepath.Join(t.TempDir(), "gone"),
	} {
		_, err := Open(path)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n")
		require.ErrorContains(t, err, path)
	}
	cut, err := os.ReadFile(stored)
	require.NoError(t, err)
	name := filepath.Join(t.TempDir(), archiveName)
	require.NoError(t, os.WriteFile(name, cut[:len(cut)/2], 0o666))
	_, err = Open(name)
	require.ErrorContains(t, err, "unexpected EOF")
}

// A small archive may claim to hold much: of data that compress well, and of
// sparse files, whose gaps are nowhere.
func TestArchiveBomb(t *testing.T) {
	zeros := func(h *tar.Header, n int) []byte {
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
		require.NoError(t, err)
		w := tar.NewWriter(z)
		require.NoError(t, w.WriteHeader(h))
		page := make([]byte, 1<<20)
		for ; n > 0; n -= len(page) {
			_, err := z.Write(page)
			require.NoError(t, err)
		}
		require.NoError(t, z.Close())
		return b.Bytes()
	}
	for name, b := range map[string][]byte{
		"one large file":             zeros(&tar.Header{Name: "node/x/model.onnx", Size: MaxArchive + 1}, 1<<20),
		"files that are in no group": zeros(&tar.Header{Name: "x", Size: MaxArchive}, MaxArchive),
	} {
		_, err := readArchive(bytes.NewReader(b))
		require.EqualError(t, err, "holds more than 268435456 bytes", name)
	}
}
