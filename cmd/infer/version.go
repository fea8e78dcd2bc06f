package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/kernels"
)

func versionCommand(*flag.FlagSet) action {
	return func(_ context.Context, s streams, args []string) error {
		if len(args) > 0 {
			return usagef("infer version takes no arguments")
		}
		version := "(unknown)"
		if b, ok := debug.ReadBuildInfo(); ok {
			version = b.Main.Version
			for _, v := range b.Settings {
				if v.Key == "vcs.revision" && version == "(devel)" {
					version = v.Value
				}
			}
		}
		_, err := fmt.Fprintf(s.out, "infer %s, %s %s/%s\nkernels %s, %s, %s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH,
			kernels.Best().Name(), plural(runtime.GOMAXPROCS(0), "thread"), plural(countOperators(), "operator"))
		return err
	}
}

// countOperators counts operators, whatever the number of their versions.
func countOperators() int {
	names := map[string]bool{}
	for _, d := range backend.Operators().All() {
		names[operatorName(d.Domain, d.Name)] = true
	}
	return len(names)
}
