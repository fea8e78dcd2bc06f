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

// Nothing may be redistributed here without a known origin and licence: each
// picture, model and list is in testdata/SOURCES.tsv, and each line there is a
// file with those bytes.
func TestSourcesAreComplete(t *testing.T) {
	data, err := os.ReadFile("testdata/SOURCES.tsv")
	require.NoError(t, err)
	rows := strings.Split(strings.TrimSpace(string(data)), "\n")
	require.Equal(t, "file\torigin\tlicence\tsha256", rows[0])
	listed := map[string]bool{}
	for _, row := range rows[1:] {
		fields := strings.Split(row, "\t")
		require.Len(t, fields, 4, row)
		file, sum := fields[0], fields[3]
		require.False(t, listed[file], "%s is listed twice", file)
		listed[file] = true
		require.NotEmpty(t, fields[1], "origin of %s", file)
		require.NotEmpty(t, fields[2], "licence of %s", file)
		content, err := os.ReadFile(file)
		require.NoError(t, err, "listed, but not there")
		got := sha256.Sum256(content)
		require.Equal(t, sum, hex.EncodeToString(got[:]), file)
	}
	for _, root := range []string{"testdata/images", "testdata/models", "models"} {
		err := fs.WalkDir(os.DirFS("."), root, func(name string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) && name == root {
				return nil
			}
			if err != nil || d.IsDir() {
				return err
			}
			ext := path.Ext(name)
			if root != "models" || ext == ".onnx" || ext == ".txt" {
				require.True(t, listed[name], "%s is not in testdata/SOURCES.tsv", name)
			}
			return nil
		})
		require.NoError(t, err)
	}
}
