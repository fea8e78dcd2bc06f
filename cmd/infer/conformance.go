package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/sardonyx-go/sardonyx/onnx/backendtest"
)

func conformanceCommand(f *flag.FlagSet) action {
	verbose := f.Bool("v", false, "print each test with its result")
	pattern := f.String("run", "", "`REGEXP` which tests to run, as in node/test_conv")
	listed := f.String("list", "", "`FILE` the tests that pass, one a line: fail where it is wrong, either way")
	update := f.Bool("update", false, "write the file of -list")
	parallel := f.Int("j", 2, "`N` how many tests at a time")
	return func(ctx context.Context, s streams, args []string) error {
		if len(args) != 1 {
			return usagef("%s given, want one folder or archive", plural(len(args), "argument"))
		}
		if *parallel < 1 {
			return usagef("-j is %d, want 1 or more", *parallel)
		}
		want, err := regexp.Compile(*pattern)
		if err != nil {
			return usagef("-run: %v", err)
		}
		all, err := backendtest.Open(args[0])
		if err != nil {
			return err
		}
		var tests []*backendTest
		for _, t := range all {
			if want.MatchString(t.String()) {
				tests = append(tests, &backendTest{Test: t})
			}
		}
		if len(tests) == 0 {
			return fmt.Errorf("%s: no test matches %q", args[0], *pattern)
		}
		runTests(ctx, s, tests, *parallel)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case *update && *listed == "":
			return usagef("-update writes the file that -list names")
		case *update:
			if err := os.WriteFile(*listed, []byte(passList(tests)), 0o666); err != nil {
				return err
			}
		case *listed != "":
			b, err := os.ReadFile(*listed)
			if err != nil {
				return err
			}
			changed := compareList(tests, strings.Fields(string(b)), want)
			for _, line := range changed {
				fmt.Fprintln(s.out, line)
			}
			printReport(s.out, tests, *verbose)
			if len(changed) > 0 {
				return fmt.Errorf("%s differs in %s", *listed, plural(len(changed), "test"))
			}
			return nil
		}
		printReport(s.out, tests, *verbose)
		if slices.ContainsFunc(tests, func(t *backendTest) bool { return t.err != nil }) {
			return errReported
		}
		return nil
	}
}

// runTests runs all tests, n at a time; those of whole models, which use all
// processors and much memory, come last and alone.
func runTests(ctx context.Context, s streams, tests []*backendTest, n int) {
	bar := newProgress(s.err, len(tests), false)
	defer bar.clear()
	var mu sync.Mutex
	one := func(t *backendTest) {
		t.outcome = attempt(ctx, testLimit, t.run)
		mu.Lock()
		defer mu.Unlock()
		bar.step()
	}
	queue := make(chan *backendTest)
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for t := range queue {
				one(t)
			}
		})
	}
	for _, t := range tests {
		if !t.whole() {
			queue <- t
		}
	}
	close(queue)
	wg.Wait()
	for _, t := range tests {
		if t.whole() {
			one(t)
		}
	}
}

// passList is the content of the file of -list.
func passList(tests []*backendTest) string {
	var b strings.Builder
	for _, t := range tests {
		if t.err == nil {
			fmt.Fprintln(&b, t)
		}
	}
	return b.String()
}

// compareList says which tests pass and are not listed, fail and are, or are
// listed and not there, among those that were wanted.
func compareList(tests []*backendTest, listed []string, want *regexp.Regexp) (changed []string) {
	left := map[string]bool{}
	for _, name := range listed {
		left[name] = want.MatchString(name)
	}
	for _, t := range tests {
		name := t.String()
		_, expected := left[name]
		switch {
		case expected && t.err != nil:
			changed = append(changed, fmt.Sprintf("%s fails, but is listed: %v", name, firstLine(t.err)))
		case !expected && t.err == nil:
			changed = append(changed, name+" passes, but is not listed")
		}
		left[name] = false
	}
	for _, name := range listed {
		if left[name] {
			changed = append(changed, name+" is listed, but not there")
		}
	}
	return changed
}
