package attention

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Inputs of LinearAttention.
const (
	linQuery = iota
	linKey
	linValue
	linState
	linDecay
	linBeta
)

// linearAttention is LinearAttention: for each head a matrix S of keys by values,
// the state, that every token changes and then is read with its query.
//
//	gate   S ← exp(decay)·S            by head, or by key element
//	delta  S ← S + beta·k⊗(v - Sᵀk)    replace what the state holds for k
//	else   S ← S + k⊗v
//	o = scale·Sᵀq
//
// The rule says which: linear, gated, delta or gated_delta (Katharopoulos et al.,
// 2020; Yang et al., 2024). Inputs are [batch, tokens, heads·size], the state is
// [batch, heads, size of keys, size of values].
type linearAttention struct {
	qHeads, kvHeads int
	gated, delta    bool
	scale           float64 // 0: 1/√size
}

func newLinearAttention(n *graph.Node) (op.Op, error) {
	o := &linearAttention{qHeads: n.Int("q_num_heads", 0), kvHeads: n.Int("kv_num_heads", 0), scale: float64(n.Float("scale", 0))}
	if o.kvHeads < 1 || o.qHeads < 1 || o.qHeads%o.kvHeads != 0 {
		return nil, fmt.Errorf("%w: %d heads of queries for %d of keys", op.ErrAttr, o.qHeads, o.kvHeads)
	}
	switch rule := n.Str("update_rule", "gated_delta"); rule {
	case "linear":
	case "gated":
		o.gated = true
	case "delta":
		o.delta = true
	case "gated_delta":
		o.gated, o.delta = true, true
	default:
		return nil, fmt.Errorf("%w: update_rule is %q", op.ErrAttr, rule)
	}
	return o, nil
}

func (o *linearAttention) Infer(in, out []op.Info) error {
	if len(in) < 3 || len(in) > 6 {
		return fmt.Errorf("%w: %d inputs", op.ErrInput, len(in))
	}
	if o.gated && !present(in, linDecay) || o.delta && !present(in, linBeta) {
		return fmt.Errorf("%w: decay or beta is missing", op.ErrInput)
	}
	var d [3]dims
	for i, heads := range [3]int{o.qHeads, o.kvHeads, o.kvHeads} {
		if in[i].Type != in[0].Type || in[i].Ranked && len(in[i].Shape) != 3 {
			return fmt.Errorf("%w: input %d is %v, want rank 3 and elements of %v", op.ErrShape, i, &in[i], in[0].Type)
		}
		var err error
		if d[i], err = dimsOf(&in[i], heads); err != nil {
			return err
		}
	}
	q, k, v := d[0], d[1], d[2]
	switch {
	case op.Clash(q.batch, k.batch) || op.Clash(q.batch, v.batch) || op.Clash(q.length, k.length) || op.Clash(q.length, v.length):
		return fmt.Errorf("%w: query is %v, key %v, value %v", op.ErrShape, &in[0], &in[1], &in[2])
	case op.Clash(q.size, k.size):
		return fmt.Errorf("%w: a head has %d elements in the query but %d in the key", op.ErrShape, q.size, k.size)
	}
	if err := o.checkRest(in, q, v); err != nil {
		return err
	}
	hidden := op.Unknown
	if v.size >= 0 {
		hidden = o.qHeads * v.size
	}
	out[0].Tensor(in[0].Type)
	out[0].Shape = append(out[0].Shape, q.batch, q.length, hidden)
	if len(out) > 1 {
		t := in[0].Type
		if present(in, linState) {
			t = in[linState].Type
		}
		out[1].Tensor(t)
		out[1].Shape = append(out[1].Shape, q.batch, o.kvHeads, k.size, v.size)
	}
	return nil
}

// checkRest checks the optional inputs.
func (o *linearAttention) checkRest(in []op.Info, q, v dims) error {
	if present(in, linState) && in[linState].Ranked {
		if s := in[linState].Shape; len(s) != 4 || op.Clash(s[0], q.batch) || op.Clash(s[1], o.kvHeads) || op.Clash(s[2], q.size) || op.Clash(s[3], v.size) {
			return fmt.Errorf("%w: past state is %v, want [%d %d %d %d]", op.ErrShape, s, q.batch, o.kvHeads, q.size, v.size)
		}
	}
	for i, wide := range [2]int{o.kvHeads * max(q.size, 0), 1} {
		x := linDecay + i
		if !present(in, x) || !in[x].Ranked {
			continue
		}
		s := in[x].Shape
		if len(s) != 3 || op.Clash(s[0], q.batch) || op.Clash(s[1], q.length) || s[2] >= 0 && q.size >= 0 && s[2] != o.kvHeads && s[2] != wide {
			return fmt.Errorf("%w: input %d is %v, want [%d %d %d] or [%d %d %d]", op.ErrShape, x, s, q.batch, q.length, o.kvHeads, q.batch, q.length, wide)
		}
	}
	return nil
}

