package labels

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// Bounds on what is read: files of labels are untrusted.
const (
	maxLabels = 1_000_000
	maxLine   = 4096
)

// Read returns one label a line, in order, with white space around it removed.
// An empty line is an empty label, so that numbers stay right, unless it ends
// the file.
func Read(r io.Reader) ([]string, error) {
	s := bufio.NewScanner(r)
	s.Buffer(nil, maxLine)
	var names []string
	for s.Scan() {
		line := s.Text()
		if !utf8.ValidString(line) || strings.ContainsRune(line, 0) {
			return nil, fmt.Errorf("line %d is no text", len(names)+1)
		}
		if len(names) == maxLabels {
			return nil, fmt.Errorf("more than %d labels", maxLabels)
		}
		names = append(names, strings.TrimSpace(strings.TrimPrefix(line, "\ufeff")))
	}
	if err := s.Err(); err == bufio.ErrTooLong {
		return nil, fmt.Errorf("line %d is longer than %d bytes", len(names)+1, maxLine)
	} else if err != nil {
		return nil, err
	}
	for len(names) > 0 && names[len(names)-1] == "" {
		names = names[:len(names)-1]
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no labels")
	}
	return names, nil
}

// ReadFile reads the labels in a file; its errors name the file.
func ReadFile(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return names, nil
}
