package backend_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/onnx"
)

func TestZZ(t *testing.T) {
	for _, name := range []string{"nms", "nonzero", "shuffle58", "reshape_dynamic", "topk_dynamic"} {
		g, _ := onnx.ReadFile(filepath.Join(gauntlet, name, "model.onnx"))
		sets := readVectors(t, filepath.Join(gauntlet, name), g)
		m, err := backend.Compile(g, backend.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s := m.NewSession()
		for range 3000 {
			for _, v := range sets {
				s.Run(context.Background(), v.in)
			}
		}
	}
}
