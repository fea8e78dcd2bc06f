package contrib

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// tokenizer is Tokenizer: divides strings into tokens, along a new last dim that
// holds as many as the string with most of them.
//
//	X string [C] or [N C] -> Y string [C D] or [N C D]
//
// Tokens are what lies between matches of separators, one separator after the
// other, or what matches tokenexp; or single characters. Expressions are RE2's,
// and match as much as they can. Tokens of fewer than mincharnum characters are
// left out. Missing ones are pad_value; with mark, tokens lie between 0x02 and
// 0x03.
type tokenizer struct {
	separators []*regexp.Regexp
	token      *regexp.Regexp // nil: between separators
	characters bool
	least      int
	pad        string
	mark       bool
}

func newTokenizer(n *graph.Node) (op.Op, error) {
	o := &tokenizer{least: n.Int("mincharnum", 1), pad: n.Str("pad_value", ""), mark: n.Int("mark", 0) != 0}
	separators, exp := n.Strs("separators"), n.Str("tokenexp", "")
	switch {
	case (len(separators) == 0) == (exp == ""):
		return nil, fmt.Errorf("%w: want one of separators and tokenexp", op.ErrAttr)
	case o.least < 1:
		return nil, fmt.Errorf("%w: mincharnum is %d", op.ErrAttr, o.least)
	case exp == "." || len(separators) == 1 && separators[0] == "":
		o.characters = true
		if o.least != 1 {
			return nil, fmt.Errorf("%w: mincharnum is %d for single characters", op.ErrAttr, o.least)
		}
		return o, nil
	case exp != "":
		separators = []string{exp}
	}
	for _, s := range separators {
		re, err := regexp.Compile(s)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", op.ErrAttr, err)
		}
		re.Longest()
		o.separators = append(o.separators, re)
	}
	if exp != "" {
		o.token, o.separators = o.separators[0], nil
	}
	return o, nil
}

func (o *tokenizer) Infer(in, out []op.Info) error {
	x := &in[0]
	if x.Type != tensor.String {
		return fmt.Errorf("%w: X is %v, want string", op.ErrType, x.Type)
	}
	out[0].Like(tensor.String, x)
	if !x.Ranked {
		return nil
	}
	if r := len(x.Shape); r < 1 || r > 2 {
		return fmt.Errorf("%w: X has rank %d, want 1 or 2", op.ErrShape, r)
	}
	out[0].Shape = append(out[0].Shape, op.Unknown)
	return nil
}

func (o *tokenizer) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return o, nil }

// Resolve expects a microsecond for each string.
func (o *tokenizer) Resolve(f *op.Frame) error {
	f.One(1000 * f.In[0].Len())
	return nil
}

// Run divides all strings, and then knows the shape.
func (o *tokenizer) Run(f *op.Frame, _, _, _ int) error {
	x := f.In[0]
	tokens := make([][]string, x.Len())
	most := 0
	for i := range tokens {
		s := x.Strings[i]
		if !utf8.ValidString(s) {
			return fmt.Errorf("%w: string %d is not UTF-8", op.ErrInput, i)
		}
		tokens[i] = o.tokens(s)
		most = max(most, len(tokens[i]))
	}
	if o.mark && (most > 0 || !o.characters) {
		most += 2
	}
	if err := f.Alloc(0, append(append([]int(nil), x.Shape...), most)...); err != nil {
		return err
	}
	for i, t := range tokens {
		row := f.Out[0].Strings[i*most : (i+1)*most]
		n := 0
		if o.mark && most > 0 {
			row[0] = "\x02"
			n = 1
		}
		n += copy(row[n:], t)
		if o.mark && most > 0 {
			row[n] = "\x03"
			n++
		}
		for ; n < most; n++ {
			row[n] = o.pad
		}
	}
	return nil
}

// tokens divides one string.
func (o *tokenizer) tokens(s string) []string {
	switch {
	case o.characters:
		return strings.Split(s, "")
	case o.token != nil:
		return o.long(o.token.FindAllString(s, -1))
	}
	parts := []string{s}
	for _, re := range o.separators {
		var next []string
		for _, p := range parts {
			next = append(next, o.long(re.Split(p, -1))...)
		}
		parts = next
	}
	return parts
}

// long returns the tokens that are long enough.
func (o *tokenizer) long(tokens []string) []string {
	kept := tokens[:0]
	for _, t := range tokens {
		if utf8.RuneCountInString(t) >= o.least {
			kept = append(kept, t)
		}
	}
	return kept
}
