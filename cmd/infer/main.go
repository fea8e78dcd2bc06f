// Command infer runs ONNX models: it names what is on pictures with the
// classifier inside it or a model of yours, runs any model on arrays, and says
// of a model what it is, whether it runs here and how fast.
//
//	infer cat.jpg                        with the embedded classifier
//	infer -model resnet50.onnx pictures/ with another one
//	infer -h                             everything else
//
// Results go to stdout, all else to stderr. The exit code is 0 if all went well,
// 1 if something failed, 2 if the command line is wrong. A failure is one line.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	exitOK = iota
	exitFailure
	exitUsage
)

// streams is where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// A command is one of infer's subcommands; the one without a name is what
// infer does when no other is named.
type command struct {
	name   string
	args   string // what follows the flags
	about  string // one line
	define func(f *flag.FlagSet) action
}

// An action is what a command does once its flags have their values.
type action func(ctx context.Context, s streams, args []string) error

func commands() []*command {
	return []*command{
		{"", "INPUT...", "name what is on pictures, or run a model on a .npy array", classifyCommand},
		{"run", "-in NAME=FILE...", "run any model on arrays", runCommand},
		{"inspect", "MODEL", "show inputs, outputs, size and operators of a model", inspectCommand},
		{"check", "MODEL", "say which operators run, in which version, and which nodes cannot, and why", checkCommand},
		{"bench", "MODEL", "measure load time, latency and memory", benchCommand},
		{"profile", "MODEL", "show what each step of a model costs", profileCommand},
		{"conformance", "PATH", "run the ONNX backend tests in a folder or archive", conformanceCommand},
		{"version", "", "print the version and what this machine offers", versionCommand},
		{"help", "[COMMAND]", "explain a command", helpCommand},
	}
}

// A usageError is a wrong command line.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// errReported ends a command that has reported its failures itself.
var errReported = errors.New("reported")

// run is the whole command: args are without the program's name. It returns the
// exit code.
func run(ctx context.Context, args []string, in io.Reader, out, stderr io.Writer) int {
	s := streams{in, out, stderr}
	c, args, err := choose(args)
	if err == nil {
		err = c.run(ctx, s, args)
	}
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errReported):
		return exitFailure
	case errors.As(err, &usage):
		s.report(err)
		return exitUsage
	case ctx.Err() != nil:
		err = errors.New("interrupted")
	}
	s.report(err)
	return exitFailure
}

func (c *command) run(ctx context.Context, s streams, args []string) error {
	f := newFlags(c.name)
	act := c.define(f)
	args, err := parse(f, args)
	if errors.Is(err, flag.ErrHelp) {
		return printHelp(s.out, c)
	}
	if err != nil {
		return err
	}
	return act(ctx, s, args)
}

// choose finds the command that args name, and takes its name off them. A first
// word that is no file and could be no file's name is taken for a misspelt one.
func choose(args []string) (*command, []string, error) {
	all := commands()
	if len(args) == 0 {
		return all[0], args, nil
	}
	var names []string
	for _, c := range all[1:] {
		if c.name == args[0] {
			return c, args[1:], nil
		}
		names = append(names, c.name)
	}
	word := args[0]
	if strings.ContainsAny(word, `-./\`) {
		return all[0], args, nil
	}
	if _, err := os.Stat(word); err == nil {
		return all[0], args, nil
	}
	if n := nearest(word, names); n != "" {
		return nil, nil, usagef("no command or file %q; did you mean %q?", word, n)
	}
	return nil, nil, usagef("no command or file %q; commands are %s", word, strings.Join(names, ", "))
}

// report prints a failure as one line: of several causes, which come one a line,
// the first.
func (s streams) report(err error) {
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	more := ""
	if n := len(lines) - 1; n > 0 {
		more = fmt.Sprintf(" (and %d more)", n)
	}
	fmt.Fprintf(s.err, "infer: %s%s\n", printable(lines[0]), more)
}
