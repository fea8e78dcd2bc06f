package image

import "fmt"

// Order is the sequence of the channels of a tensor.
type Order uint8

const (
	RGB  Order = iota
	BGR        // as OpenCV and Caffe have them
	Gray       // one channel, luma as in Pillow's convert("L")
)

var orders = [...]string{"rgb", "bgr", "gray"}

// String returns the name in lower case.
func (o Order) String() string {
	if int(o) >= len(orders) {
		return fmt.Sprintf("order(%d)", uint8(o))
	}
	return orders[o]
}

// Channels returns 1 or 3.
func (o Order) Channels() int {
	if o == Gray {
		return 1
	}
	return 3
}

// Layout is the sequence of the dims of a tensor.
type Layout uint8

const (
	NCHW Layout = iota // batch, channels, height, width
	NHWC               // batch, height, width, channels
)

var layouts = [...]string{"nchw", "nhwc"}

// String returns the name in lower case.
func (l Layout) String() string {
	if int(l) >= len(layouts) {
		return fmt.Sprintf("layout(%d)", uint8(l))
	}
	return layouts[l]
}

// Shape returns the dims of a batch.
func (l Layout) Shape(n, c, h, w int) []int {
	if l == NHWC {
		return []int{n, h, w, c}
	}
	return []int{n, c, h, w}
}

// Norm says how a sample v of 0...255 becomes a float:
//
//	(v/Divide - Mean[c]) / Std[c]
//
// where c counts the tensor's channels, so that Mean[0] is blue's when the
// order is BGR. A Divide or Std of 0 counts as 1: the zero Norm keeps 0...255.
type Norm struct {
	Divide    float32
	Mean, Std [3]float32
	Order     Order
	Layout    Layout
}

// table holds the result of every sample of channel c. Its arithmetic is that
// of torchvision's ToTensor and Normalize, step by step in float32, so results
// have the same bits.
func (n Norm) table(c int) *[256]float32 {
	divide, std := n.Divide, n.Std[c]
	if divide == 0 {
		divide = 1
	}
	if std == 0 {
		std = 1
	}
	t := new([256]float32)
	for v := range t {
		t[v] = (float32(v)/divide - n.Mean[c]) / std
	}
	return t
}

// Normalize writes one picture of W x H pixels into dst, which has room for
// W*H times the number of channels. It is one pass over the pixels.
func Normalize(dst []float32, p *Picture, n Norm) {
	size := p.W * p.H
	dst = dst[:size*n.Order.Channels()]
	if n.Order == Gray {
		t := n.table(0)
		for i := range dst {
			s := p.Pix[3*i : 3*i+3]
			dst[i] = t[(19595*uint32(s[0])+38470*uint32(s[1])+7471*uint32(s[2])+1<<15)>>16&255]
		}
		return
	}
	first, last := 0, 2 // samples of a pixel that are channels 0 and 2
	if n.Order == BGR {
		first, last = 2, 0
	}
	t0, t1, t2 := n.table(0), n.table(1), n.table(2)
	if n.Layout == NHWC {
		for i := 0; i < len(dst); i += 3 {
			s, d := p.Pix[i:i+3], dst[i:i+3]
			d[0], d[1], d[2] = t0[s[first]], t1[s[1]], t2[s[last]]
		}
		return
	}
	c0, c1, c2 := dst[:size], dst[size:2*size], dst[2*size:]
	for i := range c0 {
		s := p.Pix[3*i : 3*i+3]
		c0[i], c1[i], c2[i] = t0[s[first]], t1[s[1]], t2[s[last]]
	}
}
