package main

import "strings"

// nearest returns the name that word was probably meant to be: the one with the
// fewest edits, at most two and fewer than half of its letters, or the only one
// it begins; "" if there is none.
func nearest(word string, names []string) string {
	best, edits := "", 3
	for _, n := range names {
		if d := distance(word, n); d < edits && 2*d < max(len(n), 3) {
			best, edits = n, d
		}
	}
	if best != "" || word == "" {
		return best
	}
	for _, n := range names {
		if strings.HasPrefix(n, word) {
			if best != "" {
				return ""
			}
			best = n
		}
	}
	return best
}

// distance is the number of insertions, deletions, replacements and swaps of
// neighbours that make b of a (the optimal string alignment distance).
func distance(a, b string) int {
	var before []int // the row before the last one
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
