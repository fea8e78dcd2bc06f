package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFresh fails when the generator and what is committed differ: run go
// generate in package kernels.
func TestFresh(t *testing.T) {
	for name, want := range files() {
		got, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
		require.NoError(t, err)
		require.True(t, string(got) == string(want), "%s is stale", name)
	}
}
