package tensor

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// fixed lists the element types that have bytes.
func fixed() []Type {
	var all []Type
	for t := range Type(len(types)) {
		if t.Size() > 0 {
			all = append(all, t)
		}
	}
	return all
}

// Every pair of types converts, or says that it does not.
func TestConvertEveryPair(t *testing.T) {
	for from := range Type(len(types)) {
		for to := range Type(len(types)) {
			if !from.Valid() {
				continue
			}
			y, err := Convert(to, fillOnes(t, from, 2, 3), ConvertOptions{})
			if !to.Valid() || from.complex() && !to.complex() || from == String && to.complex() {
				require.ErrorIs(t, err, ErrConvert, "%v to %v", from, to)
				continue
			}
			require.NoError(t, err, "%v to %v", from, to)
			require.Equal(t, fillOnes(t, to, 2, 3), y, "%v to %v", from, to)
		}
	}
}

// fillOnes returns a tensor of ones.
func fillOnes(t *testing.T, typ Type, shape ...int) *Tensor {
	t.Helper()
	x := New(typ, shape...)
	if typ == String {
		for i := range x.Strings() {
			x.Strings()[i] = "1"
		}
		return x
	}
	one := map[Type]string{
		Float32: "\x00\x00\x80\x3f", Float64: "\x00\x00\x00\x00\x00\x00\xf0\x3f", Float16: "\x00\x3c", BFloat16: "\x80\x3f",
		Complex64: "\x00\x00\x80\x3f", Complex128: "\x00\x00\x00\x00\x00\x00\xf0\x3f",
		Float8E4M3FN: "\x38", Float8E4M3FNUZ: "\x40", Float8E5M2: "\x3c", Float8E5M2FNUZ: "\x40", Float8E8M0: "\x7f",
		Float6E2M3: "\x08", Float6E3M2: "\x0c", Float4E2M1: "\x02",
	}
	for i := range x.Len() {
		element := x.Bytes()[i*typ.Size():]
		if code, ok := one[typ]; ok {
			copy(element, code)
		} else {
			element[0] = 1
		}
	}
	return x
}

// A narrow value survives a wider type: nothing is rounded that need not be.
func TestNarrowWideNarrow(t *testing.T) {
	narrow := []Type{Float16, BFloat16, Float8E4M3FN, Float8E4M3FNUZ, Float8E5M2, Float8E5M2FNUZ, Float8E8M0,
		Float6E2M3, Float6E3M2, Float4E2M1, Uint8, Int8, Uint16, Int16}
	for _, typ := range narrow {
		for _, wide := range []Type{Float32, Float64} {
			for _, opt := range []ConvertOptions{{}, {Saturate: true, Round: RoundNearest}} {
				t.Run(fmt.Sprintf("%v %v %v", typ, wide, opt.Saturate), func(t *testing.T) {
					x := patterns(typ)
					y, err := Convert(wide, x, ConvertOptions{})
					require.NoError(t, err)
					z, err := Convert(typ, y, opt)
					require.NoError(t, err)
					if typ == Float8E5M2 && opt.Saturate {
						// Infinities saturate.
						x.Bytes()[0x7c], x.Bytes()[0xfc] = 0x7b, 0xfb
					}
					require.Equal(t, digest(t, x), digest(t, z))
				})
			}
		}
	}
}

// The types below a byte ignore stray high bits and give them up.
func TestNarrowIntegers(t *testing.T) {
	all := patterns(Uint8)
	for _, typ := range []Type{Uint4, Int4, Uint2, Int2} {
		y, err := Convert(typ, all, ConvertOptions{})
		require.NoError(t, err)
		x, err := FromBytes(typ, all.Bytes(), 256)
		require.NoError(t, err)
		for i, v := range values(t, y) {
			bits := typ.Bits()
			want := float64(i & (1<<bits - 1))
			if (typ == Int4 || typ == Int2) && want >= float64(int(1)<<(bits-1)) {
				want -= float64(int(1) << bits)
			}
			require.Equal(t, want, v, "uint8 %d to %v", i, typ)
			require.Equal(t, want, values(t, x)[i], "stray bits in %#x", i)
		}
	}
}

