package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A worker answers requests, one JSON object a line, so that a harness can time
// this engine beside others: load a model, run it for a while, dump its outputs.
type worker struct {
	model   *backend.Model
	session *backend.Session
	inputs  []tensor.Value
}

// request is one line of the harness.
type request struct {
	Load     string   `json:"load"`
	Threads  int      `json:"threads"`
	Inputs   string   `json:"inputs"`  // without load: other inputs for the same session
	RunFor   *float64 `json:"run_for"` // seconds
	MinIters int      `json:"min_iters"`
	MaxS     float64  `json:"max_s"`
	Warmup   int      `json:"warmup"`
	Dump     string   `json:"dump"`
}

// reply is one line to the harness.
type reply struct {
	Ready   bool      `json:"ready,omitempty"`
	LoadMs  float64   `json:"load_ms,omitempty"`
	TimesMs []float64 `json:"times_ms,omitempty"`
	Dumped  []string  `json:"dumped,omitempty"`
	Error   string    `json:"error,omitempty"`
}

// serve answers requests until the end of in.
func serve(ctx context.Context, in io.Reader, out io.Writer) error {
	var w worker
	lines := bufio.NewScanner(in)
	enc := json.NewEncoder(out)
	for lines.Scan() {
		var q request
		var r reply
		err := json.Unmarshal(lines.Bytes(), &q)
		if err == nil {
			r, err = w.answer(ctx, &q)
		}
		if err != nil {
			r = reply{Error: err.Error()}
		}
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (w *worker) answer(ctx context.Context, q *request) (reply, error) {
	switch {
	case q.Load != "":
		return w.load(q)
	case w.session == nil:
		return reply{}, fmt.Errorf("no model is loaded")
	case q.Dump != "":
		return w.dump(ctx, q.Dump)
	case q.RunFor != nil:
		return w.time(ctx, q)
	case q.Inputs != "":
		return reply{Ready: true}, w.readInputs(q.Inputs)
	}
	return reply{}, fmt.Errorf("the request asks for nothing known")
}

func (w *worker) load(q *request) (reply, error) {
	w.session = nil
	start := time.Now()
	g, err := onnx.ReadFile(q.Load)
	if err != nil {
		return reply{}, err
	}
	w.model, err = backend.Compile(g, options(context.Background(), q.Threads))
	if err != nil {
		return reply{}, err
	}
	ms := since(start)
	if err := w.readInputs(q.Inputs); err != nil {
		return reply{}, err
	}
	w.session = w.model.NewSession()
	return reply{Ready: true, LoadMs: ms}, nil
}

func (w *worker) readInputs(dir string) error {
	w.inputs = nil
	for _, p := range w.model.Inputs() {
		if p.Default {
			w.inputs = append(w.inputs, nil)
			continue
		}
		t, err := readArray(filepath.Join(dir, fileName(p.Name)), p.Type.Elem)
		if err != nil {
			return err
		}
		w.inputs = append(w.inputs, t)
	}
	return nil
}

func (w *worker) time(ctx context.Context, q *request) (reply, error) {
	var r reply
	for range q.Warmup {
		if _, err := w.session.Run(ctx, w.inputs); err != nil {
			return r, err
		}
	}
	begin := time.Now()
	for {
		start := time.Now()
		if _, err := w.session.Run(ctx, w.inputs); err != nil {
			return r, err
		}
		r.TimesMs = append(r.TimesMs, since(start))
		total := time.Since(begin).Seconds()
		if q.MaxS > 0 && total >= q.MaxS || len(r.TimesMs) >= q.MinIters && total >= *q.RunFor {
			return r, nil
		}
	}
}

func (w *worker) dump(ctx context.Context, dir string) (reply, error) {
	out, err := w.session.Run(ctx, w.inputs)
	if err != nil {
		return reply{}, err
	}
	var r reply
	for i, p := range w.model.Outputs() {
		t, ok := out[i].(*tensor.Tensor)
		if !ok {
			continue
		}
		if err := writeArray(filepath.Join(dir, fileName(p.Name)), t); err != nil {
			return r, err
		}
		r.Dumped = append(r.Dumped, p.Name)
	}
	return r, nil
}

// fileName is the name of a value as a file: every character but ASCII letters,
// digits, _ and - becomes _.
func fileName(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-':
			return c
		}
		return '_'
	}, s)
}

func since(t time.Time) float64 { return float64(time.Since(t).Nanoseconds()) / 1e6 }
