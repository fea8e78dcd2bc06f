package text

import (
	"fmt"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// StringNormalizer, version 10: drops stop words and changes case.
//
//	X [C] or [1 C] -> Y [D] or [1 D], D ≤ C; one empty string where nothing is left
type normalizer struct {
	change func(string) string // of case; nil: none
	fold   bool                // stop words in any case
	stop   map[string]bool
}

func newNormalizer(n *graph.Node) (op.Op, error) {
	o := normalizer{fold: n.Int("is_case_sensitive", 0) == 0, stop: map[string]bool{}}
	switch action := n.Str("case_change_action", "NONE"); action {
	case "NONE":
	case "LOWER":
		o.change = strings.ToLower
	case "UPPER":
		o.change = strings.ToUpper
	default:
		return nil, fmt.Errorf("%w: case_change_action is %q", op.ErrAttr, action)
	}
	for _, w := range n.Strs("stopwords") {
		o.stop[o.key(w)] = true
	}
	return o, nil
}

// key returns what is compared of a word.
func (o normalizer) key(w string) string {
	if o.fold {
		return strings.ToLower(w)
	}
	return w
}

func (o normalizer) Infer(in, out []op.Info) error {
	x := &in[0]
	if x.Type != tensor.String {
		return fmt.Errorf("%w: X is %v, want string", op.ErrType, x.Type)
	}
	out[0].Like(tensor.String, x)
	if !x.Ranked {
		return nil
	}
	n := len(x.Shape)
	if n < 1 || n > 2 || n == 2 && op.Clash(x.Shape[0], 1) {
		return fmt.Errorf("%w: X is %v, want [C] or [1 C]", op.ErrShape, x.Shape)
	}
	if n == 2 {
		out[0].Shape[0] = 1
	}
	if len(o.stop) > 0 || x.Shape[n-1] < 0 {
		out[0].Shape[n-1] = op.Unknown
	} else if x.Shape[n-1] == 0 {
		out[0].Shape[n-1] = 1
	}
	return nil
}

func (o normalizer) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return o, nil }

func (o normalizer) Resolve(f *op.Frame) error {
	f.One(100 * f.In[0].Len())
	return nil
}

func (o normalizer) Run(f *op.Frame, _, _, _ int) error {
	x, y := f.In[0], f.Out[0]
	var words []string
	for _, w := range x.Strings[:x.Len()] {
		if len(o.stop) > 0 && o.stop[o.key(w)] {
			continue
		}
		if o.change != nil {
			w = o.change(w)
		}
		words = append(words, w)
	}
	if len(words) == 0 {
		words = []string{""}
	}
	if len(o.stop) > 0 {
		var err error
		if len(x.Shape) == 2 {
			err = f.Alloc(0, 1, len(words))
		} else {
			err = f.Alloc(0, len(words))
		}
		if err != nil {
			return err
		}
	}
	copy(y.Strings, words)
	return nil
}