// The direct loops give the bits of the general way.
func TestFastEqualsGeneral(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	src := make([]byte, 8*20000)
	for i := range src {
		src[i] = byte(r.Uint32())
	}
	pairs := 0
	for _, from := range fixed() {
		for _, to := range fixed() {
			s := src[:20000*min(from.Size(), 8)]
			fast, general := make([]byte, len(s)/from.Size()*to.Size()), make([]byte, len(s)/from.Size()*to.Size())
			if !convertFast(to, fast, from, s) {
				continue
			}
			pairs++
			if to.integer() {
				throughInts(to, general, from, s)
			} else {
				throughFloats(to, general, from, s, ConvertOptions{})
			}
			x, err := FromBytes(to, general, len(general)/to.Size())
			require.NoError(t, err)
			y, err := FromBytes(to, fast, len(fast)/to.Size())
			require.NoError(t, err)
			require.Equal(t, digest(t, x), digest(t, y), "%v to %v", from, to)
		}
	}
	require.Equal(t, 21, pairs)
}

// Integers round once to floats that do not hold them, here against exact
// arithmetic: no other value of the type is nearer.
func TestIntegersToFloatsRoundOnce(t *testing.T) {
	var signed []int64
	for shift := 1; shift < 62; shift++ {
		for _, d := range []int64{-1, 0, 1} {
			signed = append(signed, 1<<shift+d, 3<<shift>>1+d, 1<<shift+1<<max(shift-8, 0)+d, 1<<shift+1<<max(shift-11, 0)+d,
				1<<shift+1<<max(shift-24, 0)+d, -(1<<shift + 1<<max(shift-24, 0) + d), 1<<shift+1<<max(shift-53, 0)+d)
		}
	}
	signed = append(signed, math.MinInt64, math.MaxInt64, math.MinInt64+1, 0)
	unsigned := []uint64{math.MaxUint64, math.MaxUint64 - 1024, 1<<63 + 1<<39, 1<<63 + 1<<39 + 1, 1<<63 + 1<<55 + 1, 1<<63 + 1<<10, 1<<63 + 1<<10 + 1}
	for _, v := range signed {
		x := new(big.Float).SetPrec(64).SetInt64(v)
		checkRounded(t, Scalar(v), x)
	}
	for _, v := range unsigned {
		x := new(big.Float).SetPrec(64).SetUint64(v)
		checkRounded(t, Scalar(v), x)
	}
}

// checkRounded compares the conversion of one number to float types with the
// rounding of package big, which has the precision but not the range.
func checkRounded(t *testing.T, scalar *Tensor, x *big.Float) {
	t.Helper()
	for _, c := range []struct {
		to        Type
		precision uint
		largest   float64
	}{{Float64, 53, math.MaxFloat64}, {Float32, 24, math.MaxFloat32}, {Float16, 11, 65504}, {BFloat16, 8, 0x1.fep127},
		{Float8E4M3FN, 4, 448}, {Float8E5M2, 3, 57344}} {
		want, _ := new(big.Float).SetPrec(c.precision).SetMode(big.ToNearestEven).Set(x).Float64()
		if math.Abs(want) > c.largest {
			continue // the goldens have overflow
		}
		y, err := Convert(c.to, scalar, ConvertOptions{})
		require.NoError(t, err)
		require.Equal(t, want, values(t, y)[0], "%v to %v", x, c.to)
	}
}

