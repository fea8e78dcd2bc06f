package classify

import (
	"fmt"
	"log"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/tensor"
)

var inf = float32(math.Inf(1))

// Softmax of probabilities would flatten them, and logits are no percentages.
func TestProbabilities(t *testing.T) {
	for _, c := range []struct {
		name     string
		in, want []float32
	}{
		{"probabilities stay", []float32{0.2, 0.7, 0.1}, []float32{0.2, 0.7, 0.1}},
		{"8-bit probabilities stay", []float32{0, 251. / 256, 3. / 256}, []float32{0, 251. / 256, 3. / 256}},
		{"logits", []float32{0, float32(math.Log(3))}, []float32{0.25, 0.75}},
		{"logits in 0...1", []float32{1, 1}, []float32{0.5, 0.5}},
		{"negative logits that add up to 1", []float32{2, -1}, []float32{0.95257413, 0.047425874}},
		{"large logits", []float32{3e38, 3e38, -3e38}, []float32{0.5, 0.5, 0}},
		{"infinite logits", []float32{inf, 5, -inf, inf}, []float32{0.5, 0, 0, 0.5}},
		{"masked logits", []float32{-inf, 0, 0}, []float32{0, 0.5, 0.5}},
		{"nothing known", []float32{-inf, -inf}, []float32{0.5, 0.5}},
		{"one probability", []float32{0.3}, []float32{0.3}},
		{"one logit", []float32{-2}, []float32{0.11920292}},
	} {
		got, err := Probabilities(c.in)
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, got, c.name)
	}
	_, err := Probabilities([]float32{0, float32(math.NaN())})
	require.EqualError(t, err, "the score of class 1 is not a number")
}

func TestTopK(t *testing.T) {
	p := []float32{0.1, 0.3, 0.3, 0.05, 0.25}
	want := []Result{{1, "b", 0.3}, {2, "class 2", 0.3}, {4, "class 4", 0.25}}
	for _, shape := range [][]int{{5}, {1, 5}, {1, 5, 1, 1}} {
		got, err := TopK(tensor.Of(p, shape...), []string{"a", "b", ""}, 3)
		require.NoError(t, err)
		require.Equal(t, want, got, shape)
	}
	got, err := TopK(tensor.Of([]float64{0.25, 0.75}, 2), nil, 9)
	require.NoError(t, err)
	require.Equal(t, []Result{{1, "class 1", 0.75}, {0, "class 0", 0.25}}, got)
	got, err = TopK(tensor.Of(p, 5), nil, -1)
	require.NoError(t, err)
	require.Empty(t, got)

	both, err := Batch(tensor.Of([]float32{1, 0, 0, 1}, 2, 2), nil, 1)
	require.NoError(t, err)
	require.Equal(t, [][]Result{{{0, "class 0", 1}}, {{1, "class 1", 1}}}, both)

	for _, c := range []struct {
		in   *tensor.Tensor
		want string
	}{
		{tensor.Of(p[:4], 2, 2), "scores of shape [2 2] are of 2 pictures, not of one"},
		{tensor.Of(p[:4], 1, 2, 2), "scores of shape [1 2 2] are no N x C"},
		{tensor.New(tensor.Float32, 1, 0), "scores of shape [1 0] are no N x C"},
		{tensor.New(tensor.Int64, 3), "scores are int64, want float32 or float64"},
	} {
		_, err := TopK(c.in, nil, 1)
		require.EqualError(t, err, c.want)
	}
}

func Example() {
	logits := tensor.Of([]float32{1.2, 5.5, 3.1}, 1, 3)
	top, err := TopK(logits, []string{"owl", "cat", "dog"}, 2)
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range top {
		fmt.Println(r)
	}
	// Output:
	// 0.906 cat
	// 0.082 dog
}
