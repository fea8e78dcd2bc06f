package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// embedNorm is EmbedLayerNormalization: the first layer of BERT.
//
//	input_ids [B S], segment_ids [B S] or absent, word_embedding [V H],
//	position_embedding [P H], segment_embedding [G H] or absent, gamma [H],
//	beta [H], mask [B S] or absent, position_ids [B S] or [1 S] or absent
//	-> output [B S H], mask_index [B], embedding_sum [B S H]
//
// The rows of the tables that the ids name are added, word and position first,
// and normalised. Without position_ids, positions count from 0. mask_index is
// how many elements of the mask are 1.
type embedNorm struct{ eps float32 }

// Inputs of embedNorm.
const (
	embedIDs = iota
	embedSegmentIDs
	embedWords
	embedPositions
	embedSegments
	embedGamma
	embedBeta
	embedMask
	embedPositionIDs
)

func newEmbedNorm(n *graph.Node) (op.Op, error) {
	for _, i := range []int{embedIDs, embedWords, embedPositions, embedGamma, embedBeta} {
		if input(n, i) == graph.None {
			return nil, fmt.Errorf("%w: input %d is missing", op.ErrInput, i)
		}
	}
	if (input(n, embedSegmentIDs) == graph.None) != (input(n, embedSegments) == graph.None) {
		return nil, fmt.Errorf("%w: segment_ids and segment_embedding go together", op.ErrInput)
	}
	return &embedNorm{n.Float("epsilon", 1e-12)}, nil
}

func (o *embedNorm) Infer(in, out []op.Info) error {
	batch, steps, width := op.Unknown, op.Unknown, op.Unknown
	if ids := &in[embedIDs]; ids.Ranked {
		if len(ids.Shape) != 2 {
			return fmt.Errorf("%w: input_ids has rank %d, want 2", op.ErrShape, len(ids.Shape))
		}
		batch, steps = ids.Shape[0], ids.Shape[1]
	}
	for _, i := range []int{embedWords, embedPositions, embedSegments} {
		x := &in[i]
		if !x.Present() || !x.Ranked {
			continue
		}
		if len(x.Shape) != 2 || op.Clash(x.Shape[1], width) {
			return fmt.Errorf("%w: table %d is %v, rows have %d elements", op.ErrShape, i, x.Shape, width)
		}
		width = x.Shape[1]
	}
	for i := embedGamma; i <= embedBeta; i++ {
		if err := rowShaped(i, &in[i], width); err != nil {
			return err
		}
	}
	for i := range in {
		switch i {
		case embedIDs, embedSegmentIDs, embedMask, embedPositionIDs:
		default:
			continue
		}
		x := &in[i]
		if x.Present() && x.Type != tensor.Int32 {
			return fmt.Errorf("%w: input %d is %v, want int32", op.ErrType, i, x.Type)
		}
		if !x.Present() || !x.Ranked {
			continue
		}
		repeats := i == embedPositionIDs && len(x.Shape) == 2 && x.Shape[0] == 1
		if len(x.Shape) != 2 || op.Clash(x.Shape[1], steps) || op.Clash(x.Shape[0], batch) && !repeats {
			return fmt.Errorf("%w: input_ids is [%d %d] but input %d is %v", op.ErrShape, batch, steps, i, x.Shape)
		}
	}
	for i := range out {
		if i == 1 {
			out[i].Tensor(tensor.Int32, batch)
		} else {
			out[i].Tensor(in[embedWords].Type, batch, steps, width)
		}
	}
	return nil
}

func (o *embedNorm) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[embedWords].Type {
	case tensor.Float32, tensor.Float16, tensor.BFloat16:
		return &embedKernel{e.Set, o}, nil
	}
	return nil, fmt.Errorf("%w: embeddings of %v", op.ErrUnsupported, in[embedWords].Type)
}

type embedKernel struct {
	set *kernels.Set
	*embedNorm
}

func (k *embedKernel) Resolve(f *op.Frame) error {
	n := f.In[embedWords].Shape[1]
	f.Scratch = 4 * 4 * n
	f.Split(f.In[embedIDs].Len(), float64(n)+30)
	f.Phases = append(f.Phases, op.Phase{Chunks: 1, Cost: f.In[embedIDs].Len()})
	return nil
}

func (k *embedKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	if phase == 1 {
		k.count(f)
		return nil
	}
	ids, n := f.In[embedIDs], f.In[embedWords].Shape[1]
	work := tensor.View[float32](f.Work(worker))
	sum, part, gamma, beta := work[:n], work[n:2*n], work[2*n:3*n], work[3*n:4*n]
	read(gamma, f.In[embedGamma], 0)
	read(beta, f.In[embedBeta], 0)
	lo, hi := f.Span(phase, chunk, ids.Len())
	for i := lo; i < hi; i++ {
		if err := row(sum, f.In[embedWords], "input_ids", op.Data[int32](ids)[i]); err != nil {
			return err
		}
		position := int32(i % ids.Shape[1])
		if p := optional(f, embedPositionIDs); p != nil {
			position = op.Data[int32](p)[i%p.Len()]
		}
		if err := row(part, f.In[embedPositions], "position", position); err != nil {
			return err
		}
		k.set.Add(sum, sum, part)
		if s := optional(f, embedSegmentIDs); s != nil {
			if err := row(part, f.In[embedSegments], "segment_ids", op.Data[int32](s)[i]); err != nil {
				return err
			}
			k.set.Add(sum, sum, part)
		}
		if len(f.Out) > 2 && f.Out[2] != nil {
			write(f.Out[2], i*n, sum)
		}
		k.set.Normalize(part, sum, gamma, beta, k.eps)
		if f.Out[0] != nil {
			write(f.Out[0], i*n, part)
		}
	}
	return nil
}

// optional returns an input that may be absent.
func optional(f *op.Frame, i int) *op.Value {
	if i < len(f.In) {
		return f.In[i]
	}
	return nil
}

// count writes mask_index.
func (k *embedKernel) count(f *op.Frame) {
	if len(f.Out) < 2 || f.Out[1] == nil {
		return
	}
	steps := f.In[embedIDs].Shape[1]
	for b, index := 0, op.Data[int32](f.Out[1]); b < f.Out[1].Len(); b++ {
		index[b] = 0
		if m := optional(f, embedMask); m != nil {
			for _, v := range op.Data[int32](m)[b*steps : (b+1)*steps] {
				if v == 1 {
					index[b]++
				}
			}
		}
	}
}

// row reads row i of a table [rows len(dst)].
func row(dst []float32, table *op.Value, name string, i int32) error {
	if i < 0 || int(i) >= table.Shape[0] {
		return fmt.Errorf("%w: %s is %d, the table has %d rows", op.ErrInput, name, i, table.Shape[0])
	}
	read(dst, table, int(i)*len(dst))
	return nil
}

// read copies elements of v, from one on, to float32.
func read(dst []float32, v *op.Value, at int) {
	size := v.Type.Size()
	convert(tensor.Float32, tensor.Storage(dst), v.Type, v.Bytes[at*size:][:len(dst)*size])
}

// write copies float32 to elements of v, from one on.
func write(v *op.Value, at int, src []float32) {
	size := v.Type.Size()
	convert(v.Type, v.Bytes[at*size:][:len(src)*size], tensor.Float32, tensor.Storage(src))
}

// convert converts between types of floating-point numbers.
func convert(to tensor.Type, dst []byte, from tensor.Type, src []byte) {
	if err := tensor.ConvertBytes(to, dst, from, src, tensor.ConvertOptions{Saturate: true}); err != nil {
		panic(err) // kernels are made for types that convert
	}
}
