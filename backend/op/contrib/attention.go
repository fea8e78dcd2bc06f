package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// heads adds the view [B heads S H] of x [B S heads*H].
func heads(b *graph.Builder, x graph.ValueID, n int) graph.ValueID {
	return transpose(b, op.Emit(b, "Reshape", x, op.Vector(b, 0, 0, n, -1)), []int{0, 2, 1, 3})
}

// unpackHeads adds the n views [B heads S H] of x [B S heads n H].
func unpackHeads(b *graph.Builder, x graph.ValueID, n int) []graph.ValueID {
	parts := split(b, x, 3, n)
	for i, p := range parts {
		parts[i] = transpose(b, op.Emit(b, "Squeeze", p, op.Vector(b, 3)), []int{0, 2, 1, 3})
	}
	return parts
}

// numHeads returns an attribute that must be positive.
func numHeads(n *graph.Node, name string) (int, error) {
	h := n.Int(name, 0)
	if h < 1 {
		return 0, fmt.Errorf("%w: %s is %d", op.ErrAttr, name, h)
	}
	return h, nil
}

// refuse returns an error if a node has one of some inputs or attributes that
// are not 0.
func refuse(n *graph.Node, inputs []int, attrs ...string) error {
	for _, i := range inputs {
		if input(n, i) != graph.None {
			return fmt.Errorf("%w: %s with input %d", op.ErrUnsupported, n.Op, i)
		}
	}
	for _, a := range attrs {
		if n.Int(a, 0) != 0 {
			return fmt.Errorf("%w: %s with %s %d", op.ErrUnsupported, n.Op, a, n.Int(a, 0))
		}
	}
	return nil
}

// expandMultiHeadAttention expands MultiHeadAttention.
//
//	query [B S N*H] or [B S N 3 H], key [B T N*H], [B T N 2 H], [B N T H] or
//	absent, value [B T N*V], [B N T V] or absent, bias [N*H+N*H+N*V],
//	key_padding_mask, attention_bias, past_key [B N P H], past_value
//	-> output [B S N*V], present_key [B N P+T H], present_value
//
// The bias is added to what is not cached.
func expandMultiHeadAttention(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	if err := refuse(n, []int{8, 9}); err != nil {
		return nil, err
	}
	h, err := numHeads(n, "num_heads")
	if err != nil {
		return nil, err
	}
	q, k, v := n.Inputs[0], input(n, 1), input(n, 2)
	rank, err := rankOf(in, 0, "query")
	if err != nil {
		return nil, err
	}
	keyRank := 0
	if k != graph.None {
		if keyRank, err = rankOf(in, 1, "key"); err != nil {
			return nil, err
		}
	}
	if bias := input(n, 3); bias != graph.None {
		if rank != 3 || keyRank == 5 {
			return nil, fmt.Errorf("%w: MultiHeadAttention of packed inputs with a bias", op.ErrUnsupported)
		}
		sizes, err := projections(in, keyRank)
		if err != nil {
			return nil, err
		}
		parts := splitAt(b, bias, 0, sizes...)
		q = op.Emit(b, "Add", q, parts[0])
		if keyRank == 3 {
			k, v = op.Emit(b, "Add", k, parts[1]), op.Emit(b, "Add", v, parts[2])
		}
	}
	switch {
	case rank == 5:
		p := unpackHeads(b, q, 3)
		q, k, v = p[0], p[1], p[2]
	case k == graph.None || v == graph.None && keyRank != 5:
		return nil, fmt.Errorf("%w: key or value is missing", op.ErrInput)
	case keyRank == 5:
		p := unpackHeads(b, k, 2)
		q, k, v = heads(b, q, h), p[0], p[1]
	case keyRank == 4:
		q = heads(b, q, h)
	default:
		q, k, v = heads(b, q, h), heads(b, k, h), heads(b, v, h)
	}
	if past := input(n, 6); past != graph.None {
		if input(n, 7) == graph.None {
			return nil, fmt.Errorf("%w: past_key comes without past_value", op.ErrInput)
		}
		k, v = concat(b, 2, past, k), concat(b, 2, n.Inputs[7], v)
	}
	y := attention(b, n, q, k, v, input(n, 4), input(n, 5))
	return []graph.ValueID{y, k, v}[:len(n.Outputs)], nil
}

// projections returns the sizes of the parts of a bias for queries, keys and
// values.
func projections(in []op.Info, keyRank int) ([]int, error) {
	total := op.Unknown
	if in[3].Ranked && len(in[3].Shape) == 1 {
		total = in[3].Shape[0]
	}
	q := in[0].Shape[2]
	if q < 0 && total >= 0 && total%3 == 0 {
		q = total / 3
	}
	if q < 0 || total < 2*q {
		return nil, fmt.Errorf("%w: a bias of %d elements for a query %v", op.ErrUnsupported, total, in[0].Shape)
	}
	return []int{q, q, total - 2*q}, nil
}

// attention adds the core of n, with n's attributes.
func attention(b *graph.Builder, n *graph.Node, q, k, v, mask, bias graph.ValueID) graph.ValueID {
	c := b.Node("Attend", q, k, v, mask, bias).Domain(own).Attr("causal", n.Int("unidirectional", 0))
	return keep(c, n, "scale", "mask_filter_value").Out("")
}

// expandAttention expands Attention: a projection of the input to queries, keys
// and values, and attention of the input to itself.
//
//	input [B S I], weights [I N*H+N*H+N*V], bias, mask_index, past [2 B N P H],
//	attention_bias -> output [B S N*V], present [2 B N P+S H]
func expandAttention(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	if err := refuse(n, []int{6}, "do_rotary", "past_present_share_buffer"); err != nil {
		return nil, err
	}
	x := op.Emit(b, "MatMul", n.Inputs[0], n.Inputs[1])
	if bias := input(n, 2); bias != graph.None {
		x = op.Emit(b, "Add", x, bias)
	}
	return attendSelf(b, n, x, input(n, 3), input(n, 4), input(n, 5))
}

