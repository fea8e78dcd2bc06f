package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// A progress is one line on a terminal that says how far a long job is. A nil
// one shows nothing.
type progress struct {
	w           io.Writer
	total, done int
	start, last time.Time
	shown       bool
}

// newProgress returns nil unless a person watches w and there is something to
// wait for.
func newProgress(w io.Writer, total int, quiet bool) *progress {
	if quiet || total < 2 || !isTerminal(w) {
		return nil
	}
	return &progress{w: w, total: total, start: time.Now()}
}

// step counts one piece and redraws, ten times a second at most.
func (p *progress) step() {
	if p == nil {
		return
	}
	p.done++
	if now := time.Now(); now.Sub(p.last) >= time.Second/10 {
		p.last = now
		p.clear()
		fmt.Fprint(p.w, p.line(now.Sub(p.start)))
		p.shown = true
	}
}

// extend says that there is more to do.
func (p *progress) extend(n int) {
	if p != nil {
		p.total += n
	}
}

// clear removes the line, for other text to take its place.
func (p *progress) clear() {
	if p != nil && p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

const barWidth = 24

func (p *progress) line(elapsed time.Duration) string {
	full := barWidth * p.done / p.total
	rate := float64(p.done) / elapsed.Seconds()
	left := time.Duration(float64(p.total-p.done) / rate * float64(time.Second))
	return fmt.Sprintf("[%s%s] %d/%d  %.1f/s  %v left", strings.Repeat("#", full), strings.Repeat(".", barWidth-full),
		p.done, p.total, rate, left.Round(time.Second))
}
