package nn_test

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op/nn"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
)

// TestOfficial runs the ONNX node tests of this family's operators.
func TestOfficial(t *testing.T) { optest.Run(t, nn.Ops) }
