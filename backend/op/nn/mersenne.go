package nn

// mersenne is the generator MT19937 (Matsumoto and Nishimura, ACM Transactions
// on Modeling and Computer Simulation 8(1), 1998), which NumPy's legacy
// functions use and, with them, the official tests of Dropout.
type mersenne struct {
	state [624]uint32
	next  int
}

// seed starts the sequence of a seed, as init_genrand of the authors does.
func (m *mersenne) seed(s uint32) {
	m.state[0] = s
	for i := 1; i < len(m.state); i++ {
		s = 1812433253*(s^s>>30) + uint32(i)
		m.state[i] = s
	}
	m.next = len(m.state)
}

// twist computes the next 624 words.
func (m *mersenne) twist() {
	n := len(m.state)
	for i := range n {
		y := m.state[i]&0x80000000 | m.state[(i+1)%n]&0x7fffffff
		m.state[i] = m.state[(i+397)%n] ^ y>>1
		if y&1 != 0 {
			m.state[i] ^= 0x9908b0df
		}
	}
	m.next = 0
}

// word returns the next 32 bits.
func (m *mersenne) word() uint32 {
	if m.next == len(m.state) {
		m.twist()
	}
	y := m.state[m.next]
	m.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// uniform returns the next number in [0, 1), of 53 bits.
func (m *mersenne) uniform() float64 {
	a, b := m.word()>>5, m.word()>>6
	return (float64(a)*0x1p26 + float64(b)) * 0x1p-53
}
