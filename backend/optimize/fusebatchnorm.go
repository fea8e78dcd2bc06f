package optimize

import (
	"math"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// normalise folds a BatchNormalization behind a convolution with constant
// weights into them: with a = scale/sqrt(var+epsilon), W becomes W*a and the
// bias (bias-mean)*a + B, computed in float64 and rounded once.
func (f *fuser) normalise(conv, bn *graph.Node) bool {
	if len(bn.Inputs) < 5 || bn.Int("training_mode", 0) != 0 || bn.Int("spatial", 1) == 0 {
		return false
	}
	w := f.g.ConstOf(conv.Inputs[1])
	if w == nil || w.Type() != tensor.Float32 || w.Rank() < 3 {
		return false
	}
	// Output channel m is part m of W [M C/group k...] of a Conv, and part
	// m%(M/group) of each input channel of its group of W [C M/group k...] of a
	// ConvTranspose.
	m, groups, rows := w.Shape()[0], 1, 1
	if conv.Op == "ConvTranspose" {
		groups = max(1, conv.Int("group", 1))
		m, rows = w.Shape()[1]*groups, w.Shape()[0]/groups
	}
	var p [4][]float32 // scale, B, mean, var
	for i := range p {
		t := f.g.ConstOf(bn.Inputs[1+i])
		if t == nil || t.Type() != tensor.Float32 || t.Len() != m {
			return false
		}
		p[i] = tensor.Data[float32](t)
	}
	var old []float32
	if len(conv.Inputs) > 2 && conv.Inputs[2] != graph.None {
		t := f.g.ConstOf(conv.Inputs[2])
		if t == nil || t.Len() != m {
			return false
		}
		old = tensor.Data[float32](t)
	}
	scaled, bias := w.Clone(), tensor.New(tensor.Float32, m)
	ws, bs := tensor.Data[float32](scaled), tensor.Data[float32](bias)
	taps, of := w.Len()/max(m*rows, 1), m/groups
	for i := range m {
		a := float64(p[0][i]) / math.Sqrt(float64(p[3][i])+float64(bn.Float("epsilon", 1e-5)))
		for r := range rows {
			part := ws[((i/of*rows+r)*of+i%of)*taps:][:taps]
			for k, v := range part {
				part[k] = float32(float64(v) * a)
			}
		}
		b := 0.0
		if old != nil {
			b = float64(old[i])
		}
		bs[i] = float32((b-float64(p[2][i]))*a + float64(p[1][i]))
	}
	name := f.g.Values[conv.Inputs[1]].Name
	conv.Inputs = []graph.ValueID{conv.Inputs[0], f.constant(name, scaled), f.constant(name+"/bias", bias)}
	return true
}

// constant adds a constant to the graph, and what is known of it.
func (f *fuser) constant(name string, t *tensor.Tensor) graph.ValueID {
	id := f.g.Const(name, t)
	info := f.t.Infos[0]
	info.Clear()
	info.Shape = nil
	info.Tensor(t.Type(), t.Shape()...)
	info.Const = t
	f.t.Infos = append(f.t.Infos, info)
	return id
}
