package op

import (
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Convert is [tensor.ConvertBytes] with kernels of s for the types of 16 bits that
// models are stored in and what they are cast to.
func Convert(s *kernels.Set, to tensor.Type, dst []byte, from tensor.Type, src []byte, opt tensor.ConvertOptions) error {
	if len(dst)*from.Size() == len(src)*to.Size() {
		switch {
		case from == tensor.Float16 && to == tensor.Float32:
			s.FromFloat16(tensor.View[float32](dst), tensor.View[uint16](src))
			return nil
		case from == tensor.Float32 && to == tensor.Float16:
			s.ToFloat16(tensor.View[uint16](dst), tensor.View[float32](src))
			return nil
		case from == tensor.BFloat16 && to == tensor.Float32:
			s.FromBFloat16(tensor.View[float32](dst), tensor.View[uint16](src))
			return nil
		case from == tensor.Float32 && to == tensor.BFloat16:
			s.ToBFloat16(tensor.View[uint16](dst), tensor.View[float32](src))
			return nil
		case from == tensor.Float32 && to == tensor.Int32:
			s.ToInt32(tensor.View[int32](dst), tensor.View[float32](src))
			return nil
		case from == tensor.Float32 && (to == tensor.Int8 || to == tensor.Uint8):
			s.ToBytes(dst, tensor.View[float32](src))
			return nil
		}
	}
	return tensor.ConvertBytes(to, dst, from, src, opt)
}
