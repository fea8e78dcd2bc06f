package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
)

func helpCommand(*flag.FlagSet) action {
	return func(_ context.Context, s streams, args []string) error {
		c, rest, err := choose(args)
		if err != nil {
			return err
		}
		if len(rest) > 0 {
			return usagef("no command %q", rest[0])
		}
		return printHelp(s.out, c)
	}
}

// printHelp explains a command on less than a screen; the one without a name
// lists the others, too.
func printHelp(w io.Writer, c *command) error {
	var b strings.Builder
	fmt.Fprintf(&b, "usage: %s\n", strings.Join(strings.Fields("infer "+c.name+" [flags] "+c.args), " "))
	fmt.Fprintf(&b, "%s\n", c.about)
	f := newFlags(c.name)
	c.define(f)
	f.VisitAll(func(d *flag.Flag) {
		arg, about := flag.UnquoteUsage(d)
		about = strings.TrimPrefix(about, arg+" ")
		if d.DefValue != "" && d.DefValue != "0" && d.DefValue != "false" {
			about += fmt.Sprintf(" (%s)", d.DefValue)
		}
		fmt.Fprintf(&b, "  %-18s %s\n", strings.TrimSpace("-"+d.Name+" "+arg), about)
	})
	if c.name == "" {
		b.WriteString("INPUT is a picture, a folder of pictures, an .npy array, or - for a picture on standard input.\n\ncommands, each with -h:\n")
		for _, c := range commands()[1:] {
			fmt.Fprintf(&b, "  %-18s %s\n", "infer "+c.name, c.about)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
