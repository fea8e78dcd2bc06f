package main

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestProgressLine(t *testing.T) {
	p := &progress{total: 300, done: 100}
	require.Equal(t, "[########................] 100/300  50.0/s  4s left", p.line(2*time.Second))
}

// What is piped holds no progress, and a nil one may be used.
func TestNoProgress(t *testing.T) {
	var p *progress
	p.step()
	p.clear()
	require.Nil(t, newProgress(&bytes.Buffer{}, 10, false))
	f, err := os.Create(t.TempDir() + "/log")
	require.NoError(t, err)
	defer f.Close()
	require.Nil(t, newProgress(f, 10, false))
}

// The line is gone before other text takes its place.
func TestProgressClears(t *testing.T) {
	var b bytes.Buffer
	p := &progress{w: &b, total: 2, start: time.Now()}
	p.step()
	p.clear()
	p.clear()
	require.Regexp(t, `^\[.*left\r\x1b\[K$`, b.String())
}
