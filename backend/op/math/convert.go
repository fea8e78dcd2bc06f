package math

import (
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// convertBytes converts between a narrow type and the one it is computed in.
func convertBytes(s *kernels.Set, to tensor.Type, dst []byte, from tensor.Type, src []byte) {
	if err := op.Convert(s, to, dst, from, src, tensor.ConvertOptions{Saturate: true}); err != nil {
		panic(err) // operators check types before
	}
}

// bytesOf returns the storage of numbers.
func bytesOf[T tensor.Element](x []T) []byte {
	if len(x) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(x[0])))
}
