//go:build !purego

package kernels

import "github.com/sardonyx-go/sardonyx/kernels/arm64"

// neon replaces what has assembly. sin, cos and pow work in float64 and have none.
func (s *vecSet) neon() {
	s.exp = arm64.ExpNEON
	s.log = arm64.LogNEON
	s.tanh = arm64.TanhNEON
	s.sigmoid = arm64.SigmoidNEON
	s.silu = arm64.SiluNEON
	s.gelu = arm64.GeluNEON
	s.geluTanh = arm64.GeluTanhNEON
	s.erf = arm64.ErfNEON
	s.softplus = arm64.SoftplusNEON

	s.sqrt = arm64.SqrtNEON
	s.reciprocal = arm64.ReciprocalNEON
	s.neg = arm64.NegNEON
	s.abs = arm64.AbsNEON
	s.relu = arm64.ReluNEON
	s.floor = arm64.FloorNEON
	s.ceil = arm64.CeilNEON
	s.round = arm64.RoundNEON
	s.hardSwish = arm64.HardSwishNEON

	s.leakyRelu = arm64.LeakyReluNEON
	s.elu = arm64.EluNEON

	s.addScalar = arm64.AddScalarNEON
	s.subScalar = arm64.SubScalarNEON
	s.rsubScalar = arm64.RSubScalarNEON
	s.mulScalar = arm64.MulScalarNEON
	s.divScalar = arm64.DivScalarNEON
	s.rdivScalar = arm64.RDivScalarNEON

	s.clip = arm64.ClipNEON
	s.hardSigmoid = arm64.HardSigmoidNEON
	s.subTwo = arm64.SubTwoNEON

	s.add = arm64.AddNEON
	s.sub = arm64.SubNEON
	s.mul = arm64.MulNEON
	s.div = arm64.DivNEON
	s.max = arm64.MaxNEON
	s.min = arm64.MinNEON
	s.prelu = arm64.PReluNEON
	s.affine = arm64.AffineNEON

	s.sum = arm64.SumNEON
	s.maxOf = arm64.MaxOfNEON
	s.minOf = arm64.MinOfNEON
	s.anyNaN = arm64.AnyNaNNEON
	s.sumSquares = arm64.SumSquaresNEON
	s.expSum = arm64.ExpSumNEON
	s.expSumOnly = arm64.ExpSumOnlyNEON
	s.normalize = arm64.NormalizeNEON
	s.normalizeScale = arm64.NormalizeScaleNEON
}
