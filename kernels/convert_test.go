package kernels

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// float32s are all values that float16 and bfloat16 have, what lies around them,
// and numbers of every magnitude.
func float32s() []float32 {
	var x []float32
	for h := range 1 << 16 {
		for _, v := range []float32{tensor.F16(h).Float32(), tensor.BF16(h).Float32()} {
			b := math.Float32bits(v)
			for _, d := range []uint32{0, 1, 0x1000, 0xfff, 0x1001, 0x7fff, 0x8000, 0x8001} {
				x = append(x, math.Float32frombits(b+d))
			}
		}
	}
	return x
}

// Models store weights in types of 16 bits: conversions are those of Cast, to
// the bit, in every Set and at every length.
func TestHalf(t *testing.T) {
	wide := float32s()
	halves := make([]uint16, 1<<16)
	for i := range halves {
		halves[i] = uint16(i)
	}
	for _, s := range All() {
		for _, c := range []struct {
			typ  tensor.Type
			from func(dst []float32, x []uint16)
			to   func(dst []uint16, x []float32)
		}{
			{tensor.Float16, s.FromFloat16, s.ToFloat16},
			{tensor.BFloat16, s.FromBFloat16, s.ToBFloat16},
		} {
			t.Run(s.Name()+"/"+c.typ.String(), func(t *testing.T) {
				got, want := make([]float32, len(halves)), make([]float32, len(halves))
				c.from(got, halves)
				require.NoError(t, tensor.ConvertBytes(tensor.Float32, tensor.Storage(want), c.typ, tensor.Storage(halves), tensor.ConvertOptions{}))
				for i := range got {
					g, w := math.Float32bits(got[i]), math.Float32bits(want[i])
					if w&0x7fffffff > 0x7f800000 && c.typ == tensor.BFloat16 {
						w, g = w|0x400000, g|0x400000 // may stay a signaling NaN
					}
					if g != w {
						require.Equal(t, w, g, "%#x", i)
					}
				}
				to, wantTo := make([]uint16, len(wide)), make([]uint16, len(wide))
				c.to(to, wide)
				require.NoError(t, tensor.ConvertBytes(c.typ, tensor.Storage(wantTo), tensor.Float32, tensor.Storage(wide), tensor.ConvertOptions{}))
				for i := range to {
					if to[i] != wantTo[i] {
						require.Equal(t, wantTo[i], to[i], "%v (%#x)", wide[i], math.Float32bits(wide[i]))
					}
				}
				for n := range 50 {
					short, shortTo := make([]float32, n+1), make([]uint16, n+1)
					short[n], shortTo[n] = 7, 7
					c.from(short[:n], halves[0x3c00:])
					c.to(shortTo[:n], wide[3:])
					require.Equal(t, got[0x3c00:][:n], short[:n])
					require.Equal(t, to[3:][:n], shortTo[:n])
					require.Equal(t, float32(7), short[n], "written beyond %d elements", n)
					require.Equal(t, uint16(7), shortTo[n], "written beyond %d elements", n)
				}
			})
		}
	}
}

// Casts to integers are those of package tensor in every Set.
func TestToInt32(t *testing.T) {
	x := float32s()
	got, want := make([]int32, len(x)), make([]int32, len(x))
	require.NoError(t, tensor.ConvertBytes(tensor.Int32, tensor.Storage(want), tensor.Float32, tensor.Storage(x), tensor.ConvertOptions{}))
	for _, s := range All() {
		s.ToInt32(got, x)
		require.Equal(t, want, got, s.Name())
		bytes, low := make([]byte, len(x)), make([]byte, len(x))
		for i, v := range want {
			low[i] = byte(v)
		}
		s.ToBytes(bytes, x)
		require.Equal(t, low, bytes, s.Name())
		for n := range 40 {
			short := make([]int32, n+1)
			short[n] = 7
			s.ToInt32(short[:n], x[1000:])
			require.Equal(t, append(slices.Clone(want[1000:][:n]), 7), short, s.Name())
			bytes, low := make([]byte, n+1), make([]byte, n+1)
			bytes[n], low[n] = 7, 7
			for i := range n {
				low[i] = byte(want[1000+i])
			}
			s.ToBytes(bytes[:n], x[1000:])
			require.Equal(t, low, bytes, s.Name())
		}
	}
}

func BenchmarkHalf(b *testing.B) {
	wide, half := make([]float32, 1<<12), make([]uint16, 1<<12)
	for _, s := range All() {
		for name, f := range map[string]func(){
			"FromFloat16":  func() { s.FromFloat16(wide, half) },
			"FromBFloat16": func() { s.FromBFloat16(wide, half) },
			"ToFloat16":    func() { s.ToFloat16(half, wide) },
			"ToBFloat16":   func() { s.ToBFloat16(half, wide) },
		} {
			b.Run(name+"/"+s.Name(), func(b *testing.B) {
				b.SetBytes(6 << 12)
				for b.Loop() {
					f()
				}
			})
		}
	}
}
