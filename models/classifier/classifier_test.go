package classifier_test

import (
	"bytes"
	"fmt"
	"log"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/models/classifier"
	"github.com/sardonyx-go/sardonyx/models/image"
)

// A caller that writes into the file it got must not change the next one's,
// and names, input and preset must be the model's.
func TestModel(t *testing.T) {
	a := classifier.Model()
	for _, name := range []string{"image", "probs"} {
		require.True(t, bytes.Contains(a, []byte(name)), "no value %q in the model", name)
	}
	first := a[0]
	a[0] ^= 0xff
	require.Equal(t, first, classifier.Model()[0])
	require.Len(t, classifier.Labels(), 1000)
	require.Equal(t, "Egyptian cat", classifier.Labels()[285])
}

// What goes into the model, for a picture of any size.
func Example() {
	pic, err := image.ReadFile("../../testdata/images/coffee.png", image.Options{})
	if err != nil {
		log.Fatal(err)
	}
	input, _, err := classifier.Preset().Tensor(pic)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(input)
	fmt.Println(classifier.Labels()[967])
	// Output:
	// float32[1 3 224 224]
	// espresso
}
