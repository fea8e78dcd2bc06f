//go:build !purego

package kernels

import (
	"golang.org/x/sys/cpu"

	"github.com/sardonyx-go/sardonyx/kernels/amd64"
)

// avx2 replaces what has assembly.
func (s *convertSet) avx2() {
	s.fromBFloat16 = amd64.FromBFloat16AVX2
	s.toBFloat16 = amd64.ToBFloat16AVX2
	s.toInt32 = amd64.ToInt32AVX2
	s.toBytes = amd64.ToBytesAVX2
	if cpu.X86.HasF16C {
		s.fromFloat16 = amd64.FromFloat16AVX2
		s.toFloat16 = amd64.ToFloat16AVX2
	}
}
