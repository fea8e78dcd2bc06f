//go:build !linux && !darwin

package main

import "time"

// processorTime stands for the time that processors have worked by the time that
// has passed.
func processorTime() time.Duration { return time.Since(started) }

var started = time.Now()
