//go:build linux || darwin

package main

import (
	"syscall"
	"time"
)

// processorTime returns how long processors have worked for this process. The
// difference of two is what a computation took, whatever else the machine does
// meanwhile.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return time.Since(started)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var started = time.Now()
