package image_test

import (
	"slices"
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/image"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
)

// TestOfficial runs the ONNX node tests of this family's operators. Those of
// ImageDecoder are run by package models/image, which has a decoder.
func TestOfficial(t *testing.T) {
	optest.Run(t, slices.DeleteFunc(slices.Clone(image.Ops), func(d op.Def) bool { return d.Name == "ImageDecoder" }))
}

// TestAbuse protects against panics on whatever a file may ask for.
func TestAbuse(t *testing.T) { optest.Abuse(t, image.Ops, 300) }
