package image_test

import (
	"fmt"
	"log"

	"github.com/sardonyx-go/sardonyx/models/image"
)

// A picture file becomes the input of an ImageNet classifier.
func Example() {
	pic, err := image.ReadFile("../../testdata/images/chelsea.png", image.Options{})
	if err != nil {
		log.Fatal(err)
	}
	preset, err := image.Named("imagenet")
	if err != nil {
		log.Fatal(err)
	}
	input, _, err := preset.Tensor(pic)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(pic.W, pic.H)
	fmt.Println(input)
	// Output:
	// 451 300
	// float32[1 3 224 224]
}

// A model's metadata and the shape of its input choose the preset; fields may
// be changed afterwards.
func ExampleChoose() {
	meta := map[string]string{"sardonyx.preset": "tf"}
	preset, err := image.Choose(meta, []int{-1, 3, 240, 240})
	if err != nil {
		log.Fatal(err)
	}
	preset.Filter = image.Bicubic
	fmt.Println(preset)
	// Output:
	// tf: crop 240x240 of short side 274, bicubic, (rgb/1 - [127 127 127]) / [128 128 128], nchw
}

// A detector's box is in pixels of its input; Source takes it back.
func ExamplePlacement_Source() {
	preset, err := image.Named("yolo640")
	if err != nil {
		log.Fatal(err)
	}
	_, at, err := preset.Tensor(image.New(1280, 720))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(at.Source(320, 320))
	// Output: 640 360
}
