//go:build !purego

package kernels

import "github.com/sardonyx-go/sardonyx/kernels/amd64"

// avx2 replaces what has assembly. sin, cos and pow work in float64 and have none.
func (s *vecSet) avx2() {
	s.exp = amd64.ExpAVX2
	s.log = amd64.LogAVX2
	s.tanh = amd64.TanhAVX2
	s.sigmoid = amd64.SigmoidAVX2
	s.silu = amd64.SiluAVX2
	s.gelu = amd64.GeluAVX2
	s.geluTanh = amd64.GeluTanhAVX2
	s.erf = amd64.ErfAVX2
	s.softplus = amd64.SoftplusAVX2

	s.sqrt = amd64.SqrtAVX2
	s.reciprocal = amd64.ReciprocalAVX2
	s.neg = amd64.NegAVX2
	s.abs = amd64.AbsAVX2
	s.relu = amd64.ReluAVX2
	s.floor = amd64.FloorAVX2
	s.ceil = amd64.CeilAVX2
	s.round = amd64.RoundAVX2
	s.hardSwish = amd64.HardSwishAVX2

	s.leakyRelu = amd64.LeakyReluAVX2
	s.elu = amd64.EluAVX2

	s.addScalar = amd64.AddScalarAVX2
	s.subScalar = amd64.SubScalarAVX2
	s.rsubScalar = amd64.RSubScalarAVX2
	s.mulScalar = amd64.MulScalarAVX2
	s.divScalar = amd64.DivScalarAVX2
	s.rdivScalar = amd64.RDivScalarAVX2

	s.clip = amd64.ClipAVX2
	s.hardSigmoid = amd64.HardSigmoidAVX2
	s.subTwo = amd64.SubTwoAVX2

	s.add = amd64.AddAVX2
	s.sub = amd64.SubAVX2
	s.mul = amd64.MulAVX2
	s.div = amd64.DivAVX2
	s.max = amd64.MaxAVX2
	s.min = amd64.MinAVX2
	s.prelu = amd64.PReluAVX2
	s.affine = amd64.AffineAVX2

	s.sum = amd64.SumAVX2
	s.maxOf = amd64.MaxOfAVX2
	s.minOf = amd64.MinOfAVX2
	s.anyNaN = amd64.AnyNaNAVX2
	s.sumSquares = amd64.SumSquaresAVX2
	s.expSum = amd64.ExpSumAVX2
	s.expSumOnly = amd64.ExpSumOnlyAVX2
	s.normalize = amd64.NormalizeAVX2
	s.normalizeScale = amd64.NormalizeScaleAVX2
}

// avx512 replaces what has assembly.
func (s *vecSet) avx512() {
	s.exp = amd64.ExpAVX512
	s.log = amd64.LogAVX512
	s.tanh = amd64.TanhAVX512
	s.sigmoid = amd64.SigmoidAVX512
	s.silu = amd64.SiluAVX512
	s.gelu = amd64.GeluAVX512
	s.geluTanh = amd64.GeluTanhAVX512
	s.erf = amd64.ErfAVX512
	s.softplus = amd64.SoftplusAVX512

	s.sqrt = amd64.SqrtAVX512
	s.reciprocal = amd64.ReciprocalAVX512
	s.neg = amd64.NegAVX512
	s.abs = amd64.AbsAVX512
	s.relu = amd64.ReluAVX512
	s.floor = amd64.FloorAVX512
	s.ceil = amd64.CeilAVX512
	s.round = amd64.RoundAVX512
	s.hardSwish = amd64.HardSwishAVX512

	s.leakyRelu = amd64.LeakyReluAVX512
	s.elu = amd64.EluAVX512

	s.addScalar = amd64.AddScalarAVX512
	s.subScalar = amd64.SubScalarAVX512
	s.rsubScalar = amd64.RSubScalarAVX512
	s.mulScalar = amd64.MulScalarAVX512
	s.divScalar = amd64.DivScalarAVX512
	s.rdivScalar = amd64.RDivScalarAVX512

	s.clip = amd64.ClipAVX512
	s.hardSigmoid = amd64.HardSigmoidAVX512
	s.subTwo = amd64.SubTwoAVX512

	s.add = amd64.AddAVX512
	s.sub = amd64.SubAVX512
	s.mul = amd64.MulAVX512
	s.div = amd64.DivAVX512
	s.max = amd64.MaxAVX512
	s.min = amd64.MinAVX512
	s.prelu = amd64.PReluAVX512
	s.affine = amd64.AffineAVX512

	s.sum = amd64.SumAVX512
	s.maxOf = amd64.MaxOfAVX512
	s.minOf = amd64.MinOfAVX512
	s.anyNaN = amd64.AnyNaNAVX512
	s.sumSquares = amd64.SumSquaresAVX512
	s.expSum = amd64.ExpSumAVX512
	s.expSumOnly = amd64.ExpSumOnlyAVX512
	s.normalize = amd64.NormalizeAVX512
	s.normalizeScale = amd64.NormalizeScaleAVX512
}
