package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// lengths hit every tail of 4-, 8- and 16-wide code, once and twice.
var lengths = []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 24, 31, 32, 33, 40, 47, 48, 63, 64, 65, 100}

// random returns n values around 0, of which a few are special: zeros of both
// signs and denormals.
func random(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		switch r.IntN(40) {
		case 0:
			x[i] = float32(math.Copysign(0, float64(r.IntN(2))-0.5))
		case 1:
			x[i] = float32(r.NormFloat64()) * 0x1p-130
		default:
			x[i] = float32(r.NormFloat64())
		}
	}
	return x
}

// guarded is a slice between NaNs. They show writes outside of it, and poison
// the result of a kernel that reads there.
type guarded struct {
	data []float32 // a copy of the slice given to guard
	all  []float32 // data and its fences
}

const fence = 64 + 1 // odd, so that data is not aligned to a vector

func guard(x []float32) guarded {
	all := make([]float32, fence+len(x)+fence)
	for i := range all {
		all[i] = float32(math.NaN())
	}
	data := all[fence:][:len(x):len(x)]
	copy(data, x)
	return guarded{data, all}
}

// equal fails unless g holds want, where all NaNs are equal but +0 and -0 are
// not, and its fences are whole. The format says which case failed.
func (g guarded) equal(t *testing.T, want []float32, format string, args ...any) {
	t.Helper()
	require.Len(t, g.data, len(want))
	for i, w := range want {
		if v := g.data[i]; math.Float32bits(v) != math.Float32bits(w) && (v == v || w == w) {
			require.Fail(t, fmt.Sprintf(format, args...), "[%d] = %v (%08x), want %v (%08x)",
				i, v, math.Float32bits(v), w, math.Float32bits(w))
		}
	}
	for i, v := range g.all {
		if inside := i >= fence && i < fence+len(want); !inside && v == v {
			require.Fail(t, fmt.Sprintf(format, args...), "wrote outside, at %d", i-fence)
		}
	}
}

// TestRequired fails when a Set named in SARDONYX_REQUIRE is missing, so that a
// CI machine cannot skip the assembly without anyone noticing.
func TestRequired(t *testing.T) {
	have := map[string]bool{}
	for _, s := range All() {
		have[s.name] = true
	}
	for _, name := range strings.Fields(os.Getenv("SARDONYX_REQUIRE")) {
		require.True(t, have[name], "this machine cannot run kernel set %q", name)
	}
}

// TestSetsAreComplete protects callers from a nil function, in a new Set or for
// a new kernel.
func TestSetsAreComplete(t *testing.T) {
	for _, s := range All() {
		require.NotEmpty(t, s.name)
		require.Empty(t, nilFuncs(reflect.ValueOf(*s), s.name))
	}
}

// nilFuncs lists the fields of v, and of the structs and arrays in it, that are
// nil functions.
func nilFuncs(v reflect.Value, path string) []string {
	var list []string
	switch v.Kind() {
	case reflect.Func:
		if v.IsNil() {
			list = append(list, path)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			list = append(list, nilFuncs(v.Field(i), path+"."+v.Type().Field(i).Name)...)
		}
	case reflect.Array, reflect.Slice:
		for i := range v.Len() {
			list = append(list, nilFuncs(v.Index(i), fmt.Sprintf("%s[%d]", path, i))...)
		}
	}
	return list
}
