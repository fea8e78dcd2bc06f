package attention

import (
	"fmt"
	"math"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Inputs and outputs of Attention.
const (
	inQ = iota
	inK
	inV
	inMask
	inPastK
	inPastV
	inLengths
)

const (
	outY = iota
	outK
	outV
	outScores
)

// Stages of the scores that the last output may show.
const (
	rawScores = iota
	cappedScores
	biasedScores
	probabilities
)

// attention is Attention (Vaswani et al., 2017):
//
//	Y = softmax(softcap(scale · Q·Kᵀ) + mask) · V
//
// for each head; groups of query heads may share one of keys and values. Values
// are [batch, heads, sequence, size] or [batch, sequence, heads·size]. Keys and
// values of the past come before new ones. From version 24 on lengths may say how
// many keys of each sample count; version 25 has windows.
type attention struct {
	qHeads, kvHeads int // of inputs of rank 3; 0 if not given
	causal          bool
	left, right     int     // of the window, -1 for none
	scale           float64 // 0: 1/√size
	softcap         float64
	stage           int // of the scores in the last output
}

func newAttention(n *graph.Node) (op.Op, error) {
	o := &attention{
		qHeads: n.Int("q_num_heads", 0), kvHeads: n.Int("kv_num_heads", 0), causal: n.Int("is_causal", 0) != 0,
		left: n.Int("left_window_size", -1), right: n.Int("right_window_size", -1),
		scale: float64(n.Float("scale", 0)), softcap: float64(n.Float("softcap", 0)), stage: n.Int("qk_matmul_output_mode", rawScores),
	}
	switch {
	case o.qHeads < 0 || o.kvHeads < 0:
		return nil, fmt.Errorf("%w: %d and %d heads", op.ErrAttr, o.qHeads, o.kvHeads)
	case o.stage < rawScores || o.stage > probabilities:
		return nil, fmt.Errorf("%w: qk_matmul_output_mode is %d", op.ErrAttr, o.stage)
	case o.left < -1 || o.right < -1:
		return nil, fmt.Errorf("%w: the window is %d to the left, %d to the right", op.ErrAttr, o.left, o.right)
	case o.softcap < 0:
		return nil, fmt.Errorf("%w: softcap is %v", op.ErrAttr, o.softcap)
	}
	return o, checkPrecision(n)
}

// checkPrecision checks the type in which a softmax should be computed at least.
func checkPrecision(n *graph.Node) error {
	p := tensor.Type(n.Int("softmax_precision", int(tensor.Float32)))
	if !slices.Contains([]tensor.Type{tensor.Float32, tensor.Float16, tensor.Float64, tensor.BFloat16}, p) {
		return fmt.Errorf("%w: softmax_precision is %v", op.ErrAttr, p)
	}
	return nil
}

// dims are the sizes of queries, keys or values; unknown ones are negative.
type dims struct{ batch, heads, length, size int }

// dimsOf returns the sizes of an input; heads count for rank 3.
func dimsOf(x *op.Info, heads int) (d dims, err error) {
	switch s := x.Shape; {
	case !x.Ranked:
		d = dims{op.Unknown, op.Unknown, op.Unknown, op.Unknown}
	case len(s) == 4:
		d = dims{s[0], s[1], s[2], s[3]}
	case len(s) == 3 && heads > 0:
		d = dims{s[0], heads, s[1], op.Unknown}
		if s[2] >= 0 {
			if s[2]%heads != 0 {
				return d, fmt.Errorf("%w: %d elements for %d heads", op.ErrShape, s[2], heads)
			}
			d.size = s[2] / heads
		}
	case len(s) == 3:
		return d, fmt.Errorf("%w: the number of heads is missing for inputs of rank 3", op.ErrAttr)
	default:
		return d, fmt.Errorf("%w: rank is %d, want 3 or 4", op.ErrShape, len(s))
	}
	return d, nil
}

// plus returns the sum of two dims.
func plus(a, b int) int {
	switch {
	case a < 0 || b < 0:
		if a == 0 {
			return b
		}
		if b == 0 {
			return a
		}
		return op.Unknown
	}
	return a + b
}

func (o *attention) Infer(in, out []op.Info) error {
	if len(in) < 3 || len(in) > 7 || len(out) > 4 {
		return fmt.Errorf("%w: %d inputs, %d outputs", op.ErrInput, len(in), len(out))
	}
	for i := range 3 {
		if in[i].Kind != graph.Tensor || in[i].Ranked && in[0].Ranked && len(in[i].Shape) != len(in[0].Shape) {
			return fmt.Errorf("%w: Q is %v, input %d is %v", op.ErrShape, &in[0], i, &in[i])
		}
	}
	q, err := dimsOf(&in[inQ], o.qHeads)
	if err != nil {
		return err
	}
	k, err := dimsOf(&in[inK], o.kvHeads)
	if err != nil {
		return err
	}
	v, err := dimsOf(&in[inV], o.kvHeads)
	if err != nil {
		return err
	}
	total := k.length
	if present(in, inPastK) != present(in, inPastV) || present(in, inPastK) && present(in, inLengths) {
		return fmt.Errorf("%w: past keys and past values go together, and not with lengths", op.ErrInput)
	}
	if present(in, inPastK) {
		if total, err = past(in, k, v); err != nil {
			return err
		}
	}
	if err := check(q, k, v); err != nil {
		return err
	}
	if err := checkMask(in, dims{q.batch, q.heads, q.length, total}); err != nil {
		return err
	}
	o.shapes(in, out, q, k, v, total)
	return nil
}

// check checks the sizes of queries, keys and values.
func check(q, k, v dims) error {
	switch {
	case op.Clash(q.batch, k.batch) || op.Clash(q.batch, v.batch):
		return fmt.Errorf("%w: batch is %d in Q, %d in K, %d in V", op.ErrShape, q.batch, k.batch, v.batch)
	case op.Clash(q.size, k.size):
		return fmt.Errorf("%w: a head has %d elements in Q but %d in K", op.ErrShape, q.size, k.size)
	case op.Clash(k.heads, v.heads) || op.Clash(k.length, v.length):
		return fmt.Errorf("%w: %d heads of %d keys but %d of %d values", op.ErrShape, k.heads, k.length, v.heads, v.length)
	case q.heads >= 0 && (k.heads == 0 || k.heads > 0 && q.heads%k.heads != 0):
		return fmt.Errorf("%w: %d heads of queries for %d of keys", op.ErrShape, q.heads, k.heads)
	}
	return nil
}

// past checks the keys and values of the past, and returns how many there are
// with the new ones.
func past(in []op.Info, k, v dims) (total int, err error) {
	total = op.Unknown
	for i, new := range []dims{k, v} {
		x := &in[inPastK+i]
		if !x.Ranked {
			continue
		}
		if len(x.Shape) != 4 {
			return 0, fmt.Errorf("%w: the past has rank %d, want 4", op.ErrShape, len(x.Shape))
		}
		if op.Clash(x.Shape[0], new.batch) || op.Clash(x.Shape[1], new.heads) || op.Clash(x.Shape[3], new.size) {
			return 0, fmt.Errorf("%w: the past is %v, what is new has batch %d, %d heads of %d elements", op.ErrShape, x, new.batch, new.heads, new.size)
		}
		sum := plus(x.Shape[2], new.length)
		if op.Clash(total, sum) {
			return 0, fmt.Errorf("%w: %d keys in all but %d values", op.ErrShape, total, sum)
		}
		if total == op.Unknown || sum >= 0 {
			total = sum
		}
	}
	return total, nil
}

// checkMask checks that the mask broadcasts to scores of the given sizes, but
// for its last dim, which may be shorter.
func checkMask(in []op.Info, s dims) error {
	if present(in, inLengths) {
		if x := &in[inLengths]; x.Type != tensor.Int64 || x.Ranked && (len(x.Shape) != 1 || op.Clash(x.Shape[0], s.batch)) {
			return fmt.Errorf("%w: lengths are %v for a batch of %d", op.ErrShape, x, s.batch)
		}
	}
	if !present(in, inMask) || !in[inMask].Ranked {
		return nil
	}
	m := in[inMask].Shape
	if len(m) < 1 || len(m) > 4 {
		return fmt.Errorf("%w: mask has rank %d", op.ErrShape, len(m))
	}
	want := [4]int{s.batch, s.heads, s.length, s.size}
	for i, d := range m {
		w := want[4-len(m)+i]
		if last := i == len(m)-1; last && d > w && w >= 0 || !last && d != 1 && op.Clash(d, w) {
			return fmt.Errorf("%w: mask is %v, scores are %v", op.ErrShape, m, want)
		}
	}
	return nil
}

// shapes sets the outputs.
func (o *attention) shapes(in, out []op.Info, q, k, v dims, total int) {
	switch {
	case !in[inQ].Ranked:
		out[outY].TensorOfRank(in[inQ].Type, -1)
	case len(in[inQ].Shape) == 3:
		hidden := op.Unknown
		if v.size >= 0 {
			hidden = q.heads * v.size
		}
		out[outY].Tensor(in[inQ].Type)
		out[outY].Shape = append(out[outY].Shape, q.batch, q.length, hidden)
	default:
		out[outY].Tensor(in[inQ].Type)
		out[outY].Shape = append(out[outY].Shape, q.batch, q.heads, q.length, v.size)
	}
	if len(out) > outK {
		out[outK].Tensor(in[inK].Type)
		out[outK].Shape = append(out[outK].Shape, k.batch, k.heads, total, k.size)
	}
	if len(out) > outV {
		out[outV].Tensor(in[inV].Type)
		out[outV].Shape = append(out[outV].Shape, v.batch, v.heads, total, v.size)
	}
	if len(out) > outScores {
		out[outScores].Tensor(in[inQ].Type)
		out[outScores].Shape = append(out[outScores].Shape, q.batch, q.heads, q.length, total)
	}
}

func (o *attention) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	return prepare(e, in, out,
		func(l *algebra[float32]) op.Kernel { return &kernel[float32]{o, l} },
		func(l *algebra[float64]) op.Kernel { return &kernel[float64]{o, l} }, inQ, inK, inV, inPastK, inPastV)
}

// scaleFor returns the factor of the scores.
func (o *attention) scaleFor(size int) float64 {
	if o.scale != 0 {
		return o.scale
	}
	return 1 / math.Sqrt(float64(size))
}
