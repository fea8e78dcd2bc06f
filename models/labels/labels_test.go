package labels

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A list that is off by one names every picture wrongly.
func TestForClasses(t *testing.T) {
	for n, at := range map[int]map[int]string{
		1000: {0: "tench", 285: "Egyptian cat", 999: "toilet tissue"},
		1001: {0: Background, 1: "tench", 286: "Egyptian cat", 1000: "toilet tissue"},
		91:   {0: Background, 1: "person", 12: missing, 90: "toothbrush"},
		90:   {0: "person", 89: "toothbrush"},
		80:   {0: "person", 11: "stop sign", 79: "toothbrush"},
	} {
		names := ForClasses(n)
		require.Len(t, names, n)
		for i, want := range at {
			require.Equal(t, want, names[i], "%d of %d", i, n)
		}
		names[0] = "changed"
		require.NotEqual(t, "changed", ForClasses(n)[0], "lists are copies")
	}
	require.Nil(t, ForClasses(10))
}

func TestRead(t *testing.T) {
	for in, want := range map[string][]string{
		"cat\ndog\n":                  {"cat", "dog"},
		"\ufeffcat \r\n\r\ndog\r\n\n": {"cat", "", "dog"},
		"猫":                           {"猫"},
	} {
		got, err := Read(strings.NewReader(in))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for in, want := range map[string]string{
		"":                          "no labels",
		"\n\n":                      "no labels",
		"cat\n\xff\xd8\xff\n":       "line 2 is no text",
		"a\x00b":                    "line 1 is no text",
		strings.Repeat("x", 1<<13):  "line 1 is longer than 4096 bytes",
		strings.Repeat("\n", 1e6+1): "more than 1000000 labels",
	} {
		_, err := Read(strings.NewReader(in))
		require.EqualError(t, err, want)
	}
	_, err := ReadFile("labels.md")
	require.ErrorContains(t, err, "labels.md")
	got, err := ReadFile("imagenet.txt")
	require.NoError(t, err)
	require.Equal(t, ImageNet(), got)
}

func Example() {
	fmt.Println(ForClasses(1001)[286])
	names, err := Read(strings.NewReader("cat\ndog\n"))
	fmt.Println(names, err)
	// Output:
	// Egyptian cat
	// [cat dog] <nil>
}
