package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/models/classify"
	"github.com/sardonyx-go/sardonyx/models/image"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A printer writes answers, as a table for people or as a JSON object a line.
type printer struct {
	w      io.Writer
	json   bool
	bars   bool
	preset image.Preset
}

// answer is one line of -json.
type answer struct {
	File    string  `json:"file"`
	Preset  string  `json:"preset,omitempty"`
	Classes []class `json:"classes,omitempty"`
	Error   string  `json:"error,omitempty"`
}

type class struct {
	Index       int     `json:"index"`
	Label       string  `json:"label"`
	Probability float32 `json:"probability"`
}

func (p *printer) printClasses(file string, best []classify.Result) error {
	if p.json {
		a := answer{File: file, Preset: p.preset.Name}
		for _, r := range best {
			a.Classes = append(a.Classes, class{r.Index, r.Label, r.Score})
		}
		return json.NewEncoder(p.w).Encode(a)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", printable(file))
	for _, r := range best {
		fmt.Fprintf(&b, "  %5.1f %%  %s%s\n", 100*r.Score, p.bar(r.Score), printable(r.Label))
	}
	_, err := io.WriteString(p.w, b.String())
	return err
}

// bar draws a share of 20 characters, in eighths.
func (p *printer) bar(share float32) string {
	if !p.bars {
		return ""
	}
	const width = 20
	eighths := int(8*width*share + 0.5)
	drawn := strings.Repeat("█", eighths/8)
	if eighths%8 > 0 {
		drawn += string(rune('█' + 8 - eighths%8)) // the block elements go from full to one eighth
	}
	return drawn + strings.Repeat(" ", width+1-(eighths+7)/8)
}

// formatLimit is how many elements of an array are printed in full.
const formatLimit = 1000

func (p *printer) printValues(file string, ports []backend.Port, values []tensor.Value) error {
	fmt.Fprintf(p.w, "%s\n", printable(file))
	return printOutputs(p.w, ports, values)
}

// printOutputs writes what a model has put out.
func printOutputs(w io.Writer, ports []backend.Port, values []tensor.Value) error {
	for i, v := range values {
		if _, err := fmt.Fprintf(w, "%s: %s\n", printable(ports[i].Name), tensor.Format(v, formatLimit)); err != nil {
			return err
		}
	}
	return nil
}

// printError notes a failure among the objects of -json; without it standard
// error has it already.
func (p *printer) printError(file string, err error) error {
	if !p.json {
		return nil
	}
	return json.NewEncoder(p.w).Encode(answer{File: file, Error: err.Error()})
}
