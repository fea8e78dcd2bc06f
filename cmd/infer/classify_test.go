package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/models/classifier"
	"github.com/sardonyx-go/sardonyx/models/npy"
	"github.com/sardonyx-go/sardonyx/tensor"
)

const (
	images  = "../../testdata/images"
	coffee  = images + "/coffee.png"
	rocket  = images + "/rocket.jpg"
	chelsea = images + "/chelsea.png"
	models  = "../../testdata/gauntlet"
)

// The first thing anybody does: no model, no flag, one picture.
func TestClassify(t *testing.T) {
	code, out, stderr := infer("", "-k", "3", chelsea, coffee)
	require.Zero(t, code, stderr)
	require.Equal(t, `preset tf: crop 224x224 of short side 256, bicubic, (rgb/1 - [127 127 127]) / [128 128 128], nchw
../../testdata/images/chelsea.png
   40.4 %  tiger cat
   34.8 %  Egyptian cat
   17.0 %  tabby
../../testdata/images/coffee.png
   95.1 %  espresso
    1.5 %  cup
    0.7 %  consomme
`, out)
	require.Empty(t, stderr)
}

func TestClassifyJSON(t *testing.T) {
	code, out, stderr := infer("", coffee, "-json", "-k=1")
	require.Zero(t, code, stderr)
	require.Regexp(t, `^\{"file":"[^"]*coffee.png","preset":"tf","classes":\[\{"index":967,"label":"espresso","probability":0.95\d*\}\]\}\n$`, out)
}

// A picture may come through a pipe.
func TestClassifyStdin(t *testing.T) {
	b, err := os.ReadFile(coffee)
	require.NoError(t, err)
	code, out, stderr := infer(string(b), "-quiet", "-k", "1", "-")
	require.Zero(t, code, stderr)
	require.Equal(t, "-\n   95.1 %  espresso\n", out)
}

// A folder stands for its pictures, sorted, those in folders below included and
// other files not.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "b", "c"), 0o777))
	for _, name := range []string{"z.PNG", "b/c/a.jpeg", "b/x.webp", "notes.txt", "a.gif"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o666))
	}
	files, err := expand(dir)
	require.NoError(t, err)
	for i := range files {
		files[i] = filepath.ToSlash(files[i][len(dir)+1:])
	}
	require.Equal(t, []string{"a.gif", "b/c/a.jpeg", "b/x.webp", "z.PNG"}, files)
}

// One bad picture among many is reported and costs no other its answer.
func TestBadPictureAmongMany(t *testing.T) {
	b, err := os.ReadFile(rocket)
	require.NoError(t, err)
	half := write(t, "half.jpg", b[:len(b)/2])
	code, out, stderr := infer("", "-json", "-k", "1", rocket, half, "missing.png", coffee)
	require.Equal(t, exitFailure, code)
	require.Equal(t, 3, strings.Count(out, "\n"), out)
	require.Contains(t, out, `"label":"missile"`)
	require.Contains(t, out, `"label":"espresso"`)
	require.Contains(t, out, `"error":"`)
	require.Equal(t, 2, strings.Count(stderr, "\n"), stderr)
	require.Contains(t, stderr, "infer: stat missing.png: no such file")
	require.Contains(t, stderr, "half.jpg: ")
}

