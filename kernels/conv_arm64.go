//go:build !purego

package kernels

// neon replaces what has assembly.
func (s *convSet) neon() {}
