package text

import (
	"fmt"
	"regexp"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// RegexFullMatch, version 20: whether the whole of each string matches a
// pattern, in the syntax of RE2, which is that of Go.
//
//	X [...] string -> Y [...] bool
type regex struct{ re *regexp.Regexp }

func newRegex(n *graph.Node) (op.Op, error) {
	pattern := n.Str("pattern", "")
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, fmt.Errorf("%w: pattern: %v", op.ErrAttr, err)
	}
	re, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	if err != nil {
		return nil, fmt.Errorf("%w: pattern: %v", op.ErrAttr, err)
	}
	return regex{re}, nil
}

func (r regex) Infer(in, out []op.Info) error {
	if in[0].Type != tensor.String {
		return fmt.Errorf("%w: X is %v, want string", op.ErrType, in[0].Type)
	}
	out[0].Like(tensor.Bool, &in[0])
	return nil
}

func (r regex) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return r, nil }

func (r regex) Resolve(f *op.Frame) error {
	f.Split(f.In[0].Len(), 1000)
	return nil
}

func (r regex) Run(f *op.Frame, phase, chunk, _ int) error {
	y := op.Data[bool](f.Out[0])
	lo, hi := f.Span(phase, chunk, f.In[0].Len())
	for i, s := range f.In[0].Strings[lo:hi] {
		y[lo+i] = r.re.MatchString(s)
	}
	return nil
}
