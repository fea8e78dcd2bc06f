package kernels

//go:generate go run ./gen/vec

// vecSet holds the elementwise kernels and the reductions of a Set.
type vecSet struct {
	exp, log, tanh, sigmoid, silu, gelu, geluTanh, erf, softplus unary
	sqrt, reciprocal, neg, abs, relu, floor, ceil, round         unary
	sin, cos, hardSwish                                          unary
	leakyRelu, elu                                               unary1
	addScalar, subScalar, rsubScalar                             unary1
	mulScalar, divScalar, rdivScalar                             unary1
	clip, hardSigmoid, subTwo                                    unary2
	add, sub, mul, div, max, min, pow, prelu                     binary
	affine                                                       ternary

	sum, maxOf, minOf func(x []float32) float32
	anyNaN            func(x []float32) bool
	sumSquares        func(x []float32, mean float32) float32
	expSum            func(dst, x []float32, max float32) float32
	expSumOnly        func(x []float32, max float32) float32
	normalize         func(dst, x, scale, bias []float32, mean, inv float32)
	normalizeScale    func(dst, x, scale []float32, mean, inv float32)
}

var portableVec = vecSet{
	exp: each(Exp32), log: each(Log32), tanh: each(Tanh32), sigmoid: each(Sigmoid32), silu: each(Silu32),
	gelu: each(Gelu32), geluTanh: each(GeluTanh32), erf: each(Erf32), softplus: each(Softplus32),
	sqrt: each(Sqrt32), reciprocal: each(reciprocal), neg: each(neg), abs: each(abs32), relu: relu,
	floor: each(floor), ceil: each(ceil), round: each(round),
	sin: each(Sin32), cos: each(Cos32), hardSwish: each(hardSwish),

	leakyRelu: leakyRelu, elu: elu,
	addScalar: addScalar, subScalar: subScalar, rsubScalar: rsubScalar,
	mulScalar: mulScalar, divScalar: divScalar, rdivScalar: rdivScalar,
	clip: clip, hardSigmoid: hardSigmoid, subTwo: subTwo,

	add: add, sub: sub, mul: mul, div: div, max: pairs(maximum), min: pairs(minimum), pow: pairs(Pow32), prelu: pairs(prelu),
	affine: affine,

	sum: sum, maxOf: maxOf, minOf: minOf, anyNaN: anyNaN, sumSquares: sumSquares,
	expSum: expSum, expSumOnly: expSumOnly, normalize: normalize, normalizeScale: normalizeScale,
}

// Forms of elementwise kernels. Each writes len(dst) elements; the other
// slices are as long, and each may be dst itself.
type (
	unary   func(dst, x []float32)
	unary1  func(dst, x []float32, a float32)
	unary2  func(dst, x []float32, a, b float32)
	binary  func(dst, x, y []float32)
	ternary func(dst, x, y, z []float32)
)

// block is the most elements one call of assembly gets: assembly cannot be
// preempted, and a garbage collection waits for it. 16 Ki elements of the
// slowest function are about 10 us, and their three operands fit a second-level cache.
const block = 16 << 10

// The methods run cut the work in blocks. The methods call are not inlined, so
// that their prologues are points where a goroutine can be preempted.

func (f unary) run(dst, x []float32) {
	x = x[:len(dst)]
	for len(dst) > block {
		f.call(dst[:block], x[:block])
		dst, x = dst[block:], x[block:]
	}
	f.call(dst, x)
}

//go:noinline
func (f unary) call(dst, x []float32) { f(dst, x) }

func (f unary1) run(dst, x []float32, a float32) {
	x = x[:len(dst)]
	for len(dst) > block {
		f.call(dst[:block], x[:block], a)
		dst, x = dst[block:], x[block:]
	}
	f.call(dst, x, a)
}

//go:noinline
func (f unary1) call(dst, x []float32, a float32) { f(dst, x, a) }

func (f unary2) run(dst, x []float32, a, b float32) {
	x = x[:len(dst)]
	for len(dst) > block {
		f.call(dst[:block], x[:block], a, b)
		dst, x = dst[block:], x[block:]
	}
	f.call(dst, x, a, b)
}

//go:noinline
func (f unary2) call(dst, x []float32, a, b float32) { f(dst, x, a, b) }

func (f binary) run(dst, x, y []float32) {
	x, y = x[:len(dst)], y[:len(dst)]
	for len(dst) > block {
		f.call(dst[:block], x[:block], y[:block])
		dst, x, y = dst[block:], x[block:], y[block:]
	}
	f.call(dst, x, y)
}

//go:noinline
func (f binary) call(dst, x, y []float32) { f(dst, x, y) }

func (f ternary) run(dst, x, y, z []float32) {
	x, y, z = x[:len(dst)], y[:len(dst)], z[:len(dst)]
	for len(dst) > block {
		f.call(dst[:block], x[:block], y[:block], z[:block])
		dst, x, y, z = dst[block:], x[block:], y[block:], z[block:]
	}
	f.call(dst, x, y, z)
}

//go:noinline
func (f ternary) call(dst, x, y, z []float32) { f(dst, x, y, z) }

// each makes a kernel of a scalar function.
func each(f func(float32) float32) unary {
	return func(dst, x []float32) {
		for i, v := range x {
			dst[i] = f(v)
		}
	}
}

// pairs makes a kernel of a scalar function of two arguments.
func pairs(f func(x, y float32) float32) binary {
	return func(dst, x, y []float32) {
		for i, v := range x {
			dst[i] = f(v, y[i])
		}
	}
}
