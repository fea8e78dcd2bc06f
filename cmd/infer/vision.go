package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/models/classifier"
	"github.com/sardonyx-go/sardonyx/models/classify"
	"github.com/sardonyx-go/sardonyx/models/image"
	"github.com/sardonyx-go/sardonyx/models/labels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// vision is how a classifier reads pictures and what its classes are called.
type vision struct {
	preset image.Preset
	input  backend.Port
	labels []string // nil: the built-in list of as many classes, if any
	done   bool     // the output is probabilities already
	k      int
}

const supported = "supported are models from one picture to one list of class scores (infer inspect shows what this one is)"

// labelsKey of a model's metadata holds the classes' names, one a line.
const labelsKey = "sardonyx.labels"

// pixelTypes are the element types that a picture can be given in.
var pixelTypes = []tensor.Type{tensor.Float32, tensor.Float16, tensor.BFloat16, tensor.Float64, tensor.Uint8}

// newVision finds preset and labels: those of the flags, else those of the
// model's metadata, else what its shapes suggest.
func newVision(m *backend.Model, g *graph.Graph, o *classifyFlags) (*vision, error) {
	v := &vision{input: fed(m)[0], k: o.k}
	shape := sizes(&v.input.Type)
	if err := v.accepts(m.Outputs()); err != nil {
		return nil, fmt.Errorf("%w; %s", err, supported)
	}
	v.done = endsInSoftmax(g)
	var err error
	switch {
	case o.preset != "":
		p, unknown := image.Named(o.preset)
		if unknown != nil {
			return nil, usageError{unknown.Error()}
		}
		v.preset, err = p.ForShape(shape)
	case o.model == "":
		v.preset = classifier.Preset()
	default:
		v.preset, err = image.Choose(g.Metadata, shape)
	}
	if err != nil {
		return nil, err
	}
	if v.input.Type.Elem == tensor.Uint8 { // the model normalises by itself
		v.preset.Norm = image.Norm{Order: v.preset.Order, Layout: v.preset.Layout}
	}
	switch text := g.Metadata[labelsKey]; {
	case o.labels != "":
		v.labels, err = labels.ReadFile(o.labels)
	case text != "":
		if v.labels, err = labels.Read(strings.NewReader(text)); err != nil {
			err = fmt.Errorf("metadata %s: %w", labelsKey, err)
		}
	}
	return v, err
}

// accepts reports why a model is no classifier of pictures, as far as its
// declared types tell.
func (v *vision) accepts(outputs []backend.Port) error {
	if t := &v.input.Type; t.Kind != graph.Tensor || !slices.Contains(pixelTypes, t.Elem) {
		return fmt.Errorf("input %q is %s, not a picture", v.input.Name, typeText(&v.input.Type))
	}
	if len(outputs) != 1 {
		return fmt.Errorf("it has %s", plural(len(outputs), "output"))
	}
	out := outputs[0].Info
	scores := out.Kind == graph.Tensor && slices.Contains(pixelTypes[:4], out.Type)
	if out.Ranked {
		scores = scores && len(out.Shape) > 0
		for _, d := range out.Shape[min(2, len(out.Shape)):] {
			scores = scores && (d == 1 || d < 0)
		}
	}
	if !scores {
		return fmt.Errorf("output %q is %s", outputs[0].Name, &out)
	}
	return nil
}

// sizes returns a declared shape, -1 where it is open.
func sizes(t *graph.Type) []int {
	shape := make([]int, len(t.Shape))
	for i, d := range t.Shape {
		shape[i] = d.Size
	}
	return shape
}

// load reads a picture and prepares it; "-" is in.
func (v *vision) load(in io.Reader, file string) (*tensor.Tensor, error) {
	var pic *image.Picture
	var err error
	if file == "-" {
		if pic, err = image.Decode(in, image.Options{}); err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
	} else if pic, err = image.ReadFile(file, image.Options{}); err != nil {
		return nil, err
	}
	t, _, err := v.preset.Tensor(pic)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(v.input.Type.Shape) == 3 { // no batch
		t = t.Reshape(t.Shape()[1:]...)
	}
	if v.input.Type.Elem == tensor.Float32 {
		return t, nil
	}
	return tensor.Convert(v.input.Type.Elem, t, tensor.ConvertOptions{})
}

// read returns the best classes of a model's output.
func (v *vision) read(out tensor.Value) ([]classify.Result, error) {
	scores, ok := out.(*tensor.Tensor)
	if !ok {
		return nil, errors.New("the output is no tensor")
	}
	if s := scores.Shape(); len(s) == 0 || slices.Max(s) != scores.Len() || scores.Len() == 0 {
		return nil, fmt.Errorf("the output is %v; %s", scores, supported)
	}
	names := v.labels
	if names == nil {
		names = labels.ForClasses(scores.Len())
	} else if len(names) != scores.Len() {
		return nil, fmt.Errorf("%s given, the model has %s", plural(len(names), "label"), plural(scores.Len(), "score"))
	}
	scores, err := tensor.Convert(tensor.Float32, scores, tensor.ConvertOptions{})
	if err != nil {
		return nil, err
	}
	if v.done {
		return classify.Best(tensor.Data[float32](scores), names, v.k), nil
	}
	return classify.TopK(scores, names, v.k)
}
