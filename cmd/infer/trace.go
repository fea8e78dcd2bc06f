package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/sardonyx-go/sardonyx/backend"
)

// A trace file is for chrome://tracing or ui.perfetto.dev, in the "Trace Event
// Format" (Google, 2016), as an object: complete events ("X"), whose times are
// microseconds, and the names of tracks ("M"). Each worker is a track; a step is
// a slice on that of worker 0, its chunks are slices on those of the workers
// that ran them.
type traceFile struct {
	Events []traceEvent `json:"traceEvents"`
	Unit   string       `json:"displayTimeUnit"`
}

type traceEvent struct {
	Name     string         `json:"name"`
	Category string         `json:"cat,omitempty"`
	Kind     string         `json:"ph"`
	Start    float64        `json:"ts"`
	Time     float64        `json:"dur,omitempty"`
	Process  int            `json:"pid"`
	Track    int            `json:"tid"`
	Args     map[string]any `json:"args,omitempty"`
}

// writeTrace writes what a session has noted.
func writeTrace(w io.Writer, name string, slices []backend.Slice) error {
	f := traceFile{Unit: "ms", Events: []traceEvent{{Name: "process_name", Kind: "M", Process: 1, Args: map[string]any{"name": name}}}}
	tracks := 0
	for _, s := range slices {
		for ; tracks <= s.Worker; tracks++ {
			f.Events = append(f.Events, traceEvent{Name: "thread_name", Kind: "M", Process: 1, Track: tracks,
				Args: map[string]any{"name": fmt.Sprintf("worker %d", tracks)}})
		}
		e := traceEvent{Name: s.Name, Category: "step", Kind: "X", Start: microseconds(s.Start), Time: microseconds(s.Time), Process: 1, Track: s.Worker,
			Args: map[string]any{"operator": s.Op, "kernel": s.Kernel, "output": s.Out}}
		if e.Name == "" {
			e.Name = s.Op
		}
		if s.Chunk >= 0 {
			e.Category = "chunk"
			e.Name = fmt.Sprintf("%s phase %d chunk %d", s.Kernel, s.Phase, s.Chunk)
			e.Args["node"] = s.Name
		}
		f.Events = append(f.Events, e)
	}
	return json.NewEncoder(w).Encode(f)
}

func microseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// writeTraceFile is writeTrace to a file, which it makes or overwrites.
func writeTraceFile(path, name string, slices []backend.Slice) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := writeTrace(f, name, slices); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
