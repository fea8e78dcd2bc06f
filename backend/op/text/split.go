package text

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// StringSplit, version 20: splits each string at a delimiter or, without one,
// at white space.
//
//	X [...] -> Y [... n] substrings, filled up with empty ones; Z [...] int64 how many there are
type split struct {
	delimiter string
	limit     int // substrings; -1: any number
}

func newSplit(n *graph.Node) (op.Op, error) {
	s := split{n.Str("delimiter", ""), n.Int("maxsplit", -1)}
	if s.limit >= 0 {
		s.limit++
	}
	return s, nil
}

func (s split) Infer(in, out []op.Info) error {
	if in[0].Type != tensor.String {
		return fmt.Errorf("%w: X is %v, want string", op.ErrType, in[0].Type)
	}
	out[0].Like(tensor.String, &in[0])
	if in[0].Ranked {
		out[0].Shape = append(out[0].Shape, op.Unknown)
	}
	if len(out) > 1 {
		out[1].Like(tensor.Int64, &in[0])
	}
	return nil
}

func (s split) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return s, nil }

func (s split) Resolve(f *op.Frame) error {
	f.One(300 * f.In[0].Len())
	return nil
}

func (s split) Run(f *op.Frame, _, _, _ int) error {
	words := f.In[0].Strings[:f.In[0].Len()]
	parts, longest := make([][]string, len(words)), 0
	for i, w := range words {
		if s.delimiter == "" {
			parts[i] = fields(w, s.limit)
		} else {
			parts[i] = strings.SplitN(w, s.delimiter, s.limit)
		}
		longest = max(longest, len(parts[i]))
	}
	if f.Out[0] != nil {
		if err := f.Alloc(0, append(append([]int(nil), f.In[0].Shape...), longest)...); err != nil {
			return err
		}
		for i, p := range parts {
			row := f.Out[0].Strings[i*longest:][:longest]
			clear(row[copy(row, p):])
		}
	}
	if len(f.Out) > 1 && f.Out[1] != nil {
		counts := op.Data[int64](f.Out[1])
		for i, p := range parts {
			counts[i] = int64(len(p))
		}
	}
	return nil
}

// fields splits s at runs of white space into at most limit parts, if that is
// not negative; the last part is the rest of s.
func fields(s string, limit int) []string {
	if limit < 0 {
		return strings.Fields(s)
	}
	var parts []string
	for {
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
		if s == "" {
			return parts
		}
		end := strings.IndexFunc(s, unicode.IsSpace)
		if end < 0 || len(parts) == limit-1 {
			return append(parts, s)
		}
		parts, s = append(parts, s[:end]), s[end:]
	}
}
