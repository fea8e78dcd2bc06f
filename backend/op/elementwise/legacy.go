package elementwise

import "github.com/sardonyx-go/sardonyx/graph"

// LegacyTail returns what an [Op] needs for nodes of versions 1 to 6, where the
// second operand has the first one's shape, or, with the attribute broadcast,
// that of some of its dims: from the attribute axis on, by default the last.
func LegacyTail(n *graph.Node) func(x, y int) int {
	if n.Int("broadcast", 0) == 0 || !n.Has("axis") {
		return func(x, y int) int { return 0 }
	}
	axis := n.Int("axis", 0)
	return func(x, y int) int {
		at := axis
		if at < 0 {
			at += x
		}
		return x - y - at
	}
}
