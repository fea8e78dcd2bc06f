package image

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// made draws a picture by formula, with noise and hard edges; its twin is in
// tools/goldens/images.py.
func made(w, h int) *Picture {
	p := New(w, h)
	for y := range h {
		for x := range w {
			for c := range 3 {
				v := x*x*3 + y*y*5 + x*y + c*85
				if (x+2*y)%50 >= 25 {
					v = (x/7 + y/5 + c) & 1 * 255
				}
				p.Pix[3*(y*w+x)+c] = uint8(v)
			}
		}
	}
	return p
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// lines returns the lines of a golden file that are no comments.
func lines(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var out []string
	for l := range strings.Lines(string(data)) {
		if !strings.HasPrefix(l, "#") {
			out = append(out, strings.TrimSpace(l))
		}
	}
	require.NotEmpty(t, out)
	return out
}

// Networks see resized pictures only, so every filter must be Pillow's to the
// bit, for any pair of sizes.
func TestResizeEqualsPillow(t *testing.T) {
	for _, l := range lines(t, "testdata/resize.tsv") {
		var w, h, nw, nh int
		sums := make([]string, len(filters))
		_, err := fmt.Sscan(l, &w, &h, &nw, &nh, &sums[0], &sums[1], &sums[2], &sums[3], &sums[4])
		require.NoError(t, err)
		p := made(w, h)
		for f := range filters {
			got := Resize(p, nw, nh, Filter(f))
			require.Equal(t, [2]int{nw, nh}, [2]int{got.W, got.H})
			require.Equal(t, sums[f], hash(got.Pix)[:12], "%d x %d to %d x %d, %v", w, h, nw, nh, Filter(f))
		}
	}
}

// A view must not be taken for its parent, nor the source be written to.
func TestResizeKeepsSource(t *testing.T) {
	p := made(20, 10)
	before := hash(p.Pix)
	Resize(p, 7, 30, Lanczos)
	require.Equal(t, before, hash(p.Pix))
	require.Same(t, p, Resize(p, 20, 10, Bicubic))
}

func BenchmarkResize(b *testing.B) {
	p := made(4000, 3000)
	for f := range Nearest + 1 {
		b.Run(f.String(), func(b *testing.B) {
			b.SetBytes(int64(len(p.Pix)))
			for b.Loop() {
				Resize(p, 341, 256, f)
			}
		})
	}
}