func (o *linearAttention) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	return prepare(e, in, out, func(*algebra[float32]) op.Kernel { return &linearKernel{o, e.Set} }, nil,
		linQuery, linKey, linValue, linState, linDecay, linBeta)
}

// linearKernel computes in float32, token by token, heads beside each other.
type linearKernel struct {
	op  *linearAttention
	set *kernels.Set
}

func (k *linearKernel) Resolve(f *op.Frame) error {
	q, v := f.In[linQuery].Shape, f.In[linValue].Shape
	size, width := q[2]/k.op.qHeads, v[2]/k.op.kvHeads
	group := k.op.qHeads / k.op.kvHeads
	f.Param = append(f.Param[:0], q[0], q[1], size, width)
	f.Scratch = 4 * (size*width + 3*width)
	f.Split(q[0]*k.op.kvHeads, float64(q[1]*size*(6+2*group))*(8+0.1*float64(width)))
	return nil
}

func (k *linearKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	batch, tokens, size, width := f.Param[0], f.Param[1], f.Param[2], f.Param[3]
	lo, hi := f.Span(phase, chunk, batch*k.op.kvHeads)
	for i := lo; i < hi; i++ {
		work := tensor.View[float32](f.Work(worker))
		state, read, product, change := take(&work, size*width), take(&work, width), take(&work, width), take(&work, width)
		if v := output(f, 1); v != nil {
			state = op.Data[float32](v)[i*size*width:][:size*width]
		}
		if v := input(f, linState); v != nil {
			copy(state, op.Data[float32](v)[i*size*width:])
		} else {
			clear(state)
		}
		for t := range tokens {
			if t%64 == 0 {
				if err := f.Run.Canceled(); err != nil {
					return err
				}
			}
			k.token(f, i/k.op.kvHeads*tokens+t, i%k.op.kvHeads, state, read, product, change)
		}
	}
	return nil
}

// token changes the state of head h by the token of row t, and reads it.
func (k *linearKernel) token(f *op.Frame, t, h int, state, read, product, change []float32) {
	o, s, size, width := k.op, k.set, f.Param[2], f.Param[3]
	key := op.Data[float32](f.In[linKey])[(t*o.kvHeads+h)*size:][:size]
	value := op.Data[float32](f.In[linValue])[(t*o.kvHeads+h)*width:][:width]
	row := func(i int) []float32 { return state[i*width:][:width] }
	if o.gated {
		x := f.In[linDecay]
		decay := op.Data[float32](x)[t*x.Shape[2]:][:x.Shape[2]]
		for i := range size {
			g := decay[h]
			if len(decay) != o.kvHeads {
				g = decay[h*size+i]
			}
			s.MulScalar(row(i), row(i), float32(math.Exp(float64(g))))
		}
	}
	copy(change, value)
	if o.delta {
		clear(read)
		for i, v := range key {
			s.MulScalar(product, row(i), v)
			s.Add(read, read, product)
		}
		s.Sub(change, value, read)
		x := f.In[linBeta]
		beta := op.Data[float32](x)[t*x.Shape[2]:][:x.Shape[2]]
		s.MulScalar(change, change, beta[h%len(beta)])
	}
	for i, v := range key {
		s.MulScalar(product, change, v)
		s.Add(row(i), row(i), product)
	}
	group := o.qHeads / o.kvHeads
	scale := o.scale
	if scale == 0 {
		scale = 1 / math.Sqrt(float64(size))
	}
	for q := h * group; q < (h+1)*group; q++ {
		query := op.Data[float32](f.In[linQuery])[(t*o.qHeads+q)*size:][:size]
		y := op.Data[float32](f.Out[0])[(t*o.qHeads+q)*width:][:width]
		clear(y)
		for i, v := range query {
			s.MulScalar(product, row(i), v)
			s.Add(y, y, product)
		}
		s.MulScalar(y, y, float32(scale))
	}
}
