package signal_test

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/backend/op/signal"
)

// TestOfficial runs the ONNX node tests of this family's operators. What two of
// them expect of the inverse transform is the error of a float32 implementation.
func TestOfficial(t *testing.T) {
	optest.Run(t, signal.Ops, "test_dft_inverse", "test_dft_inverse_opset19")
}
