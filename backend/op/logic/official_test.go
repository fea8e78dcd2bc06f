package logic_test

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op/logic"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
)

// TestOfficial runs the ONNX node tests of this family's operators.
func TestOfficial(t *testing.T) { optest.Run(t, logic.Ops) }

// TestAbuse protects against panics on whatever a file may ask for.
func TestAbuse(t *testing.T) { optest.Abuse(t, logic.Ops, 300) }
