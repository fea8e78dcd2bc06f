package onnx

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/fstest"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/tensor"
	"github.com/stretchr/testify/require"
)

// External data is read from below the model's folder, in a file system too,
// and from a folder of the caller's choice.
func TestExternalFolders(t *testing.T) {
	model, err := os.ReadFile(filepath.Join(testdata, "external.onnx"))
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(testdata, "weights/external.bin"))
	require.NoError(t, err)

	fsys := fstest.MapFS{"a/b/m.onnx": {Data: model}, "a/b/weights/external.bin": {Data: data}}
	g, err := ReadFS(fsys, "a/b/m.onnx")
	require.NoError(t, err)
	require.Equal(t, []float32{4, 5, 6, 7}, tensor.Data[float32](g.Values[1].Const))

	_, err = Read(model)
	require.EqualError(t, err, `graph.initializer[0] "low": at byte 37: external data: "weights/external.bin": no folder given to read it from`)
	_, err = Read(model, WithExternalData(os.DirFS(testdata)))
	require.NoError(t, err)

	delete(fsys, "a/b/weights/external.bin")
	_, err = ReadFS(fsys, "a/b/m.onnx")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, `a/b/m.onnx: graph.initializer[0] "low": at byte 37: external data: open a/b/weights/external.bin`)
}

// A file of external data is read once, whatever number of tensors lie in it:
// those that overlap share memory.
func TestExternalShared(t *testing.T) {
	data := make([]byte, 2*alias)
	model := modelOf(5, externalOf("a", "w", 0, 2*alias, alias/2), 5, externalOf("b", "./w", alias, alias, alias/4))
	g, err := Read(model, WithExternalData(fstest.MapFS{"w": {Data: data}}))
	require.NoError(t, err)
	a, b := g.Values[0].Const.Bytes(), g.Values[1].Const.Bytes()
	require.Same(t, unsafe.SliceData(a[alias:]), unsafe.SliceData(b))
	require.Len(t, b, alias)
	require.Equal(t, alias, cap(b), "appending must not write into a neighbour")
}

// A model cannot reach files outside of its folder, nor what is no file.
func TestExternalEscapes(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "models")
	require.NoError(t, os.Mkdir(inside, 0o700))
	require.NoError(t, os.Mkdir(filepath.Join(inside, "sub"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "secret"), []byte("12345678"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(inside, "w"), []byte("12345678"), 0o600))
	read := func(location string, offset, length, n int) error {
		name := filepath.Join(inside, "m.onnx")
		require.NoError(t, os.WriteFile(name, modelOf(5, externalOf("w", location, offset, length, n)), 0o600))
		_, err := ReadFile(name)
		return err
	}
	require.NoError(t, read("w", 0, 8, 2))
	require.NoError(t, read("./sub/../w", 4, 4, 1), "a path that stays inside")
	for _, location := range []string{"../secret", "sub/../../secret", filepath.Join(dir, "secret"), "", "..", "/"} {
		err := read(location, 0, 8, 2)
		require.ErrorIs(t, err, ErrFormat)
		require.ErrorContains(t, err, "is not below the model's folder")
	}
	require.ErrorContains(t, read("sub", 0, 8, 2), "not a regular file")
	require.ErrorContains(t, read(".", 0, 8, 2), "not a regular file")
	require.ErrorContains(t, read("w", 4, 8, 2), `8 bytes at offset 4, but "w" has 8`)
	require.ErrorContains(t, read("w", 9, 0, 0), `0 bytes at offset 9, but "w" has 8`)
	require.ErrorContains(t, read("w", 0, 4, 2), "length is 4 bytes, but the tensor takes 8")
	require.ErrorContains(t, read("w", -1, 8, 2), `bad offset "-1"`)
	require.ErrorIs(t, read("none", 0, 8, 2), os.ErrNotExist)

	if runtime.GOOS == "windows" {
		return // symbolic links need a privilege
	}
	require.NoError(t, os.Symlink("w", filepath.Join(inside, "link")))
	require.NoError(t, read("link", 0, 8, 2), "a link that stays inside")
	require.NoError(t, os.Symlink("../secret", filepath.Join(inside, "leak")))
	require.ErrorContains(t, read("leak", 0, 8, 2), "path escapes")
	require.NoError(t, os.Symlink("..", filepath.Join(inside, "up")))
	require.ErrorContains(t, read("up/secret", 0, 8, 2), "path escapes")

	// Who trusts the model can follow links all the same.
	_, err := ReadFile(filepath.Join(inside, "m.onnx"), WithExternalData(os.DirFS(inside)))
	require.NoError(t, err)
}

// Bytes of external data count, together with the model's.
func TestExternalLimit(t *testing.T) {
	fsys := fstest.MapFS{"m": {Data: modelOf(5, externalOf("a", "w", 0, 8, 2))}, "w": {Data: make([]byte, 100)}}
	size := int64(len(fsys["m"].Data))
	_, err := ReadFS(fsys, "m", WithLimits(Limits{Bytes: size + 100}))
	require.NoError(t, err)
	_, err = ReadFS(fsys, "m", WithLimits(Limits{Bytes: size + 99}))
	require.ErrorIs(t, err, ErrLimit)
	require.ErrorContains(t, err, "100 bytes, 1 more than are allowed")
}

// Large tensors share the file's bytes, small ones do not keep it alive.
func TestAlias(t *testing.T) {
	b := modelOf(5, msg(1, alias, 2, 3, 8, "large", 9, make([]byte, alias)), 5, msg(1, alias-1, 2, 3, 8, "small", 9, make([]byte, alias-1)))
	g, err := Read(b)
	require.NoError(t, err)
	for i := range b {
		b[i] = 7
	}
	require.Equal(t, byte(7), g.Values[0].Const.Bytes()[0])
	require.Equal(t, byte(0), g.Values[1].Const.Bytes()[0])
}
