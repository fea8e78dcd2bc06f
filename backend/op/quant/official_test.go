package quant_test

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/backend/op/quant"
)

// TestOfficial runs the ONNX node tests of this family's operators.
func TestOfficial(t *testing.T) { optest.Run(t, quant.Ops) }

// TestAbuse protects against panics on whatever a file may ask for.
func TestAbuse(t *testing.T) { optest.Abuse(t, quant.Ops, 300) }
