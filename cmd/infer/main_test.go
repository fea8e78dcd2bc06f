package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// infer runs the command as a shell would.
func infer(stdin string, args ...string) (code int, out, stderr string) {
	var o, e bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(stdin), &o, &e)
	return code, o.String(), e.String()
}

// fails requires that the command fails with one line that has all of the given
// texts in it.
func fails(t *testing.T, code int, args []string, texts ...string) {
	t.Helper()
	got, _, stderr := infer("", args...)
	require.Equal(t, code, got, "%q: %s", args, stderr)
	require.Equal(t, 1, strings.Count(stderr, "\n"), "%q prints\n%s", args, stderr)
	require.True(t, strings.HasPrefix(stderr, "infer: "), stderr)
	for _, text := range texts {
		require.Contains(t, stderr, text, "%q", args)
	}
}

// A misspelt word is answered with the right one, not with a page of help.
func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args string
		want string
	}{
		{"", "no input given; see infer -h"},
		{"-modle x.onnx cat.jpg", "unknown flag -modle; did you mean -model?"},
		{"cat.jpg --jason", "unknown flag -jason; did you mean -json?"},
		{"-zzz cat.jpg", "unknown flag -zzz; flags are -json, -k, -labels"},
		{"check -json x.onnx", "unknown flag -json; flags are -v"},
		{"inpsect x.onnx", `no command or file "inpsect"; did you mean "inspect"?`},
		{"conf x", `no command or file "conf"; did you mean "conformance"?`},
		{"nonsense", `no command or file "nonsense"; commands are run, inspect,`},
		{"help nonsense", `no command or file "nonsense"`},
		{"-k none cat.jpg", `invalid value "none" for flag -k`},
		{"-k 0 cat.jpg", "-k is 0, want 1 or more"},
		{"-preset imaginet ../../testdata/images/coffee.png", `no preset "imaginet"; there are imagenet`},
		{"inspect", "0 arguments given, want one model"},
		{"check a b", "2 arguments given, want one model"},
		{"run", "infer run takes -model and -in"},
		{"bench -threads 0", "-threads 0: want numbers from 1 to 4096"},
		{"bench -shape x", "-shape x: want NAME=1x3x224x224"},
		{"bench -shape x=1xtwo", `"two" is no size`},
		{"conformance", "0 arguments given, want one folder or archive"},
		{"conformance -run ( x", "-run: error parsing regexp"},
		{"version 2", "infer version takes no arguments"},
	} {
		fails(t, exitUsage, strings.Fields(c.args), c.want)
	}
}

// Help fits the screen of a terminal, goes to stdout and is no failure.
func TestHelp(t *testing.T) {
	for _, c := range commands() {
		for _, args := range [][]string{{c.name, "-h"}, {"help", c.name}} {
			args = strings.Fields(strings.Join(args, " "))
			code, out, stderr := infer("", args...)
			require.Equal(t, exitOK, code, "%q", args)
			require.Empty(t, stderr)
			require.True(t, strings.HasPrefix(out, "usage: infer"), out)
			require.LessOrEqual(t, strings.Count(out, "\n"), 24, "%q", args)
			require.Contains(t, out, c.about)
		}
	}
}

// Flags may follow what they are about; after -- nothing is a flag.
func TestFlagsAnywhere(t *testing.T) {
	f := newFlags("x")
	k := f.Int("k", 0, "")
	rest, err := parse(f, []string{"a", "-k", "3", "-", "b", "--", "c", "-k"})
	require.NoError(t, err)
	require.Equal(t, 3, *k)
	require.Equal(t, []string{"a", "-", "b", "c", "-k"}, rest)
}

func TestVersion(t *testing.T) {
	code, out, _ := infer("", "version")
	require.Zero(t, code)
	require.Regexp(t, `^infer .*\nkernels \w+, \d+ threads?, \d+ operators\n$`, out)
}

// An interrupt is no model's fault.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, stderr bytes.Buffer
	require.Equal(t, exitFailure, run(ctx, []string{coffee}, nil, &out, &stderr))
	require.Equal(t, "infer: interrupted\n", stderr.String())
}

// Names in a file may hold what a terminal obeys.
func TestPrintable(t *testing.T) {
	require.Equal(t, "a\ufffd[2Jb é 猫", printable("a\x1b[2Jb é 猫"))
	fails(t, exitFailure, []string{"a\x1b[2J.png"}, "a\ufffd[2J.png")
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1 kB", 4858835: "4.86 MB", 999_900_000: "1 GB", 5e14: "500 TB"} {
		require.Equal(t, want, size(n))
	}
}

// write makes a file in a temporary folder.
func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := t.TempDir() + "/" + name
	require.NoError(t, os.WriteFile(path, content, 0o666))
	return path
}

// A picture, the classifier inside, an answer.
func Example() {
	run(context.Background(), []string{"-quiet", "-k", "1", "../../testdata/images/coffee.png"}, os.Stdin, os.Stdout, os.Stderr)
	// Output:
	// ../../testdata/images/coffee.png
	//    95.1 %  espresso
}
