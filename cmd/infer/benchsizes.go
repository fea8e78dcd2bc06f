package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// A sizeCase makes an operator work on about n elements (boxes, strings, trips).
type sizeCase struct {
	name  string
	build func(t *trial, n int)
}

// sizeTooLong ends the growth of a case, in microseconds of the size before.
const sizeTooLong = 1e6

// sizeRow is one measurement.
type sizeRow struct {
	Operator string  `json:"operator"`
	N        int     `json:"n"`
	Us       float64 `json:"us"`
	Each     float64 `json:"ns_per_element"`
	Growth   float64 `json:"growth,omitempty"` // over a tenth of the elements
}

// sizes prints how the times of all cases grow.
func (o *operatorBench) sizes(ctx context.Context, s streams, cases []sizeCase) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	if !o.asJSON {
		fmt.Fprintln(w, "operator\tus at 10^4\t10^5\t10^6\tns an element\tgrowth\t\t")
	}
	for _, c := range cases {
		rows, err := o.grow(ctx, c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if o.asJSON {
			if err := encodeRows(s.out, rows); err != nil {
				return err
			}
			continue
		}
		times, growth := [3]string{"", "", ""}, [3]string{}
		for i, r := range rows {
			times[i] = fmt.Sprintf("%.0f", r.Us)
			if i > 0 {
				growth[i] = fmt.Sprintf("%.1fx", r.Growth)
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%.1f\t%s\t%s\t\n", c.name, times[0], times[1], times[2], rows[len(rows)-1].Each, growth[1], growth[2])
	}
	return w.Flush()
}

// grow measures a case at ten times the elements again and again.
func (o *operatorBench) grow(ctx context.Context, c sizeCase) (rows []sizeRow, err error) {
	for n := 10_000; n <= 1_000_000; n *= 10 {
		t := newTrial(tensor.Float32)
		c.build(t, n)
		r := sizeRow{Operator: c.name, N: n}
		if r.Us, err = o.time(ctx, t); err != nil {
			return nil, err
		}
		r.Each = 1e3 * r.Us / float64(n)
		if len(rows) > 0 {
			r.Growth = r.Us / rows[len(rows)-1].Us
		}
		rows = append(rows, r)
		if r.Us > sizeTooLong {
			break
		}
	}
	return rows, nil
}
