package nn_test

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op/nn"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
)

// TestOfficial runs the ONNX node tests of this family's operators.
func TestOfficial(t *testing.T) { optest.Run(t, nn.Ops) }

// TestAbuse protects against panics on whatever a file may ask for.
func TestAbuse(t *testing.T) { optest.Abuse(t, nn.Ops, 300) }
