package tensor

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Numbers as text: plain, never scientific, and no longer than needed.
func TestNumbersToText(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		x    *Tensor
		want []string
	}{
		{Of([]float32{314.1592, 1e-5, 1e10, 1, -0.5, float32(nan), float32(inf), float32(-inf)}, 8),
			[]string{"314.1592", "0.00001", "10000000000", "1", "-0.5", "NaN", "INF", "-INF"}},
		{Of([]float64{314.15926, 1.0 / 3}, 2), []string{"314.15926", "0.3333333333333333"}},
		{Of([]F16{ToF16(0.1), ToF16(2)}, 2), []string{"0.099975586", "2"}},
		{Of([]bool{true, false}, 2), []string{"1", "0"}},
		{Of([]int64{math.MinInt64, 7}, 2), []string{"-9223372036854775808", "7"}},
		{Of([]uint64{math.MaxUint64}, 1), []string{"18446744073709551615"}},
		{Of([]I4{-8, 7}, 2), []string{"-8", "7"}},
		{Of([]E2M1{15}, 1), []string{"-6"}},
	} {
		y, err := Convert(String, c.x, ConvertOptions{})
		require.NoError(t, err)
		require.Equal(t, c.want, y.Strings(), "%v", c.x)
	}
}

// Text as numbers: the literals of ONNX's Cast, and limits of integers.
func TestTextToNumbers(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	floats := map[string]float32{"3.14": 3.14, "1000": 1000, "1e-5": 1e-5, "1E8": 1e8, "+INF": inf, "inf": inf, "-Inf": -inf,
		"nAn": nan, " 2 ": 2, "1e400": inf, "-0": 0}
	for text, want := range floats {
		y, err := Convert(Float32, OfStrings([]string{text}), ConvertOptions{})
		require.NoError(t, err)
		if want != want {
			require.True(t, math.IsNaN(values(t, y)[0]), text)
		} else {
			require.Equal(t, want, At[float32](y), text)
		}
	}

	for _, c := range []struct {
		text string
		to   Type
		want string // as text again; empty if it is an error
	}{
		{"100.5", Int32, "100"}, {"-1.9", Int8, "-1"}, {"1e3", Int64, "1000"}, {"9223372036854775807", Int64, "9223372036854775807"},
		{"18446744073709551615", Uint64, "18446744073709551615"}, {"1.5e19", Uint64, "15000000000000000000"},
		{"true", Bool, "1"}, {"False", Bool, "0"}, {"0", Bool, "0"}, {"2", Bool, "1"}, {"0.5", Bool, "1"},
		{"1000", Float8E4M3FN, "448"}, {"0.3", Float4E2M1, "0.5"},
		{"300", Int8, ""}, {"-1", Uint8, ""}, {"16", Uint4, ""}, {"2", Int2, ""}, {"-1", Uint64, ""}, {"9223372036854775808", Int64, ""},
		{"18446744073709551616", Uint64, ""}, {"NaN", Int32, ""}, {"INF", Int64, ""}, {"", Float32, ""}, {"Hello World!", Float64, ""},
		{"yes", Bool, ""}, {"1", Complex64, ""},
	} {
		y, err := Convert(c.to, OfStrings([]string{c.text}, 1), ConvertOptions{Saturate: true})
		if c.want == "" {
			require.ErrorIs(t, err, ErrConvert, "%q to %v", c.text, c.to)
			continue
		}
		require.NoError(t, err, "%q to %v", c.text, c.to)
		z, err := Convert(String, y, ConvertOptions{})
		require.NoError(t, err)
		require.Equal(t, []string{c.want}, z.Strings(), "%q to %v", c.text, c.to)
	}

	_, err := Convert(Int8, OfStrings([]string{"1", "300"}, 2), ConvertOptions{})
	require.EqualError(t, err, `cannot convert element 1, "300", to int8: out of range`)
}

// The value of every float16 survives text.
func TestTextRoundTrip(t *testing.T) {
	x := patterns(Float16)
	text, err := Convert(String, x, ConvertOptions{})
	require.NoError(t, err)
	y, err := Convert(Float16, text, ConvertOptions{})
	require.NoError(t, err)
	require.Equal(t, digest(t, x), digest(t, y))
}
