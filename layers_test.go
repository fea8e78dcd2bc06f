package sardonyx_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the path of this module.
const module = "github.com/sardonyx-go/sardonyx/"

// layers lists which packages of this module each package may import: the arrows
// of the README, kept true by the test below. A star stands for one folder; of
// two lines that fit, the one without it counts.
var layers = map[string][]string{
	"tensor":        {},
	"kernels/amd64": {},
	"kernels/arm64": {},
	"kernels":       {"kernels/amd64", "kernels/arm64"},
	"kernels/gen":   {}, // writes the assembly of the two leaves
	"kernels/gen/*": {},

	"graph":            {"tensor"},
	"onnx":             {"graph", "tensor"},
	"onnx/backendtest": {"graph", "onnx", "tensor"},

	"backend/op":             {"backend/op/schema", "graph", "kernels", "tensor"},
	"backend/op/schema":      {"graph", "tensor"},
	"backend/op/elementwise": {"backend/op", "graph", "kernels", "tensor"},
	"backend/op/*":           {"backend/op", "backend/op/elementwise", "graph", "kernels", "tensor"},
	"backend/op/quant":       {"backend/op", "backend/op/nn", "graph", "kernels", "tensor"},                                 // windows of convolutions
	"backend/op/optest":      {"backend/op", "backend/op/schema", "graph", "kernels", "onnx", "onnx/backendtest", "tensor"}, // for tests
	"backend/optimize":       {"backend/op", "graph", "kernels", "tensor"},
	"backend":                {"backend/op", "backend/op/*", "backend/optimize", "graph", "kernels", "tensor"},

	"train":     {"backend", "backend/op", "backend/optimize", "graph", "kernels", "onnx", "tensor"},
	"models/*":  {"backend", "graph", "models/*", "onnx", "tensor"},
	"cmd/infer": {"backend", "graph", "kernels", "models/*", "onnx", "onnx/backendtest", "tensor", "train"},
}

// TestLayers reads every source file, whatever its build tags. Tests may import
// anything.
func TestLayers(t *testing.T) {
	used := map[string]bool{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != "." && (nested(name) || strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		pkg := path.Dir(name)
		line := lineOf(pkg)
		if line == "" {
			t.Errorf("%s: package %s is in no line of the table", name, pkg)
			return nil
		}
		used[line] = true
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, im := range f.Imports {
			p, _ := strconv.Unquote(im.Path.Value)
			if p, ours := strings.CutPrefix(p, module); ours && !matches(layers[line], p) {
				t.Errorf("%s: %s may not import %s", name, pkg, p)
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, len(layers), len(used), "lines of the table without a package, used are %v", slices.Sorted(maps.Keys(used)))
}

// nested reports whether a folder is a module of its own.
func nested(dir string) bool {
	_, err := os.Stat(path.Join(dir, "go.mod"))
	return err == nil
}

// lineOf returns the line of the table that is about a package.
func lineOf(pkg string) string {
	if _, ok := layers[pkg]; ok {
		return pkg
	}
	if star := path.Join(path.Dir(pkg), "*"); layers[star] != nil {
		return star
	}
	return ""
}

func matches(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(p, pkg)
		return ok
	})
}

// TestCoreDependencies holds the core to the standard library and two packages
// outside it: what an embedding program takes on.
func TestCoreDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./onnx", "./backend").CombinedOutput()
	require.NoError(t, err, string(out))
	var foreign []string
	for _, p := range strings.Fields(string(out)) {
		if !strings.HasPrefix(p, module) && !strings.Contains(p, "/internal/") {
			foreign = append(foreign, p)
		}
	}
	slices.Sort(foreign)
	require.Equal(t, []string{"golang.org/x/sys/cpu", "google.golang.org/protobuf/encoding/protowire"}, foreign)
}
