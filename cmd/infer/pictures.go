package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// pictureTypes are the names' ends that mark pictures in a folder. A file that
// is named by itself may have any name: its content tells.
var pictureTypes = []string{".bmp", ".gif", ".j2k", ".jp2", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}

// expand replaces a folder by the pictures in it and below it, sorted by name.
// "-", standard input, stays.
func expand(input string) ([]string, error) {
	if input == "-" {
		return []string{input}, nil
	}
	st, err := os.Stat(input)
	if err != nil {
		return nil, err
	}
	if !st.IsDir() {
		return []string{input}, nil
	}
	var files []string
	err = filepath.WalkDir(input, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && slices.Contains(pictureTypes, strings.ToLower(filepath.Ext(path))) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: no pictures in this folder (%s)", input, strings.Join(pictureTypes, " "))
	}
	return files, nil
}
