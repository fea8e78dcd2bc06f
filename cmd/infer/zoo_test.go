package main

import (
	"context"
	"encoding/json"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/models/image"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// zooPresets is how each classifier of the zoo sees pictures.
var zooPresets = map[string]string{
	"efficientnet_lite0_w8":    "tf",
	"effnet_lite0_qdq_int8":    "tf",
	"mobilenet_v2_imagenet_w8": "mobilenet_w8",
	"cifar10_resnet20":         "cifar",
	"mnist8":                   "mnist",
}

// zooAnswer is what ONNX Runtime answers: the five best, of a picture or of the
// numbers that tools/zoo_goldens.py calls hash.
type zooAnswer struct {
	Index       []int
	Probability []float64
	Output      []float64

	Shape         []int
	Scale, Offset float32
}

// Tolerances of a probability: pictures are resampled to the bit as the reference
// does, but JPEG decoders differ by a few levels, and a quantised model takes
// coarse steps.
const (
	zooTolerance  = 0.02
	jpegTolerance = 0.05
)

// TestZoo asks the classifiers of the zoo through the command, picture files in
// and JSON out, and compares with ONNX Runtime.
func TestZoo(t *testing.T) {
	zoo := os.Getenv("SARDONYX_SHARED")
	if zoo == "" {
		t.Skip("SARDONYX_SHARED is not set")
	}
	zoo = filepath.Join(zoo, "zoo")
	b, err := os.ReadFile("../../testdata/zoo_expected.json")
	require.NoError(t, err)
	var expected map[string]struct {
		Hash     zooAnswer
		Pictures map[string]zooAnswer
	}
	require.NoError(t, json.Unmarshal(b, &expected))
	require.Len(t, expected, len(zooPresets))
	for name, e := range expected {
		t.Run(name, func(t *testing.T) {
			model := filepath.Join(zoo, "models", name+".onnx")
			zooHash(t, model, e.Hash)
			if len(e.Pictures) == 0 {
				return
			}
			args := []string{"-json", "-k", "2000", "-model", model, "-preset", zooPresets[name]}
			for p := range e.Pictures {
				path := filepath.Join(zoo, "images", p)
				if name == "cifar10_resnet20" {
					path = square(t, path)
				}
				args = append(args, path)
			}
			code, out, stderr := infer("", args...)
			require.Zero(t, code, stderr)
			answers := json.NewDecoder(strings.NewReader(out))
			for range e.Pictures {
				var a answer
				require.NoError(t, answers.Decode(&a))
				want := e.Pictures[strings.TrimSuffix(filepath.Base(a.File), squared)]
				got := make([]float64, len(a.Classes))
				for _, c := range a.Classes {
					got[c.Index] = float64(c.Probability)
				}
				tolerance := zooTolerance
				if strings.Contains(a.File, ".jpg") {
					tolerance = jpegTolerance
				}
				requireTop(t, a.File, got, want.Index, want.Probability, tolerance)
			}
		})
	}
}

// squared ends the names of pictures that square has made.
const squared = ".square.png"

// square writes the central square of a picture: the reference cuts pictures for
// 32 x 32 pixels before it makes them smaller, where the preset cuts afterwards.
func square(t *testing.T, path string) string {
	pic, err := image.ReadFile(path, image.Options{})
	require.NoError(t, err)
	side := min(pic.W, pic.H)
	f, err := os.Create(filepath.Join(t.TempDir(), filepath.Base(path)+squared))
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, png.Encode(f, image.Crop(pic, image.Center(pic.W, pic.H, side, side))))
	return f.Name()
}

// zooHash compares the outputs themselves for an input that needs no picture.
func zooHash(t *testing.T, path string, want zooAnswer) {
	g, err := onnx.ReadFile(path)
	require.NoError(t, err)
	m, err := backend.Compile(g, backend.Options{})
	require.NoError(t, err)
	x := tensor.New(tensor.Float32, want.Shape...)
	data := tensor.Data[float32](x)
	for i := range data {
		data[i] = float32(want.Scale*float32(float32(uint32(i)*2654435761>>8)/(1<<24))) + want.Offset
	}
	in := make([]tensor.Value, len(m.Inputs()))
	in[slices.IndexFunc(m.Inputs(), func(p backend.Port) bool { return !p.Default })] = x
	out, err := m.NewSession().Run(context.Background(), in)
	require.NoError(t, err)
	got, err := tensor.Convert(tensor.Float64, out[0].(*tensor.Tensor), tensor.ConvertOptions{})
	require.NoError(t, err)
	scale := math.Max(1, math.Abs(want.Output[0]))
	requireTop(t, "hash", tensor.Data[float64](got), want.Index, want.Output, zooTolerance*scale)
}

// requireTop compares the five best; classes that tie within the tolerance may
// change places.
func requireTop(t *testing.T, name string, got []float64, index []int, want []float64, tolerance float64) {
	t.Helper()
	for i, k := range index {
		require.InDelta(t, want[i], got[k], tolerance, "%s: class %d", name, k)
	}
	best := 0
	for k := range got {
		if got[k] > got[best] {
			best = k
		}
	}
	if best != index[0] {
		require.InDelta(t, want[0], got[best], tolerance, "%s: best is class %d, want %d", name, best, index[0])
		require.Less(t, want[0]-want[1], tolerance, "%s: best is class %d, want %d by a clear lead", name, best, index[0])
	}
}