// What goes wrong for people is one clear line and exit code 1.
func TestFailures(t *testing.T) {
	model := classifier.Model()
	b, err := os.ReadFile(rocket)
	require.NoError(t, err)
	half := write(t, "half.jpg", b[:len(b)/2])
	text := write(t, "notes.onnx", []byte("These are notes, not a model.\n"))
	truncated := write(t, "truncated.onnx", model[:len(model)/2])
	unknown := write(t, "unknown.onnx", unknownModel())
	square := npyFile(t, "square.npy", tensor.New(tensor.Float32, 1, 3, 200, 200))
	doubles := npyFile(t, "doubles.npy", tensor.New(tensor.Float64, 1, 3, 224, 224))
	oneLabel := write(t, "labels.txt", []byte("cat\n"))

	for _, c := range []struct {
		args  []string
		texts []string
	}{
		{[]string{"missing.png"}, []string{"missing.png: no such file"}},
		{[]string{"-model", "missing.onnx", coffee}, []string{"missing.onnx: no such file"}},
		{[]string{"-model", text, coffee}, []string{"notes.onnx: ", "a text file"}},
		{[]string{"-model", truncated, coffee}, []string{"truncated.onnx: malformed ONNX"}},
		{[]string{"-model", unknown, coffee}, []string{"unknown.onnx: ", `"first"`, "operator Frobnicate is not known (and 1 more)"}},
		{[]string{half}, []string{"half.jpg: not a readable picture"}},
		{[]string{text}, []string{"notes.onnx: not a readable picture"}},
		{[]string{square}, []string{`square.npy: `, "[batch 3 224 224]", "[1 3 200 200]"}},
		{[]string{doubles}, []string{`doubles.npy: `, "float32", "float64"}},
		{[]string{t.TempDir()}, []string{"no pictures in this folder"}},
		{[]string{"-labels", oneLabel, coffee}, []string{"1 label given, the model has 1000 scores"}},
		{[]string{"-labels", "missing.txt", coffee}, []string{"missing.txt"}},
		{[]string{"-model", models + "/nms/model.onnx", coffee}, []string{"inputs, want one; infer run takes any number"}},
		{[]string{"-model", models + "/shuffle58/model.onnx", coffee}, []string{"the output is float32[1 116 224 3]", "from one picture to one list of class scores (infer inspect"}},
		{[]string{"inspect", text}, []string{"notes.onnx: ", "a text file"}},
		{[]string{"bench", "missing.onnx"}, []string{"missing.onnx"}},
		{[]string{"run", "-model", models + "/shuffle58/model.onnx", "-in", "y=" + square}, []string{`no input "y"; inputs are "x"`}},
		{[]string{"run", "-model", models + "/shuffle58/model.onnx"}, []string{`input "x" is missing`}},
		{[]string{"conformance", t.TempDir()}, []string{"no ONNX backend tests; want folders node"}},
	} {
		fails(t, exitFailure, c.args, c.texts...)
	}
}

// An array runs through any model with one input, and its outputs are printed.
func TestArray(t *testing.T) {
	x := npyFile(t, "x.npy", tensor.Of([]float32{3, 0, 5, 0}, 4))
	code, out, stderr := infer("", "-model", write(t, "twice.onnx", twiceModel()), x)
	require.Zero(t, code, stderr)
	require.Equal(t, x+"\ny: float32[4]\n[ 6  0 10  0]\n", out)
	fails(t, exitUsage, []string{"-json", x}, "-json is for pictures")
}

func npyFile(t *testing.T, name string, x *tensor.Tensor) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, npy.WriteFile(path, x))
	return path
}

// Preset and labels may be the model's own; its text does not reach a terminal
// as it is. Flags win over both.
func TestMetadata(t *testing.T) {
	path := write(t, "colours.onnx", coloursModel())
	code, out, stderr := infer("", "-model", path, rocket)
	require.Zero(t, code, stderr)
	require.Contains(t, out, "preset metadata: squash 4x6, bilinear, (rgb/255 - [0 0 0]) / [1 1 1], nchw\n")
	require.Contains(t, out, "%  red\n")
	require.Contains(t, out, "%  blue\ufffd[2J\n")

	labels := write(t, "labels.txt", []byte("rot\ngrün\nblau\n"))
	code, out, stderr = infer("", "-model", path, "-labels", labels, "-preset", "clip", rocket)
	require.Zero(t, code, stderr)
	require.Contains(t, out, "preset clip: crop 4x6")
	require.Contains(t, out, "%  grün\n")
}

func TestBar(t *testing.T) {
	p := &printer{bars: true}
	require.Equal(t, strings.Repeat(" ", 21), p.bar(0))
	require.Equal(t, strings.Repeat("█", 20)+" ", p.bar(1))
	require.Equal(t, strings.Repeat("█", 10)+strings.Repeat(" ", 11), p.bar(0.5))
	require.Equal(t, "▏"+strings.Repeat(" ", 20), p.bar(1./160))
	require.Equal(t, 21, len([]rune(p.bar(0.123))))
}
