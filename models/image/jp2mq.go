package image

// Contexts of the arithmetic decoder: of zeros, signs and refinements, of runs,
// and of bits that are as often 0 as 1.
const (
	ctxZero    = 0
	ctxSign    = 9
	ctxRefine  = 14
	ctxRun     = 17
	ctxUniform = 18
)

// mqState is a state of a context: the estimate that its less probable symbol
// comes, and the states that follow each symbol.
type mqState struct {
	qe       uint32
	mps, lps uint8
	swap     bool // the symbols exchange their roles
}

var mqStates = [47]mqState{
	{0x5601, 1, 1, true}, {0x3401, 2, 6, false}, {0x1801, 3, 9, false}, {0x0ac1, 4, 12, false}, {0x0521, 5, 29, false}, {0x0221, 38, 33, false},
	{0x5601, 7, 6, true}, {0x5401, 8, 14, false}, {0x4801, 9, 14, false}, {0x3801, 10, 14, false}, {0x3001, 11, 17, false}, {0x2401, 12, 18, false},
	{0x1c01, 13, 20, false}, {0x1601, 29, 21, false}, {0x5601, 15, 14, true}, {0x5401, 16, 14, false}, {0x5101, 17, 15, false}, {0x4801, 18, 16, false},
	{0x3801, 19, 17, false}, {0x3401, 20, 18, false}, {0x3001, 21, 19, false}, {0x2801, 22, 19, false}, {0x2401, 23, 20, false}, {0x2201, 24, 21, false},
	{0x1c01, 25, 22, false}, {0x1801, 26, 23, false}, {0x1601, 27, 24, false}, {0x1401, 28, 25, false}, {0x1201, 29, 26, false}, {0x1101, 30, 27, false},
	{0x0ac1, 31, 28, false}, {0x09c1, 32, 29, false}, {0x08a1, 33, 30, false}, {0x0521, 34, 31, false}, {0x0441, 35, 32, false}, {0x02a1, 36, 33, false},
	{0x0221, 37, 34, false}, {0x0141, 38, 35, false}, {0x0111, 39, 36, false}, {0x0085, 40, 37, false}, {0x0049, 41, 38, false}, {0x0025, 42, 39, false},
	{0x0015, 43, 40, false}, {0x0009, 44, 41, false}, {0x0005, 45, 42, false}, {0x0001, 45, 43, false}, {0x5601, 46, 46, false},
}

// mq is the arithmetic decoder (annex C).
type mq struct {
	data  []byte
	at    int
	c, a  uint32
	count int
	state [19]uint8
	mps   [19]uint8
}

func (m *mq) reset() {
	m.state, m.mps = [19]uint8{}, [19]uint8{}
	m.state[ctxZero], m.state[ctxRun], m.state[ctxUniform] = 4, 3, 46
}

func (m *mq) start(data []byte) {
	m.data, m.at = data, 0
	m.c = uint32(m.byte(0)) << 16
	m.next()
	m.c <<= 7
	m.count -= 7
	m.a = 0x8000
}

// byte returns a byte; 0xff beyond the end.
func (m *mq) byte(i int) byte {
	if i < len(m.data) {
		return m.data[i]
	}
	return 0xff
}

// next adds a byte to c; behind 0xff, 7 bits.
func (m *mq) next() {
	if m.byte(m.at) != 0xff {
		m.at++
		m.c += uint32(m.byte(m.at)) << 8
		m.count = 8
		return
	}
	if m.byte(m.at+1) > 0x8f { // a marker: the end
		m.c += 0xff00
		m.count = 8
		return
	}
	m.at++
	m.c += uint32(m.byte(m.at)) << 9
	m.count = 7
}

// bit decodes a bit in a context.
func (m *mq) bit(ctx int) uint8 {
	s := &mqStates[m.state[ctx]]
	d := m.mps[ctx]
	m.a -= s.qe
	var less bool
	if m.c>>16 < s.qe {
		less = m.a >= s.qe
		m.a = s.qe
	} else {
		m.c -= s.qe << 16
		if m.a&0x8000 != 0 {
			return d
		}
		less = m.a < s.qe
	}
	if less {
		d = 1 - d
		if s.swap {
			m.mps[ctx] = d
		}
		m.state[ctx] = s.lps
	} else {
		m.state[ctx] = s.mps
	}
	for {
		if m.count == 0 {
			m.next()
		}
		m.a <<= 1
		m.c <<= 1
		m.count--
		if m.a&0x8000 != 0 {
			return d
		}
	}
}
