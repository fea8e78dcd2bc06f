package tensor

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// goldens are what NumPy, ml_dtypes and the onnx package make of the same
// inputs; tools/goldens/tensor.py writes them and says how.
type goldens struct {
	Values []struct{ Type, Float32 string }
	Narrow []struct {
		From, To, Input, Output string
		Saturate                bool
		N                       int
	}
	Powers []struct {
		Round, Input, Output string
		Saturate             bool
		N                    int
	}
	Integers map[string][]string
	Packed   []struct {
		Type, Bytes string
		N           int
	}
}

func readGoldens(t *testing.T) goldens {
	t.Helper()
	text, err := os.ReadFile("testdata/convert.json")
	require.NoError(t, err)
	var g goldens
	require.NoError(t, json.Unmarshal(text, &g))
	return g
}

// typeNamed returns the element type of a name.
func typeNamed(t *testing.T, name string) Type {
	t.Helper()
	for typ := range Type(len(types)) {
		if typ.String() == name {
			return typ
		}
	}
	require.Fail(t, "no such type", name)
	return Undefined
}

// digest is the SHA-256 of a tensor's elements with all NaNs alike.
func digest(t *testing.T, x *Tensor) string {
	t.Helper()
	bits := slices.Clone(x.Bytes())
	if !x.Type().integer() {
		wide, err := Convert(Float64, x, ConvertOptions{})
		require.NoError(t, err)
		size := x.Type().Size()
		for i, v := range Data[float64](wide) {
			if v != v {
				copy(bits[i*size:][:size], "\xff\xff\xff\xff\xff\xff\xff\xff")
			}
		}
	}
	sum := sha256.Sum256(bits)
	return hex.EncodeToString(sum[:])
}

// patterns returns all codes of a type of at most 16 bits, in order.
func patterns(t Type) *Tensor {
	x := New(t, 1<<t.Bits())
	for i := range x.Len() {
		x.Bytes()[i*t.Size()] = byte(i)
		if t.Size() == 2 {
			x.Bytes()[2*i+1] = byte(i >> 8)
		}
	}
	return x
}

// values returns the values of a tensor as float64.
func values(t *testing.T, x *Tensor) []float64 {
	t.Helper()
	y, err := Convert(Float64, x, ConvertOptions{})
	require.NoError(t, err)
	return Data[float64](y)
}

// The value of every code of every narrow float type.
func TestValuesOfAllPatterns(t *testing.T) {
	for _, g := range readGoldens(t).Values {
		t.Run(g.Type, func(t *testing.T) {
			y, err := Convert(Float32, patterns(typeNamed(t, g.Type)), ConvertOptions{})
			require.NoError(t, err)
			require.Equal(t, g.Float32, digest(t, y))
		})
	}
}

// adversarial returns the inputs that tensor.py describes, as float32 or
// float64: the values of a type, halfway points, and neighbours of both.
func adversarial(t *testing.T, typ, wide Type) *Tensor {
	t.Helper()
	next := math.Nextafter
	smallest, largest := math.SmallestNonzeroFloat64, math.MaxFloat64
	if wide == Float32 {
		next = func(x, y float64) float64 { return float64(math.Nextafter32(float32(x), float32(y))) }
		smallest, largest = math.SmallestNonzeroFloat32, math.MaxFloat32
	}
	var v []float64
	for _, x := range values(t, patterns(typ)) {
		if x-x == 0 {
			v = append(v, x+0)
		}
	}
	slices.Sort(v)
	v = slices.Compact(v)
	v = append(v, v[len(v)-1]+(v[len(v)-1]-v[len(v)-2]))
	for i := range len(v) - 1 {
		v = append(v, (v[i]+v[i+1])/2)
	}
	if wide == Float32 { // the two largest are infinite for bfloat16
		for i := range v {
			v[i] = float64(float32(v[i]))
		}
	}
	for _, x := range v {
		v = append(v, -x)
	}
	for _, x := range v {
		v = append(v, next(x, math.Inf(1)), next(x, math.Inf(-1)))
	}
	v = append(v, smallest, largest)
	for _, x := range v {
		v = append(v, -x)
	}
	for i := range v {
		v[i] += 0 // one zero
	}
	slices.Sort(v)
	v = append(slices.Compact(v), math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN())
	x := Of(v, len(v))
	if wide == Float32 {
		x = New(Float32, len(v))
		for i := range v {
			Data[float32](x)[i] = float32(v[i])
		}
	}
	return x
}

// Rounding to every narrow type where it is hardest, from float32 and from
// float64, and overflow with and without saturation.
func TestNarrowing(t *testing.T) {
	for _, g := range readGoldens(t).Narrow {
		t.Run(fmt.Sprintf("%s to %s, saturate %v", g.From, g.To, g.Saturate), func(t *testing.T) {
			typ := typeNamed(t, g.To)
			x := adversarial(t, typ, typeNamed(t, g.From))
			require.Equal(t, g.N, x.Len(), "inputs are not those of the script")
			require.Equal(t, g.Input, digest(t, x), "inputs are not those of the script")
			y, err := Convert(typ, x, ConvertOptions{Saturate: g.Saturate})
			require.NoError(t, err)
			require.Equal(t, g.Output, digest(t, y))
		})
	}
}

// Powers of two in all rounding modes.
func TestNarrowingToPowersOfTwo(t *testing.T) {
	modes := map[string]Round{"up": RoundUp, "down": RoundDown, "nearest": RoundNearest}
	var v []float32
	for e := -126; e < 127; e++ {
		for _, m := range []float64{1, 1 + 0x1p-23, 1.25, 1.5 - 0x1p-23, 1.5, 1.5 + 0x1p-23, 2 - 0x1p-23} {
			v = append(v, float32(math.Ldexp(m, e)))
		}
	}
	x := Of(v, len(v))
	for _, g := range readGoldens(t).Powers {
		t.Run(fmt.Sprintf("%s, saturate %v", g.Round, g.Saturate), func(t *testing.T) {
			require.Equal(t, g.Input, digest(t, x), "inputs are not those of the script")
			y, err := Convert(Float8E8M0, x, ConvertOptions{Saturate: g.Saturate, Round: modes[g.Round]})
			require.NoError(t, err)
			require.Equal(t, g.Output, digest(t, y))
		})
	}
}

// Floats to every integer type, in and out of range. On every processor these
// are the results of amd64.
func TestIntegersFromFloats(t *testing.T) {
	g := readGoldens(t).Integers
	var v []float64
	for _, s := range g["input"] {
		f, err := strconv.ParseFloat(s, 64)
		require.NoError(t, err)
		v = append(v, f)
	}
	delete(g, "input")
	for name, want := range g {
		t.Run(name, func(t *testing.T) {
			y, err := Convert(typeNamed(t, name), Of(v, len(v)), ConvertOptions{})
			require.NoError(t, err)
			text, err := Convert(String, y, ConvertOptions{})
			require.NoError(t, err)
			require.Equal(t, want, text.Strings())
		})
	}
}

// The order of the bits of packed elements in files.
func TestPackedBytes(t *testing.T) {
	for _, g := range readGoldens(t).Packed {
		t.Run(fmt.Sprintf("%d %s", g.N, g.Type), func(t *testing.T) {
			typ := typeNamed(t, g.Type)
			elements := make([]byte, g.N)
			for i := range elements {
				elements[i] = byte(i*37 + 11) // Pack drops the high bits
			}
			packed := make([]byte, PackedLen(typ, g.N))
			Pack(typ, packed, elements)
			require.Equal(t, g.Bytes, hex.EncodeToString(packed))
		})
	}
}
