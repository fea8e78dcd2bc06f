package text

import (
	"encoding/binary"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TfIdfVectorizer, version 9: counts the n-grams of a pool in sequences of
// words (strings or integers). The words of an n-gram are next to each other or
// have up to max_skip_count others between each two of them, always as many.
//
//	X [C] or [N C] -> Y [D] or [N D] float32
//
// Y holds, where ngram_indexes says, the count (mode TF), the weight of an
// n-gram that occurs (IDF), or count times weight (TFIDF).
type tfidf struct {
	least, most int // words of an n-gram
	skip        int
	mode        string
	strings     bool
	grams       map[string]int // by words (see appendKey): number in the pool
	index       []int          // by number: where in Y
	weights     []float32      // by number
	width       int            // D
}

func newTfIdf(n *graph.Node) (op.Op, error) {
	t := tfidf{
		least: n.Int("min_gram_length", 0), most: n.Int("max_gram_length", 0), skip: n.Int("max_skip_count", 0), mode: n.Str("mode", ""),
		strings: n.Has("pool_strings"), grams: map[string]int{}, index: n.Ints("ngram_indexes"), weights: n.Floats("weights"),
	}
	if t.least < 1 || t.most < t.least || t.skip < 0 {
		return nil, fmt.Errorf("%w: n-grams of %d to %d words, %d skipped", op.ErrAttr, t.least, t.most, t.skip)
	}
	if t.mode != "TF" && t.mode != "IDF" && t.mode != "TFIDF" {
		return nil, fmt.Errorf("%w: mode is %q", op.ErrAttr, t.mode)
	}
	for _, i := range t.index {
		if i < 0 {
			return nil, fmt.Errorf("%w: ngram_indexes has %d", op.ErrAttr, i)
		}
		t.width = max(t.width, i+1)
	}
	if len(t.weights) > 0 && len(t.weights) != len(t.index) {
		return nil, fmt.Errorf("%w: %d weights for %d n-grams", op.ErrAttr, len(t.weights), len(t.index))
	}
	return t, t.read(n)
}

// read reads the pool.
func (t *tfidf) read(n *graph.Node) error {
	words, ints := n.Strs("pool_strings"), []int64(nil)
	size := len(words)
	if !t.strings {
		if a := n.Attr("pool_int64s"); a != nil {
			ints, size = a.Ints, len(a.Ints)
		}
	}
	starts := n.Ints("ngram_counts")
	var key []byte
	number := 0
	for i, at := range starts {
		end := size
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		if at < 0 || at > end || end > size || (end-at)%(i+1) != 0 {
			return fmt.Errorf("%w: the pool's %d-grams are words %d to %d of %d", op.ErrAttr, i+1, at, end, size)
		}
		for ; at < end; at += i + 1 {
			key = key[:0]
			for j := at; j <= at+i; j++ {
				if t.strings {
					key = appendWord(key, words[j])
				} else {
					key = appendInt(key, ints[j])
				}
			}
			if number == len(t.index) {
				return fmt.Errorf("%w: ngram_indexes has %d elements, the pool more", op.ErrAttr, number)
			}
			if _, ok := t.grams[string(key)]; !ok {
				t.grams[string(key)] = number
			}
			number++
		}
	}
	return nil
}

// A key is the words of an n-gram, each with its length before it; integers
// have 8 bytes.

func appendWord(key []byte, w string) []byte {
	return append(binary.AppendUvarint(key, uint64(len(w))), w...)
}

func appendInt(key []byte, v int64) []byte { return binary.LittleEndian.AppendUint64(key, uint64(v)) }

func (t tfidf) Infer(in, out []op.Info) error {
	x := &in[0]
	switch x.Type {
	case tensor.String:
		if !t.strings {
			return fmt.Errorf("%w: X is string, the pool has integers", op.ErrType)
		}
	case tensor.Int32, tensor.Int64:
		if t.strings {
			return fmt.Errorf("%w: X is %v, the pool has strings", op.ErrType, x.Type)
		}
	default:
		return fmt.Errorf("%w: X is %v", op.ErrType, x.Type)
	}
	out[0].Like(tensor.Float32, x)
	if !x.Ranked {
		return nil
	}
	n := len(x.Shape)
	if n < 1 || n > 2 {
		return fmt.Errorf("%w: X has rank %d, want 1 or 2", op.ErrShape, n)
	}
	out[0].Shape[n-1] = t.width
	return nil
}

func (t tfidf) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return &t, nil }

func (t *tfidf) Resolve(f *op.Frame) error {
	f.Scratch = 8*t.most + 4*len(t.index)
	c, n := t.rows(f)
	f.Split(n, float64(c*(t.most-t.least+1)*(t.skip+1)*30+t.width+1))
	return nil
}

// rows returns the words of a row and the number of rows.
func (t *tfidf) rows(f *op.Frame) (c, n int) {
	s := f.In[0].Shape
	if len(s) == 1 {
		return s[0], 1
	}
	return s[1], s[0]
}

func (t *tfidf) Run(f *op.Frame, phase, chunk, worker int) error {
	c, n := t.rows(f)
	work := f.Work(worker)
	counts, key := tensor.View[int32](work)[:len(t.index)], work[4*len(t.index):][:0]
	lo, hi := f.Span(phase, chunk, n)
	for r := lo; r < hi; r++ {
		clear(counts)
		for skip := range t.skip + 1 {
			for size := t.least; size <= t.most; size++ {
				if size == 1 && skip > 0 {
					continue
				}
				for at := 0; at+(size-1)*(skip+1) < c; at++ {
					key = key[:0]
					for j := range size {
						key = t.appendKey(key, f.In[0], r*c+at+j*(skip+1))
					}
					if i, ok := t.grams[string(key)]; ok {
						counts[i]++
					}
				}
			}
		}
		t.weigh(op.Data[float32](f.Out[0])[r*t.width:][:t.width], counts)
	}
	return nil
}

// appendKey appends word i of x.
func (t *tfidf) appendKey(key []byte, x *op.Value, i int) []byte {
	switch x.Type {
	case tensor.String:
		return appendWord(key, x.Strings[i])
	case tensor.Int32:
		return appendInt(key, int64(op.Data[int32](x)[i]))
	}
	return appendInt(key, op.Data[int64](x)[i])
}

// weigh writes a row of Y.
func (t *tfidf) weigh(row []float32, counts []int32) {
	clear(row)
	for i, n := range counts {
		v := float32(n)
		if t.mode == "IDF" {
			v = min(v, 1)
		}
		if t.mode != "TF" && len(t.weights) > 0 {
			v *= t.weights[i]
		}
		row[t.index[i]] += v
	}
}
