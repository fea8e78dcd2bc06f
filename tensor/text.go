package tensor

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// formatElements writes each element of x as text: integers in decimal, bool
// as 1 or 0, floats as the shortest plain decimal that reads back as the same
// number ("0.00001", not "1e-05"), or NaN, INF or -INF.
func formatElements(dst []string, x *Tensor) error {
	if x.typ.complex() {
		return fmt.Errorf("%w %v to %v", ErrConvert, x.typ, String)
	}
	size := x.typ.Size()
	for i := range dst {
		dst[i] = string(appendElement(nil, x.typ, x.bytes[i*size:][:size], 'f'))
	}
	return nil
}

// appendElement appends the one element that b holds, not a complex one. The
// verb, of strconv, is for floats.
func appendElement(text []byte, t Type, b []byte, verb byte) []byte {
	if t.integer() {
		var v [1]int64
		loadInts(v[:], t, b)
		if t == Uint64 {
			return strconv.AppendUint(text, uint64(v[0]), 10)
		}
		return strconv.AppendInt(text, v[0], 10)
	}
	var v [1]float64
	loadFloats(v[:], t, b)
	switch {
	case math.IsInf(v[0], 1):
		return append(text, "INF"...)
	case math.IsInf(v[0], -1):
		return append(text, "-INF"...)
	case t == Float64:
		return strconv.AppendFloat(text, v[0], verb, -1, 64)
	}
	return strconv.AppendFloat(text, v[0], verb, -1, 32)
}

// parseElements reads each string as a number of type t into b. Floats are
// read in plain or scientific notation, and as INF, +INF, -INF and NaN in any
// case; what is out of range becomes infinity and is then converted. Integers
// must fit; a fraction is dropped ("100.5" is 100). A bool may also be true or
// false in any case. White space around a number is ignored.
func parseElements(t Type, b []byte, src []string, opt ConvertOptions) error {
	if t.complex() {
		return fmt.Errorf("%w %v to %v", ErrConvert, String, t)
	}
	size := t.Size()
	for i, s := range src {
		var err error
		text, element := strings.TrimSpace(s), b[i*size:][:size]
		if t.integer() {
			var v int64
			v, err = parseInteger(t, text)
			storeInts(t, element, []int64{v})
		} else {
			var v float64
			v, err = parseFloat(text, min(t.Bits(), 64))
			storeFloats(t, element, []float64{v}, opt)
		}
		if err != nil {
			return fmt.Errorf("%w element %d, %.40q, to %v: %w", ErrConvert, i, s, t, err)
		}
	}
	return nil
}

var (
	errNoNumber = errors.New("not a number")
	errRange    = errors.New("out of range")
)

// parseFloat reads a float that is rounded to float32 if bits is 32, and to
// float64 if not.
func parseFloat(s string, bits int) (float64, error) {
	v, err := strconv.ParseFloat(s, bits)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, errNoNumber
	}
	return v, nil
}

// parseInteger reads an integer that fits t, or a bool as 1 or 0.
func parseInteger(t Type, s string) (int64, error) {
	if t == Bool {
		if strings.EqualFold(s, "true") || strings.EqualFold(s, "false") {
			return int64(bit(strings.EqualFold(s, "true"))), nil
		}
		v, err := parseFloat(s, 64)
		return int64(bit(v != 0)), err
	}
	if t == Uint64 {
		if v, err := strconv.ParseUint(s, 10, 64); err == nil {
			return int64(v), nil
		}
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		f, err := parseFloat(s, 64)
		if err != nil {
			return 0, err
		}
		f = math.Trunc(f)
		if t == Uint64 && f >= 0 && f < 0x1p64 {
			return int64(truncUint64(f)), nil
		}
		if !(f >= -0x1p63 && f < 0x1p63) {
			return 0, errRange
		}
		v = int64(f)
	}
	// It fits if narrowing and widening it changes nothing.
	var narrow [8]byte
	var back [1]int64
	storeInts(t, narrow[:t.Size()], []int64{v})
	loadInts(back[:], t, narrow[:t.Size()])
	if back[0] != v || t == Uint64 && v < 0 {
		return 0, errRange
	}
	return v, nil
}
