package tensor

import "syscall"

// adviseHuge asks for huge pages behind b, which starts at a page. It is advice:
// a kernel without them says no, and nothing is lost.
func adviseHuge(b []byte) {
	const madvHugepage = 14
	_ = syscall.Madvise(b, madvHugepage)
}
