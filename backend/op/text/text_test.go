package text_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/backend/op/text"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(text.Ops)

// TestOfficial runs the ONNX node tests of this family's operators.
func TestOfficial(t *testing.T) { optest.Run(t, text.Ops) }

func words(s ...string) *tensor.Tensor { return tensor.OfStrings(s, len(s)) }

func strs(name string, s ...string) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrStrings, Strings: s}
}

// TestNormalizer protects stop words in any case, letters beyond ASCII, and
// that one empty string remains of nothing.
func TestNormalizer(t *testing.T) {
	for _, c := range []struct {
		attrs    []graph.Attr
		in, want []string
	}{
		{nil, []string{"a", "B"}, []string{"a", "B"}},
		{[]graph.Attr{optest.Str("case_change_action", "UPPER"), strs("stopwords", "Été")}, []string{"ÉTÉ", "straße", "ñu"}, []string{"STRAßE", "ÑU"}},
		{[]graph.Attr{optest.Str("case_change_action", "LOWER")}, []string{"ÀÉ", "Ω"}, []string{"àé", "ω"}},
		{[]graph.Attr{optest.Int("is_case_sensitive", 1), strs("stopwords", "x")}, []string{"X", "x"}, []string{"X"}},
		{[]graph.Attr{strs("stopwords", "x")}, []string{"X", "x"}, []string{""}},
	} {
		out, err := optest.Eval(registry, optest.Node("StringNormalizer", 10, 1, c.attrs...), words(c.in...))
		require.NoError(t, err)
		require.Equal(t, c.want, out[0].Strings())
	}
}

// TestSplit protects limits, with and without a delimiter.
func TestSplit(t *testing.T) {
	for _, c := range []struct {
		attrs []graph.Attr
		want  []string
		count int64
	}{
		{nil, []string{"a", "b", "c", "d"}, 4},
		{[]graph.Attr{optest.Int("maxsplit", 1)}, []string{"a", "b  c d "}, 2},
		{[]graph.Attr{optest.Int("maxsplit", 0)}, []string{"a b  c d "}, 1},
		{[]graph.Attr{optest.Str("delimiter", "  ")}, []string{"", "a b", "c d "}, 3},
		{[]graph.Attr{optest.Str("delimiter", " "), optest.Int("maxsplit", 2)}, []string{"", "", "a b  c d "}, 3},
	} {
		n := optest.Node("StringSplit", 20, 1, c.attrs...)
		n.Outputs = append(n.Outputs, 2)
		out, err := optest.Eval(registry, n, words("  a b  c d "))
		require.NoError(t, err)
		require.Equal(t, c.want, out[0].Strings())
		require.Equal(t, c.count, tensor.Data[int64](out[1])[0])
	}
}

// TestRegex protects that the whole string must match, whatever the pattern's
// own alternatives and anchors.
func TestRegex(t *testing.T) {
	out, err := optest.Eval(registry, optest.Node("RegexFullMatch", 20, 1, optest.Str("pattern", "a|ab")), words("a", "ab", "abc", "xab", "a\n", ""))
	require.NoError(t, err)
	require.Equal(t, []bool{true, true, false, false, false, false}, tensor.Data[bool](out[0]))
	_, err = optest.Eval(registry, optest.Node("RegexFullMatch", 20, 1, optest.Str("pattern", "a)(b")), words("a"))
	require.ErrorIs(t, err, op.ErrAttr)
}

// TestTfIdf protects modes and weights, of strings that contain each other.
func TestTfIdf(t *testing.T) {
	attrs := func(mode string) []graph.Attr {
		return []graph.Attr{
			optest.Str("mode", mode), optest.Int("min_gram_length", 1), optest.Int("max_gram_length", 2), optest.Int("max_skip_count", 1),
			strs("pool_strings", "a", "bc", "a", "b", "ab", "c"), optest.Ints("ngram_counts", 0, 2), optest.Ints("ngram_indexes", 3, 0, 1, 2),
			{Name: "weights", Kind: graph.AttrFloats, Floats: []float32{2, 3, 5, 7}},
		}
	}
	for mode, want := range map[string][]float32{"TF": {0, 2, 0, 2}, "IDF": {0, 5, 0, 2}, "TFIDF": {0, 10, 0, 4}} {
		out, err := optest.Eval(registry, optest.Node("TfIdfVectorizer", 9, 1, attrs(mode)...), words("a", "a", "b"))
		require.NoError(t, err)
		require.Equal(t, want, tensor.Data[float32](out[0]), mode)
	}
	bad := attrs("TF")
	bad[5] = optest.Ints("ngram_counts", 0, 3)
	_, err := optest.Eval(registry, optest.Node("TfIdfVectorizer", 9, 1, bad...), words("a"))
	require.ErrorContains(t, err, "2-grams are words 3 to 6 of 6")
	_, err = optest.Eval(registry, optest.Node("TfIdfVectorizer", 9, 1, attrs("TF")...), tensor.Of([]int64{1}, 1))
	require.ErrorIs(t, err, op.ErrType)
}

func Example() {
	n := optest.Node("StringNormalizer", 10, 1, optest.Str("case_change_action", "LOWER"), strs("stopwords", "the"))
	y, _ := optest.Eval(registry, n, words("The", "Onyx"))
	fmt.Println(y[0].Strings())
	// Output: [onyx]
}

// TestAbuse protects against panics on whatever a file may ask for.
func TestAbuse(t *testing.T) { optest.Abuse(t, text.Ops, 300) }
