package backendtest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// archiveName is the archive that is looked for in a folder.
const archiveName = "data.tar.gz"

// places are where the folder of the groups may be below the one that is named:
// itself, an unpacked archive, the Python package onnx, or onnx's repository.
var places = []string{".", "data", "backend/test/data", "onnx/backend/test/data"}

// Open lists the tests at a path, which is
//
//   - a folder that has a folder for each group, as onnx/backend/test/data has;
//   - an archive of such a folder, .tar.gz;
//   - a folder that holds one or the other, as data or data.tar.gz;
//   - the folder of the Python package onnx.
//
// A path without any test is an error.
func Open(name string) ([]*Test, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return openArchive(name)
	}
	for _, place := range places {
		tests, err := find(folder{os.DirFS(filepath.Join(name, place))})
		if err != nil || len(tests) > 0 {
			return tests, err
		}
	}
	if file := filepath.Join(name, archiveName); isFile(file) {
		return openArchive(file)
	}
	return nil, fmt.Errorf("%s: no ONNX backend tests; want folders %s, or %s", name, strings.Join(Groups(), ", "), archiveName)
}

func openArchive(name string) ([]*Test, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	files, err := readArchive(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	tests, err := find(files)
	if err == nil && len(tests) == 0 {
		err = fmt.Errorf("no ONNX backend tests; want folders %s", strings.Join(Groups(), ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return tests, nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// A source is where the files of tests are; names are those in
// onnx/backend/test/data.
type source interface {
	glob(pattern string) ([]string, error) // in order
	read(name string) ([]byte, error)
}

// A folder is a source on disk.
type folder struct{ fs.FS }

func (f folder) glob(pattern string) ([]string, error) { return fs.Glob(f.FS, pattern) }
func (f folder) read(name string) ([]byte, error)      { return fs.ReadFile(f.FS, name) }
