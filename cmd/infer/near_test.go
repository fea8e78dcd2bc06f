package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNearest(t *testing.T) {
	names := []string{"run", "inspect", "check", "bench", "conformance"}
	for word, want := range map[string]string{
		"inpsect": "inspect", "chek": "check", "banch": "bench", "rnu": "run", "con": "conformance",
		"cat": "", "x": "", "": "", "walk": "",
	} {
		require.Equal(t, want, nearest(word, names), word)
	}
	require.Equal(t, 1, distance("ab", "ba"))
	require.Equal(t, 3, distance("", "abc"))
	require.Equal(t, 2, distance("kitten", "mitte"))
}
