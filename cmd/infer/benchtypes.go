package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// A typeCase makes an operator work on numbers of the trial's type.
type typeCase struct {
	name  string
	build func(t *trial)
}

// otherTypes are compared with float32.
var otherTypes = []tensor.Type{
	tensor.Float16, tensor.BFloat16, tensor.Float64,
	tensor.Int8, tensor.Uint8, tensor.Int32, tensor.Int64,
}

// typeRow is one measurement.
type typeRow struct {
	Operator string  `json:"operator"`
	Type     string  `json:"type"`
	Us       float64 `json:"us"`
	Ratio    float64 `json:"ratio"` // to the time in float32
}

// types prints the times of all cases in other types than float32, in multiples
// of its.
func (o *operatorBench) types(ctx context.Context, s streams, cases []typeCase) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	if !o.asJSON {
		fmt.Fprint(w, "operator\tus in float32\t")
		for _, t := range otherTypes {
			fmt.Fprintf(w, "%v\t", t)
		}
		fmt.Fprintln(w)
	}
	for _, c := range cases {
		rows, err := o.compareTypes(ctx, c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if o.asJSON {
			if err := encodeRows(s.out, rows); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(w, "%s\t%.0f\t", c.name, rows[0].Us)
		next := rows[1:]
		for _, t := range otherTypes {
			if len(next) > 0 && next[0].Type == t.String() {
				fmt.Fprintf(w, "%.1fx\t", next[0].Ratio)
				next = next[1:]
			} else {
				fmt.Fprint(w, "\t")
			}
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

// compareTypes measures a case in float32 and all types that the operator takes.
func (o *operatorBench) compareTypes(ctx context.Context, c typeCase) ([]typeRow, error) {
	var rows []typeRow
	for i, typ := range append([]tensor.Type{tensor.Float32}, otherTypes...) {
		t := newTrial(typ)
		c.build(t)
		us, err := o.time(ctx, t)
		if i > 0 && notSupported(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%v: %w", typ, err)
		}
		r := typeRow{c.name, typ.String(), us, 1}
		if i > 0 {
			r.Ratio = us / rows[0].Us
		}
		rows = append(rows, r)
	}
	return rows, nil
}