// What ONNX's text fixes for float8e8m0 where its reference function differs,
// and what we chose where it is open.
func TestPowersOfTwoSpecial(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		x, saturated, not float64
	}{
		{0, 0x1p-127, nan}, {inf, 0x1p127, nan}, {-inf, nan, nan}, {nan, nan, nan}, {-1, nan, nan}, {math.Copysign(0, -1), 0x1p-127, nan},
		{0x1p-128, 0x1p-127, nan}, {0x1p-127, 0x1p-127, 0x1p-127}, {0x1.8p127, 0x1p127, nan}, {0x1p127, 0x1p127, 0x1p127}, {1, 1, 1},
	} {
		for _, mode := range []Round{RoundUp, RoundDown, RoundNearest} {
			same := func(want float64, got E8M0) {
				require.Equal(t, math.Float64bits(want), math.Float64bits(float64(got.Float32())), "%g, mode %d", c.x, mode)
			}
			if want := c.saturated; want == want {
				same(want, ToE8M0(c.x, mode, true))
			} else {
				require.EqualValues(t, 255, ToE8M0(c.x, mode, true), "%g", c.x)
			}
			if want := c.not; want == want {
				same(want, ToE8M0(c.x, mode, false))
			} else {
				require.EqualValues(t, 255, ToE8M0(c.x, mode, false), "%g", c.x)
			}
		}
	}
}

// Sizes that do not match are errors, not panics: they come from callers.
func TestConvertBytesErrors(t *testing.T) {
	for _, c := range []struct {
		dt, st Type
		d, s   int
	}{{Float32, Int8, 4, 2}, {Float32, Float64, 4, 9}, {Float32, String, 0, 0}, {String, Int8, 1, 1}, {Float32, Complex64, 4, 8}, {Undefined, Int8, 0, 0}} {
		err := ConvertBytes(c.dt, make([]byte, c.d), c.st, make([]byte, c.s), ConvertOptions{})
		require.ErrorIs(t, err, ErrConvert)
	}
}

// Operators convert inside a session, which allocates nothing.
func TestConvertBytesDoesNotAllocate(t *testing.T) {
	src, dst := make([]byte, 16*1000), make([]byte, 16*1000)
	for _, from := range fixed() {
		for _, to := range fixed() {
			if from.complex() && !to.complex() {
				continue
			}
			s, d := src[:1000*from.Size()], dst[:1000*to.Size()]
			require.Zero(t, testing.AllocsPerRun(2, func() {
				_ = ConvertBytes(to, d, from, s, ConvertOptions{Saturate: true})
			}), "%v to %v", from, to)
		}
	}
}

// Any bytes of any type convert to any other without a panic, to codes that
// are inside the type, and a second conversion there and back changes nothing
// where the first was to a type that holds all of the source.
func FuzzConvertBytes(f *testing.F) {
	f.Add(uint8(Float64), uint8(Float8E4M3FN), true, []byte("\x00\x00\x00\x00\x00\x00\x7c\x40"))
	f.Add(uint8(Int64), uint8(Int4), false, []byte("\xff\xff\xff\xff\xff\xff\xff\x7f"))
	f.Add(uint8(Float16), uint8(Float32), false, []byte("\x01\x7c\x00\xfc"))
	f.Fuzz(func(t *testing.T, from, to uint8, saturate bool, src []byte) {
		st, dt := Type(from%uint8(len(types))), Type(to%uint8(len(types)))
		if st.Size() == 0 || dt.Size() == 0 {
			return
		}
		src = src[:len(src)/st.Size()*st.Size()]
		n := len(src) / st.Size()
		dst := make([]byte, n*dt.Size())
		opt := ConvertOptions{Saturate: saturate}
		if err := ConvertBytes(dt, dst, st, src, opt); err != nil {
			require.True(t, st.complex() && !dt.complex())
			return
		}
		if st == dt {
			return
		}
		packed, again := make([]byte, PackedLen(dt, n)), make([]byte, len(dst))
		Pack(dt, packed, dst)
		Unpack(dt, again, packed)
		require.Equal(t, dst, again, "bits outside of %v", dt)
		if dt == Float64 && st != Int64 && st != Uint64 {
			back, twice := make([]byte, len(src)), make([]byte, len(dst))
			require.NoError(t, ConvertBytes(st, back, dt, dst, opt))
			require.NoError(t, ConvertBytes(dt, twice, st, back, opt))
			for i, v := range View[float64](dst) {
				if v-v == 0 { // infinities may saturate
					require.Equal(t, v, View[float64](twice)[i], "%v", st)
				}
			}
		}
	})
}
