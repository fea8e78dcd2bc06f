package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// attend is scaled dot-product attention, which all attention operators of this
// package expand to.
//
//	q [B N S H], k [B K T H], v [B K T V], and, each of them or absent:
//	mask int32 [B], [2B], [B T], [B S T] or [B 1 M M]; bias [B or 1, N or 1, S, T];
//	positions int64 [B S]; sink [N]
//	-> y [B S N*V]
//
//	y = softmax(softcap(scale·q·kᵀ) + mask + bias)·v
//
// Each of the K heads of k and v serves N/K heads of q. Element s of the
// sequence is at position T-S+s, unless positions says where; with the attribute
// causal it sees keys up to that, with window only as many of them, the latest.
// Keys that the mask hides are not left out: they get the attribute filter
// added, -10000 by default. A mask of rank 1 holds the number of keys that are
// not hidden, followed by the first of them.
//
// With smooth, or else with sink, there is one more key in the denominator, of
// score 0 or sink. A query that sees no key gets 0.
type attend struct {
	scale, softcap, filter float32
	causal, smooth         bool
	window                 int // 0: all
}

// Inputs of attend.
const (
	attendQ = iota
	attendK
	attendV
	attendMask
	attendBias
	attendPositions
	attendSink
)

func newAttend(n *graph.Node) (op.Op, error) {
	if err := op.ArityOf(n, 3, 7, 1); err != nil {
		return nil, err
	}
	return &attend{
		scale: n.Float("scale", 0), softcap: n.Float("softcap", 0), filter: n.Float("mask_filter_value", -10000),
		causal: n.Int("causal", 0) != 0, smooth: n.Int("smooth", 0) != 0, window: n.Int("window", 0),
	}, nil
}

func (o *attend) Infer(in, out []op.Info) error {
	unknown := sizes{op.Unknown, op.Unknown, op.Unknown, op.Unknown}
	q, k, v := unknown, unknown, unknown
	for i, x := range []*sizes{&q, &k, &v} {
		if in[i].Type != in[0].Type {
			return fmt.Errorf("%w: queries are %v but input %d is %v", op.ErrType, in[0].Type, i, in[i].Type)
		}
		if !in[i].Ranked {
			continue
		}
		if len(in[i].Shape) != 4 {
			return fmt.Errorf("%w: input %d has rank %d, want 4", op.ErrShape, i, len(in[i].Shape))
		}
		copy(x[:], in[i].Shape)
	}
	switch {
	case op.Clash(q[0], k[0]) || op.Clash(q[0], v[0]):
		return fmt.Errorf("%w: batches are %d, %d and %d", op.ErrShape, q[0], k[0], v[0])
	case op.Clash(q[3], k[3]):
		return fmt.Errorf("%w: heads have size %d in queries but %d in keys", op.ErrShape, q[3], k[3])
	case op.Clash(k[1], v[1]) || op.Clash(k[2], v[2]):
		return fmt.Errorf("%w: keys are %v but values %v", op.ErrShape, k, v)
	case q[1] >= 0 && k[1] >= 0 && (k[1] == 0 || q[1]%k[1] != 0):
		return fmt.Errorf("%w: %d heads of queries for %d heads of keys", op.ErrShape, q[1], k[1])
	}
	width := op.Unknown
	if q[1] >= 0 && v[3] >= 0 {
		width = q[1] * v[3]
	}
	out[0].Tensor(in[0].Type, q[0], q[2], width)
	return o.check(in, q, k[2])
}

// sizes are the dims of a value: batch, heads, sequence, head size.
type sizes [4]int

// check compares the inputs that may be absent with those that may not.
func (o *attend) check(in []op.Info, q sizes, keys int) error {
	cached := len(in) > attendPositions && in[attendPositions].Present() // not all keys are there yet
	for i := attendMask; i < len(in); i++ {
		x := &in[i]
		if !x.Present() || !x.Ranked {
			continue
		}
		s, ok := x.Shape, true
		switch i {
		case attendMask:
			ok = x.Type == tensor.Int32 && maskFits(s, q, keys)
		case attendBias:
			ok = len(s) == 4 && (s[0] == 1 || !op.Clash(s[0], q[0])) && (s[1] == 1 || !op.Clash(s[1], q[1])) && !op.Clash(s[2], q[2]) &&
				(cached || !op.Clash(s[3], keys))
		case attendPositions:
			ok = x.Type == tensor.Int64 && len(s) == 2 && !op.Clash(s[0], q[0]) && !op.Clash(s[1], q[2])
		case attendSink:
			ok = len(s) == 1 && !op.Clash(s[0], q[1])
		}
		if !ok {
			name := [...]string{attendMask: "mask", attendBias: "bias", attendPositions: "positions", attendSink: "sink"}[i]
			return fmt.Errorf("%w: the %s is %v for queries %v and %d keys", op.ErrShape, name, x.Shape, q, keys)
		}
	}
	return nil
}

func maskFits(s []int, q sizes, keys int) bool {
	switch len(s) {
	case 1:
		return s[0] < 0 || q[0] < 0 || s[0] == q[0] || s[0] == 2*q[0]
	case 2:
		return !op.Clash(s[0], q[0]) && !op.Clash(s[1], keys)
	case 3:
		return !op.Clash(s[0], q[0]) && !op.Clash(s[1], q[2]) && !op.Clash(s[2], keys)
	case 4:
		return !op.Clash(s[0], q[0]) && !op.Clash(s[1], 1) && !op.Clash(s[2], s[3]) && (s[3] < 0 || keys <= s[3])
	}
	return false
}

func (o *attend) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return &attendKernel{e.Set, o}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &attendKernel{e.Set, o}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: attention over %v", op.ErrUnsupported, in[0].Type)
}
