package tensor

import "fmt"

// Type is an element type. The numbers are those of TensorProto.DataType
// (ONNX IR version 14), so that a file's value needs no table.
type Type uint8

// The element types of ONNX. All but [String] are stored as fixed-size bytes,
// little endian; the 2-, 4- and 6-bit types use one byte an element in memory
// and are packed only in files (see [Type.Bits]).
const (
	Undefined      Type = 0
	Float32        Type = 1
	Uint8          Type = 2
	Int8           Type = 3
	Uint16         Type = 4
	Int16          Type = 5
	Int32          Type = 6
	Int64          Type = 7
	String         Type = 8
	Bool           Type = 9
	Float16        Type = 10
	Float64        Type = 11
	Uint32         Type = 12
	Uint64         Type = 13
	Complex64      Type = 14
	Complex128     Type = 15
	BFloat16       Type = 16
	Float8E4M3FN   Type = 17
	Float8E4M3FNUZ Type = 18
	Float8E5M2     Type = 19
	Float8E5M2FNUZ Type = 20
	Uint4          Type = 21
	Int4           Type = 22
	Float4E2M1     Type = 23
	Float8E8M0     Type = 24
	Uint2          Type = 25
	Int2           Type = 26
	Float6E2M3     Type = 27
	Float6E3M2     Type = 28
)

// types holds, by number, ONNX's name, the bytes an element takes in memory
// and the bits it takes in a file.
var types = [...]struct {
	name  string
	bytes uint8
	bits  uint8
}{
	Undefined:      {"undefined", 0, 0},
	Float32:        {"float32", 4, 32},
	Uint8:          {"uint8", 1, 8},
	Int8:           {"int8", 1, 8},
	Uint16:         {"uint16", 2, 16},
	Int16:          {"int16", 2, 16},
	Int32:          {"int32", 4, 32},
	Int64:          {"int64", 8, 64},
	String:         {"string", 0, 0},
	Bool:           {"bool", 1, 8},
	Float16:        {"float16", 2, 16},
	Float64:        {"float64", 8, 64},
	Uint32:         {"uint32", 4, 32},
	Uint64:         {"uint64", 8, 64},
	Complex64:      {"complex64", 8, 64},
	Complex128:     {"complex128", 16, 128},
	BFloat16:       {"bfloat16", 2, 16},
	Float8E4M3FN:   {"float8e4m3fn", 1, 8},
	Float8E4M3FNUZ: {"float8e4m3fnuz", 1, 8},
	Float8E5M2:     {"float8e5m2", 1, 8},
	Float8E5M2FNUZ: {"float8e5m2fnuz", 1, 8},
	Uint4:          {"uint4", 1, 4},
	Int4:           {"int4", 1, 4},
	Float4E2M1:     {"float4e2m1", 1, 4},
	Float8E8M0:     {"float8e8m0", 1, 8},
	Uint2:          {"uint2", 1, 2},
	Int2:           {"int2", 1, 2},
	Float6E2M3:     {"float6e2m3", 1, 6},
	Float6E3M2:     {"float6e3m2", 1, 6},
}

// Valid reports whether t is one of the element types, [Undefined] excluded.
func (t Type) Valid() bool { return t != Undefined && int(t) < len(types) }

// Size returns the bytes an element takes in memory; 0 for [String].
func (t Type) Size() int {
	if int(t) >= len(types) {
		return 0
	}
	return int(types[t].bytes)
}

// Bits returns the bits an element takes in a file; 0 for [String].
func (t Type) Bits() int {
	if int(t) >= len(types) {
		return 0
	}
	return int(types[t].bits)
}

// String returns ONNX's name of the type in lower case, as in "float32".
func (t Type) String() string {
	if int(t) >= len(types) {
		return fmt.Sprintf("type(%d)", uint8(t))
	}
	return types[t].name
}

// Go types of the elements that Go itself has no type for. Each holds the bits
// of its format; the method Float32 of the floats gives the value.
type (
	F16      uint16 // IEEE binary16
	BF16     uint16 // upper half of a float32
	E4M3FN   uint8  // float8e4m3fn
	E4M3FNUZ uint8  // float8e4m3fnuz
	E5M2     uint8  // float8e5m2
	E5M2FNUZ uint8  // float8e5m2fnuz
	E8M0     uint8  // float8e8m0: a power of two
	E2M1     uint8  // float4e2m1, low 4 bits
	E2M3     uint8  // float6e2m3, low 6 bits
	E3M2     uint8  // float6e3m2, low 6 bits
	U4       uint8  // uint4, 0 to 15
	I4       int8   // int4, -8 to 7
	U2       uint8  // uint2, 0 to 3
	I2       int8   // int2, -2 to 1
)

// Element is any Go type that a tensor's elements may be viewed as.
type Element interface {
	float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | bool | complex64 | complex128 |
		F16 | BF16 | E4M3FN | E4M3FNUZ | E5M2 | E5M2FNUZ | E8M0 | E2M1 | E2M3 | E3M2 | U4 | I4 | U2 | I2
}

// TypeOf returns the element type that T stands for.
func TypeOf[T Element]() Type {
	switch any(*new(T)).(type) {
	case float32:
		return Float32
	case float64:
		return Float64
	case int8:
		return Int8
	case int16:
		return Int16
	case int32:
		return Int32
	case int64:
		return Int64
	case uint8:
		return Uint8
	case uint16:
		return Uint16
	case uint32:
		return Uint32
	case uint64:
		return Uint64
	case bool:
		return Bool
	case complex64:
		return Complex64
	case complex128:
		return Complex128
	case F16:
		return Float16
	case BF16:
		return BFloat16
	case E4M3FN:
		return Float8E4M3FN
	case E4M3FNUZ:
		return Float8E4M3FNUZ
	case E5M2:
		return Float8E5M2
	case E5M2FNUZ:
		return Float8E5M2FNUZ
	case E8M0:
		return Float8E8M0
	case E2M1:
		return Float4E2M1
	case E2M3:
		return Float6E2M3
	case E3M2:
		return Float6E3M2
	case U4:
		return Uint4
	case I4:
		return Int4
	case U2:
		return Uint2
	case I2:
		return Int2
	}
	return Undefined
}
