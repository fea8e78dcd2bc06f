package backend_test

import (
	"slices"
	"testing"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/backend/optimize"
)

// No node, whatever its attributes and inputs, makes an operator panic.
func TestAbuse(t *testing.T) {
	n := 300
	if testing.Short() {
		n = 30
	}
	defs := slices.DeleteFunc(backend.Operators().All(), func(d op.Def) bool { return d.Domain == optimize.Domain }) // no file may hold those
	optest.Abuse(t, defs, n)
}
