package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Winograd's algorithms hold two to nine times the weights of a product. What
// they hold beyond is memory that can be spared: see op.Leaner.

// Spare implements [op.Leaner].
func (c conv) Spare(e *op.Env, in, out []op.Info) int {
	if in[0].Type != tensor.Float32 || in[0].Rank() < 3 || in[0].Order == op.Plain && out[0].Order == op.Plain || !canWinograd(e, &c, in) {
		return 0
	}
	s := in[1].Const.Shape()
	held := func(f kernels.Winograd) int {
		return 4 * planWinogradWeights(f, one(c.stride, 0), s[2], s[1], s[0]).len()
	}
	h, w := out[0].Shape[2], out[0].Shape[3]
	if h < 0 || w < 0 {
		return adaptiveHeld(one(c.stride, 0), held)
	}
	if f, ok := c.algorithm(s[2], s[1], s[0], h, w); ok {
		return held(f) - 4*kernels.PackedLen(s[1]*s[2]*s[3], s[0])
	}
	return 0
}

// Spare implements [op.Leaner].
func (c convTranspose) Spare(e *op.Env, in, out []op.Info) int {
	if in[0].Type != tensor.Float32 || in[0].Order != op.ChannelsLast || c.isFew(in) || !c.canWinograd(e, in) {
		return 0
	}
	s := in[1].Const.Shape()
	held := func(f kernels.Winograd) int { return 4 * 4 * planWinogradWeights(f, 1, 2, s[0], s[1]).len() }
	h, w := out[0].Shape[2], out[0].Shape[3]
	if h < 0 || w < 0 {
		return adaptiveHeld(2, held)
	}
	if f, ok := c.algorithm(s[0], s[1], h, w); ok {
		return held(f) - 4*16*kernels.PackedLen(s[0], s[1])
	}
	return 0
}

// adaptiveHeld returns what images of all sizes may need beside the weights of
// the product: those of the algorithm for large images and that for small ones.
func adaptiveHeld(stride int, held func(kernels.Winograd) int) int {
	if stride == 2 {
		return held(kernels.F42) + held(kernels.F22)
	}
	return held(kernels.F43) + held(kernels.F23)
}

// Held implements [op.Holder].
func (k *product) Held() int {
	if k.weights == nil {
		return 0
	}
	return 4 * (len(k.weights.data) + len(k.bias))
}

// Held implements [op.Holder].
func (k *winograd) Held() int { return 4 * (len(k.weights.data) + len(k.bias)) }

// Held implements [op.Holder].
func (k *adaptive) Held() int {
	w, stride := k.direct.weights, one(k.direct.c.stride, 0)
	side := 3
	if w.taps == 16 {
		side = 4
	}
	return k.direct.Held() + adaptiveHeld(stride, func(f kernels.Winograd) int {
		return 4 * planWinogradWeights(f, stride, side, w.cin, w.cout).len()
	})
}

// Held implements [op.Holder].
func (k *transposeWinograd) Held() int {
	n := 4 * len(k.phases[0].bias)
	for _, p := range k.phases {
		n += 4 * len(p.weights.data)
	}
	return n
}

// Held implements [op.Holder].
func (k *transposeProduct) Held() int {
	if k.weights == nil {
		return 0
	}
	return 4 * (len(k.weights.data) + len(k.bias))
}

// Held implements [op.Holder].
func (k *transposeAdaptive) Held() int {
	w := k.direct.weights
	return k.direct.Held() + adaptiveHeld(2, func(f kernels.Winograd) int {
		return 4 * 4 * planWinogradWeights(f, 1, 2, w.cin, w.cout).len()
	})
}
