package op

import "fmt"

// Broadcast appends the shape of an elementwise result of shapes a and b: numpy
// rules, aligned at the last dim. A symbol against 1 stays; a symbol against
// another size is taken to be that size, unless that is 1; two different
// symbols make an unknown dim.
func Broadcast(dst, a, b []int) ([]int, error) {
	n := max(len(a), len(b))
	for i := range n {
		x, y := 1, 1
		if j := i - n + len(a); j >= 0 {
			x = a[j]
		}
		if j := i - n + len(b); j >= 0 {
			y = b[j]
		}
		switch {
		case x == y || y == 1:
			dst = append(dst, x)
		case x == 1:
			dst = append(dst, y)
		case x < 0 && y < 0:
			dst = append(dst, Unknown)
		case x < 0:
			dst = append(dst, y)
		case y < 0:
			dst = append(dst, x)
		default:
			return nil, fmt.Errorf("%w: %v and %v differ at dim %d: %d and %d", ErrShape, a, b, i-n, x, y)
		}
	}
	return dst, nil
}

// BroadcastStrides appends the strides with which a value of the given shape
// and strides is read as the broadcast shape to: 0 where it repeats.
func BroadcastStrides(dst, shape, stride, to []int) []int {
	for i := range to {
		j := i - len(to) + len(shape)
		if j < 0 || shape[j] == 1 && to[i] != 1 {
			dst = append(dst, 0)
		} else {
			dst = append(dst, stride[j])
		}
	}
	return dst
}

// Same reports whether two dims are certainly equal.
func Same(a, b int) bool { return a == b && a != Unknown }

// Clash reports whether two dims are certainly different.
func Clash(a, b int) bool { return a >= 0 && b >= 0 && a != b }

// Product returns the product of dims, Unknown if one is not known (unless one
// is 0).
func Product(dims []int) int {
	n := 1
	for _, d := range dims {
		switch {
		case d == 0:
			return 0
		case d < 0 || n < 0:
			n = Unknown
		default:
			n *= d
		}
	}
	return n
}
