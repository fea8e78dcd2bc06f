package elementwise

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Broadcast makes out a tensor of type t and of the shape that the shapes of
// all inputs broadcast to (see [op.Broadcast]); of unknown rank if that of an
// input is unknown.
func Broadcast(out *op.Info, t tensor.Type, in []op.Info) error {
	rank := 0
	for i := range in {
		if !in[i].Ranked {
			out.TensorOfRank(t, -1)
			return nil
		}
		rank = max(rank, len(in[i].Shape))
	}
	out.TensorOfRank(t, rank)
	for d := range rank {
		size := 1
		for i := range in {
			j := d - rank + len(in[i].Shape)
			if j < 0 {
				continue
			}
			y := in[i].Shape[j]
			switch {
			case size == y || y == 1:
			case size == 1:
				size = y
			case size < 0 && y < 0:
				size = op.Unknown
			case size < 0:
				size = y
			case y >= 0:
				return fmt.Errorf("%w: inputs differ at dim %d: %d and %d", op.ErrShape, d-rank, size, y)
			}
		}
		out.Shape[d] = size
	}
	return nil
}

// Tensors checks that the inputs are there and tensors.
func Tensors(in []op.Info) error {
	for i := range in {
		if in[i].Kind != graph.Tensor {
			return fmt.Errorf("%w: input %d is not a tensor", op.ErrInput, i)
		}
	}
	return nil
}

// SameType checks that the inputs are tensors of one element type.
func SameType(in []op.Info) error {
	if err := Tensors(in); err != nil {
		return err
	}
	for i := range in {
		if in[i].Type != in[0].Type {
			return fmt.Errorf("%w: input 0 is %v but input %d is %v", op.ErrType, in[0].Type, i, in[i].Type)
		}
	}
	return nil
}

// Layouts returns the orders in which an elementwise operator may work: plain,
// or channels-last for all inputs of the output's rank.
func Layouts(in []op.Info, outputs int) []op.Signature {
	rank := -1
	for i := range in {
		if !in[i].Present() {
			continue
		}
		if !in[i].Ranked {
			rank = -1
			break
		}
		rank = max(rank, len(in[i].Shape))
	}
	plain := op.Signature{In: make([]op.Order, len(in)), Out: make([]op.Order, outputs)}
	if rank < 3 {
		return []op.Signature{plain}
	}
	last := op.Signature{In: make([]op.Order, len(in)), Out: make([]op.Order, outputs)}
	for i := range in {
		if len(in[i].Shape) == rank {
			last.In[i] = op.ChannelsLast
		}
	}
	for i := range last.Out {
		last.Out[i] = op.ChannelsLast
	}
	return []op.Signature{plain, last}
}
