package backend_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/backend/optimize"
)

// No node, whatever its attributes and inputs, makes an operator panic, and what
// is inferred before sizes are known stays true.
func TestAbuse(t *testing.T) {
	n := 500
	if testing.Short() {
		n = 50
	}
	defs := slices.DeleteFunc(backend.Operators().All(), func(d op.Def) bool { return d.Domain == optimize.Domain }) // no file may hold those
	optest.Abuse(t, defs, n)
}

// FuzzOperators does the same for ever.
func FuzzOperators(f *testing.F) {
	r := backend.Operators()
	all := r.All()
	f.Add(uint16(0), uint64(0))
	f.Fuzz(func(t *testing.T, which uint16, seed uint64) {
		_, err := optest.AbuseOnce(r, all[int(which)%len(all)], seed)
		require.NoError(t, err)
	})
}
