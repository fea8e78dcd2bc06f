// Package classifier holds the model that infer uses when none is named:
// EfficientNet-Lite0 for the 1000 classes of ImageNet, with 8-bit weights and
// float32 arithmetic.
//
// M. Tan and Q. Le, "EfficientNet: Rethinking model scaling for convolutional
// neural networks", 2019; the Lite variant has ReLU6 and no squeeze-and-excite.
// Origin and licence are in testdata/SOURCES.tsv.
//
// The model adds 4.9 MB to a binary; import this package only where that is
// wanted.
package classifier

import (
	_ "embed"

	"github.com/sardonyx-go/sardonyx/models/image"
	"github.com/sardonyx-go/sardonyx/models/labels"
)

//go:embed efficientnet_lite0_w8.onnx
var model string

// Model returns a copy of the ONNX file. Its input "image" is float32 of N x 3
// x 224 x 224, its output "probs" the probabilities, N x 1000.
func Model() []byte { return []byte(model) }

// Labels returns the names of the classes.
func Labels() []string { return labels.ImageNet() }

// Preset returns how the model's pictures are prepared.
func Preset() image.Preset {
	p, err := image.Named("tf")
	if err != nil {
		panic(err)
	}
	return p
}