// expandQAttention expands QAttention: Attention with input and weights of 8
// bits.
//
//	input, weight, bias, input_scale, weight_scale, mask_index, input_zero_point,
//	weight_zero_point, past -> output, present
func expandQAttention(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	if err := refuse(n, nil, "do_rotary", "past_present_share_buffer"); err != nil {
		return nil, err
	}
	q := quantized{
		a: n.Inputs[0], w: n.Inputs[1], bias: n.Inputs[2], aScale: n.Inputs[3], wScale: n.Inputs[4],
		aZero: input(n, 6), wZero: input(n, 7),
	}
	return attendSelf(b, n, q.of(b, in[3].Type), input(n, 5), input(n, 8), graph.None)
}

// attendSelf adds the attention of Attention and QAttention; x is the queries,
// keys and values side by side.
func attendSelf(b *graph.Builder, n *graph.Node, x, mask, past, bias graph.ValueID) ([]graph.ValueID, error) {
	h, err := numHeads(n, "num_heads")
	if err != nil {
		return nil, err
	}
	var parts []graph.ValueID
	switch sizes := n.Ints("qkv_hidden_sizes"); len(sizes) {
	case 0:
		parts = split(b, x, 2, 3)
	case 3:
		parts = splitAt(b, x, 2, sizes...)
	default:
		return nil, fmt.Errorf("%w: qkv_hidden_sizes is %v", op.ErrAttr, sizes)
	}
	for i := range parts {
		parts[i] = heads(b, parts[i], h)
	}
	first := op.Vector(b, 0)
	if past != graph.None {
		for i, p := range split(b, past, 0, 2) {
			parts[1+i] = concat(b, 2, op.Emit(b, "Squeeze", p, first), parts[1+i])
		}
	}
	outs := []graph.ValueID{attention(b, n, parts[0], parts[1], parts[2], mask, bias)}
	if len(n.Outputs) > 1 {
		present := graph.None
		if wants(n, 1) {
			present = concat(b, 0, op.Emit(b, "Unsqueeze", parts[1], first), op.Emit(b, "Unsqueeze", parts[2], first))
		}
		outs = append(outs, present)
	}
	return outs, nil
}

// expandGroupQueryAttention expands GroupQueryAttention: attention of N heads of
// queries over K heads of keys and values, which go to the end of a cache,
// sequence by sequence.
//
//	query [B S N*H], or with key and value behind it, key [B S K*H], value,
//	past_key [B K P H], past_value, seqlens_k [B], total_sequence_length,
//	cos_cache, sin_cache, position_ids, attention_bias, head_sink
//	-> output [B S N*H], present_key [B K max(P,total) H], present_value
func expandGroupQueryAttention(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	if err := refuse(n, []int{12, 13, 14, 15, 16}, "sliding_window_cache", "kv_cache_bit_width", "qk_output"); err != nil {
		return nil, err
	}
	if n.Int("causal", 1) == 0 || input(n, 5) == graph.None || input(n, 6) == graph.None {
		return nil, fmt.Errorf("%w: GroupQueryAttention that is not causal, or without lengths", op.ErrUnsupported)
	}
	nq, err := numHeads(n, "num_heads")
	if err != nil {
		return nil, err
	}
	nk, err := numHeads(n, "kv_num_heads")
	if err != nil {
		return nil, err
	}
	q, k, v := n.Inputs[0], input(n, 1), input(n, 2)
	if k == graph.None {
		d := op.Unknown
		if in[0].Rank() == 3 {
			d = in[0].Shape[2]
		}
		if d < 0 || d%(nq+2*nk) != 0 {
			return nil, fmt.Errorf("%w: a packed query %v for %d and %d heads", op.ErrUnsupported, &in[0], nq, nk)
		}
		size := d / (nq + 2*nk)
		parts := splitAt(b, q, 2, nq*size, nk*size, nk*size)
		q, k, v = parts[0], parts[1], parts[2]
	}
	positions := b.Node("CachePositions", n.Inputs[5], n.Inputs[0]).Domain(own).Out("")
	if n.Int("do_rotary", 0) != 0 {
		at := positions
		if ids := input(n, 9); ids != graph.None {
			at = ids
		}
		rotate := func(x graph.ValueID, heads int) graph.ValueID {
			return b.Node("RotaryEmbedding", x, at, input(n, 7), input(n, 8)).Domain(domain).
				Attr("num_heads", heads).Attr("interleaved", n.Int("rotary_interleaved", 0)).Out("")
		}
		q, k = rotate(q, nq), rotate(k, nk)
	}
	k, v = heads(b, k, nk), heads(b, v, nk)
	k = b.Node("CacheAppend", input(n, 3), k, positions, n.Inputs[6]).Domain(own).Out("")
	v = b.Node("CacheAppend", input(n, 4), v, positions, n.Inputs[6]).Domain(own).Out("")
	c := b.Node("Attend", heads(b, q, nq), k, v, graph.None, input(n, 10), positions, input(n, 11)).Domain(own).
		Attr("causal", 1).Attr("window", max(0, n.Int("local_window_size", -1))).Attr("smooth", max(0, n.Int("smooth_softmax", 0)))
	y := keep(c, n, "scale", "softcap").Out("")
	return []graph.ValueID{y, k, v}[:len(n.Outputs)], nil
}
