package onnx

import (
	"archive/tar"
	"compress/gzip"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shared returns the folder of large test files that SARDONYX_SHARED names.
func shared(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("SARDONYX_SHARED")
	if dir == "" {
		tb.Skip("SARDONYX_SHARED is not set")
	}
	return dir
}

// Every model of the zoo is read.
func TestZoo(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t), "zoo/models/*.onnx"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		g, err := ReadFile(file)
		require.NoError(t, err)
		require.NotEmpty(t, g.Nodes, file)
		require.NotEmpty(t, g.Inputs, file)
		require.NotEmpty(t, g.Outputs, file)
	}
}

// Every model of the ONNX backend tests is read, and so is their data, by the
// types that the models declare.
func TestBackendTests(t *testing.T) {
	files := untar(t, filepath.Join(shared(t), "onnx-backend-tests/data.tar.gz"))
	models, values := 0, 0
	for name, b := range files {
		if !strings.HasSuffix(name, ".onnx") {
			continue
		}
		g, err := Read(b)
		require.NoError(t, err, name)
		models++
		for side, ids := range map[string][]int{"input": numbers(g.Inputs), "output": numbers(g.Outputs)} {
			for i, id := range ids {
				for set := 0; ; set++ {
					file := path.Join(path.Dir(name), "test_data_set_"+strconv.Itoa(set), side+"_"+strconv.Itoa(i)+".pb")
					b, ok := files[file]
					if !ok {
						break
					}
					_, err := ReadValue(b, g.Values[id].Type)
					require.NoError(t, err, file)
					values++
				}
			}
		}
	}
	t.Logf("%d models, %d values", models, values)
	require.Greater(t, models, 1900)
	require.Greater(t, values, 6000)
}

func numbers[T ~int32](ids []T) []int {
	s := make([]int, len(ids))
	for i, id := range ids {
		s[i] = int(id)
	}
	return s
}

// untar reads all files of an archive.
func untar(t *testing.T, name string) map[string][]byte {
	t.Helper()
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	files := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		require.NoError(t, err)
		if h.Typeflag == tar.TypeReg {
			files[path.Clean(h.Name)], err = io.ReadAll(r)
			require.NoError(t, err)
		}
	}
}

// Reading a model costs little more than reading its file: compare with
// BenchmarkReadBytes.
func BenchmarkRead(b *testing.B) {
	name := filepath.Join(shared(b), "zoo/models/minilm_l6_ner_w8.onnx")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadFile(name); err != nil {
			b.Fatal(err)
		}
	}
	info, _ := os.Stat(name)
	b.SetBytes(info.Size())
}

// BenchmarkReadBytes reads the same file without decoding it.
func BenchmarkReadBytes(b *testing.B) {
	name := filepath.Join(shared(b), "zoo/models/minilm_l6_ner_w8.onnx")
	for b.Loop() {
		if _, err := os.ReadFile(name); err != nil {
			b.Fatal(err)
		}
	}
	info, _ := os.Stat(name)
	b.SetBytes(info.Size())
}
