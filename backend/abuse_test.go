package backend_test

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
)

// No node, whatever its attributes and inputs, makes an operator panic.
func TestAbuse(t *testing.T) {
	n := 300
	if testing.Short() {
		n = 30
	}
	optest.Abuse(t, backend.Operators().All(), n)
}
