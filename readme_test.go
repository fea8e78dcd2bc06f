package sardonyx_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// blocks returns the code blocks of README.md that are marked as Go, or as
// nothing.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	b, err := os.ReadFile("README.md")
	require.NoError(t, err)
	var found []string
	for i, part := range strings.Split(string(b), "```") {
		if marked, code, _ := strings.Cut(part, "\n"); i%2 == 1 && marked == language {
			found = append(found, code)
		}
	}
	require.NotEmpty(t, found)
	return found
}

// The short example is lines of one that go test runs.
func TestReadmeExample(t *testing.T) {
	b, err := os.ReadFile("backend/example_test.go")
	require.NoError(t, err)
	indented := "\t" + strings.ReplaceAll(strings.TrimSpace(blocks(t, "go")[0]), "\n", "\n\t") + "\n"
	require.Contains(t, string(b), indented)
}

// useOperator runs a model of one node with the README's operator.
const useOperator = `package main

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

func main() {
	b := graph.NewBuilder(18)
	b.Import("com.example", 1)
	x := b.Input("x", tensor.Float32, "n")
	b.Output(b.Node("Sawtooth", x).Domain("com.example").Out("y"))
	m, err := backend.Compile(b.Graph, options())
	if err != nil {
		panic(err)
	}
	out, err := m.Run(context.Background(), map[string]tensor.Value{"x": tensor.Of([]float32{0.25, 1.5, -0.25}, 3)})
	if err != nil {
		panic(err)
	}
	fmt.Println(tensor.Data[float32](out["y"]))
}
`

// The operator of the README compiles, runs and is right, and its section fits a
// screen.
func TestReadmeOperator(t *testing.T) {
	b, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, section, _ := strings.Cut(string(b), "## Add an operator")
	section, _, _ = strings.Cut(section, "\n## ")
	require.Less(t, strings.Count(section, "\n"), 60)

	// An overlay puts the program into the module without writing to it.
	root, err := os.Getwd()
	require.NoError(t, err)
	dir, replace := t.TempDir(), map[string]string{}
	for name, code := range map[string]string{"sawtooth.go": blocks(t, "go")[1], "main.go": useOperator} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(code), 0o666))
		replace[filepath.Join(root, "readme", name)] = path
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	file := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(file, overlay, 0o666))
	out, err := exec.Command("go", "run", "-overlay", file, "./readme").CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, "[0.25 0.5 0.75]\n", string(out))
	out, err = exec.Command("gofmt", "-l", dir).CombinedOutput()
	require.NoError(t, err)
	require.Empty(t, string(out), "not formatted")
}

// The first command of the README answers what it shows.
func TestReadmeCommand(t *testing.T) {
	shown := strings.Split(blocks(t, "")[0], "\n$ ")[0]
	command, answer, _ := strings.Cut(strings.TrimPrefix(shown, "$ "), "\n")
	args := strings.Fields(command)
	out, err := exec.Command(args[0], args[1:]...).Output()
	require.NoError(t, err)
	require.Equal(t, answer+"\n", string(out))
}
