package ml_test

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op/ml"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
)

// TestOfficial runs the ONNX node tests of this family's operators.
func TestOfficial(t *testing.T) { optest.Run(t, ml.Ops) }
