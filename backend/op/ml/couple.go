package ml

import "math"

// coupling returns how much memory couple needs for n classes.
func coupling(n int) int { return n*n + n }

// couple sets p to probabilities of classes that fit best to those of pairs:
// r holds, for i < j in order, the probability of class i if it is one of i and j.
// It is algorithm 2 of Wu, Lin and Weng, "Probability Estimates for Multi-class
// Classification by Pairwise Coupling", JMLR 5 (2004), as in LIBSVM: it stops as
// soon as the result is good to 0.005/n.
func couple(p, r, work []float64) {
	const least = 1e-7
	n := len(p)
	q, qp := work[:n*n], work[n*n:][:n]
	clear(q)
	k := 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			a := min(max(r[k], least), 1-least)
			b := 1 - a
			q[j*n+j] += a * a
			q[i*n+i] += b * b
			q[i*n+j], q[j*n+i] = -a*b, -a*b
			k++
		}
		p[i] = 1 / float64(n)
	}
	for range max(100, n) {
		sum, worst := 0., 0.
		for i := range n {
			qp[i] = 0
			for j := range n {
				qp[i] += q[i*n+j] * p[j]
			}
			sum += p[i] * qp[i]
		}
		for i := range n {
			worst = max(worst, math.Abs(qp[i]-sum))
		}
		if worst < 0.005/float64(n) {
			return
		}
		for i := range n {
			d := (sum - qp[i]) / q[i*n+i]
			p[i] += d
			sum = (sum + d*(d*q[i*n+i]+2*qp[i])) / (1 + d) / (1 + d)
			for j := range n {
				qp[j] = (qp[j] + d*q[i*n+j]) / (1 + d)
				p[j] /= 1 + d
			}
		}
	}
}
