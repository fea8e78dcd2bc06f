package onnxgo_test

import (
	"testing"

	"github.com/owulveryck/onnx-go/backend/testbackend"
	_ "github.com/owulveryck/onnx-go/backend/testbackend/onnx"

	"github.com/sardonyx-go/sardonyx/integrations/onnxgo"
)

func TestAll(t *testing.T) {
	for _, c := range testbackend.GetAllRegisteredTests() {
		tc := c()
		t.Run(tc.GetInfo(), tc.RunTest(onnxgo.NewGraph(), false))
	}
}
