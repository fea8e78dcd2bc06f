package backend_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
)

// No node, whatever its attributes and inputs, makes an operator panic, and what
// is inferred before sizes are known stays true.
func TestAbuse(t *testing.T) {
	n := 1000
	if testing.Short() {
		n = 50
	}
	optest.Abuse(t, backend.Operators().All(), n)
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
