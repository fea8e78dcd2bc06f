package main

import (
	"cmp"
	"fmt"
	"slices"
	"text/tabwriter"
)

// A comparison is how a case has changed.
type comparison struct {
	name       string
	speed      float64 // old ratio by new: above 1 is faster
	noise      float64 // a change this small means nothing
	regression bool
}

// leastNoise is the change that no two runs are told apart by.
const leastNoise = 0.05

// compareFigures compares the cases that both have, the greatest loss first. A
// change is one beyond the sum of the noise of both.
func compareFigures(old, now *figures) []comparison {
	var all []comparison
	for _, c := range now.Cases {
		i := slices.IndexFunc(old.Cases, func(o figure) bool { return o.Name == c.Name })
		if i < 0 {
			continue
		}
		o := old.Cases[i]
		k := comparison{name: c.Name, speed: o.Ratio / c.Ratio, noise: max(leastNoise, o.Noise+c.Noise)}
		k.regression = k.speed*(1+k.noise) < 1
		all = append(all, k)
	}
	slices.SortStableFunc(all, func(a, b comparison) int { return cmp.Compare(a.speed, b.speed) })
	return all
}

// printComparison names what has become slower; that is a failure.
func printComparison(s streams, old, now *figures) error {
	if old.Arch != now.Arch || old.Kernels != now.Kernels || old.Threads != now.Threads || old.Go != now.Go {
		fmt.Fprintf(s.out, "old: %s %s, kernels %s, %s; new: %s %s, kernels %s, %s\n",
			old.Go, old.Arch, old.Kernels, plural(old.Threads, "thread"), now.Go, now.Arch, now.Kernels, plural(now.Threads, "thread"))
	}
	slow := 0
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "speed\tnoise\t model")
	for _, c := range compareFigures(old, now) {
		mark := ""
		if c.regression {
			slow++
			mark = ": slower"
		}
		fmt.Fprintf(w, "%.3fx\t%.1f %%\t %s%s\n", c.speed, 100*c.noise, printable(c.name), mark)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if slow > 0 {
		return fmt.Errorf("%s slower than before", plural(slow, "model"))
	}
	return nil
}
