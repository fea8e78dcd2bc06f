package sardonyx_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Nothing may be redistributed here without a known origin and licence. Each
// line of testdata/SOURCES.tsv is a file with those bytes, or, ending in a
// slash, a folder whose files the program named as their origin makes.
func TestSourcesAreComplete(t *testing.T) {
	data, err := os.ReadFile("testdata/SOURCES.tsv")
	require.NoError(t, err)
	rows := strings.Split(strings.TrimSpace(string(data)), "\n")
	require.Equal(t, "file\torigin\tlicence\tsha256", rows[0])
	listed := map[string]bool{}
	for _, row := range rows[1:] {
		fields := strings.Split(row, "\t")
		require.Len(t, fields, 4, row)
		file, origin, sum := fields[0], fields[1], fields[3]
		require.False(t, listed[file], "%s is listed twice", file)
		listed[file] = true
		require.NotEmpty(t, origin, "origin of %s", file)
		require.NotEmpty(t, fields[2], "licence of %s", file)
		if strings.HasSuffix(file, "/") {
			require.DirExists(t, file)
			require.FileExists(t, origin, "what made %s", file)
			continue
		}
		content, err := os.ReadFile(file)
		require.NoError(t, err, "listed, but not there")
		got := sha256.Sum256(content)
		require.Equal(t, sum, hex.EncodeToString(got[:]), file)
	}
	err = fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !foreign(name) {
			return err
		}
		known := listed[name]
		for dir := path.Dir(name); dir != "." && !known; dir = path.Dir(dir) {
			known = listed[dir+"/"]
		}
		require.True(t, known, "%s is not in testdata/SOURCES.tsv", name)
		return nil
	})
	require.NoError(t, err)
}

// foreign reports whether a file may come from elsewhere: test data, and what
// packages of models embed. What fuzzing finds comes from nowhere, and the list of
// tests that pass is ours.
func foreign(name string) bool {
	switch {
	case name == "testdata/SOURCES.tsv" || name == "testdata/node/passed.txt" || strings.Contains(name, "testdata/fuzz/"):
		return false
	case strings.HasPrefix(name, "testdata/") || strings.Contains(name, "/testdata/"):
		return true
	}
	return strings.HasPrefix(name, "models/") && (path.Ext(name) == ".onnx" || path.Ext(name) == ".txt")
}
