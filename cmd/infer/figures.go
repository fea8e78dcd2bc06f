package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"
)

// figures are the results of a suite on one machine: what -save writes and
// -compare reads.
type figures struct {
	Go        string   `json:"go"`
	Arch      string   `json:"arch"`
	Kernels   string   `json:"kernels"`
	Threads   int      `json:"threads"`
	Reference float64  `json:"reference_ms"` // the shortest time of the reference loop
	Cases     []figure `json:"cases"`
}

// figure is one case: times are those of a run, in milliseconds.
type figure struct {
	Name   string  `json:"name"`
	Min    float64 `json:"min_ms"`
	Median float64 `json:"median_ms"`
	GFlops float64 `json:"gflops,omitempty"` // a second, by the operators' definitions
	Ratio  float64 `json:"ratio"`            // Min, in times of the reference loop measured beside it
	Noise  float64 `json:"noise"`            // by how much the second best pass exceeds Min, as a share
	Runs   int     `json:"runs"`
}

func printFigures(s streams, f *figures) error {
	fmt.Fprintf(s.out, "%s, kernels %s, %s; reference loop %.3f ms\n", f.Arch, f.Kernels, plural(f.Threads, "thread"), f.Reference)
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "min ms\tmedian\tGFLOP/s\tx reference\tnoise\t model")
	for _, c := range f.Cases {
		rate := ""
		if c.GFlops > 0 {
			rate = fmt.Sprintf("%.1f", c.GFlops)
		}
		fmt.Fprintf(w, "%.4f\t%.4f\t%s\t%.4f\t%.1f %%\t %s\n", c.Min, c.Median, rate, c.Ratio, 100*c.Noise, c.Name)
	}
	return w.Flush()
}

func readFigures(path string) (*figures, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f := new(figures)
	if err := json.Unmarshal(b, f); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(f.Cases) == 0 || f.Reference <= 0 {
		return nil, fmt.Errorf("%s: no figures of infer bench -suite", path)
	}
	return f, nil
}

func writeFigures(path string, f *figures) error {
	b, err := json.MarshalIndent(f, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o666)
}
