package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/onnx/backendtest"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A backendTest is one of ONNX's backend tests and how it went.
type backendTest struct {
	*backendtest.Test
	outcome
}

// An outcome is why a test failed, if it did.
type outcome struct {
	err       error
	passesLax bool // it failed, but not by the tolerance of onnx's own runner
}

// testLimit ends a test that hangs.
const testLimit = 30 * time.Second

// whole reports whether the test is of a whole network.
func (t *backendTest) whole() bool { return t.Group == backendtest.Light }

// attempt runs a test whatever it does: a panic is a failure, and so is no
// answer within a time.
func attempt(ctx context.Context, limit time.Duration, run func(context.Context) outcome) outcome {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan outcome, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- outcome{err: fmt.Errorf("panic: %v", p)}
			}
		}()
		done <- run(ctx)
	}()
	var o outcome
	select {
	case o = <-done:
	case <-ctx.Done(): // what does not look at the context is left behind
		o.err = ctx.Err()
	}
	if errors.Is(o.err, context.DeadlineExceeded) {
		o.err = fmt.Errorf("no answer in %v", limit)
	}
	return o
}

func (t *backendTest) run(ctx context.Context) outcome {
	g, err := t.Graph()
	if err != nil {
		return outcome{err: err}
	}
	want, err := t.Outputs(g)
	if err != nil {
		return outcome{err: err}
	}
	got, err := t.results(ctx, g)
	if err != nil {
		return outcome{err: err}
	}
	var o outcome
	lax := true
	for i := range want {
		d := t.Tolerance.Differ(got[i], want[i])
		if d == "" {
			continue
		}
		lax = lax && t.Lax.Differ(got[i], want[i]) == ""
		if o.err == nil {
			o.err = fmt.Errorf("%w: output %d: %s", errWrong, i, d)
		}
	}
	o.passesLax = o.err != nil && lax
	return o
}

// results runs the model.
func (t *backendTest) results(ctx context.Context, g *graph.Graph) ([]tensor.Value, error) {
	in, err := t.Inputs(g)
	if err != nil {
		return nil, err
	}
	threads := 1
	if t.whole() {
		threads = 0
	}
	m, err := backend.Compile(g, options(ctx, threads))
	if err != nil {
		return nil, err
	}
	return m.NewSession().Run(ctx, in)
}

// errWrong is the cause where a result differs.
var errWrong = errors.New("wrong")
