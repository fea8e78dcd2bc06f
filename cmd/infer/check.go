package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend"
)

func checkCommand(*flag.FlagSet) action {
	return func(ctx context.Context, s streams, args []string) error {
		path, err := oneModel(args)
		if err != nil {
			return err
		}
		g, err := readModel(s, path)
		if err != nil {
			return err
		}
		if _, err = backend.Compile(g, options(ctx, 0)); err == nil {
			_, err = fmt.Fprintf(s.out, "all %s run\n", plural(countNodes(g), "node"))
			return err
		}
		if ctx.Err() != nil {
			return err
		}
		problems := strings.Split(err.Error(), "\n")
		for _, p := range problems {
			fmt.Fprintln(s.out, printable(p))
		}
		return fmt.Errorf("%s: %d of %s cannot run", path, len(problems), plural(countNodes(g), "node"))
	}
}
