// Package labels names the classes of models.
//
// Lists come from a file of one label a line ([ReadFile]) or are built in:
// [ImageNet] and [COCO], as torchvision numbers them. A model says nothing
// about its classes but how many there are; [ForClasses] finds the built-in
// list by that number.
//
// Functions return new slices, which callers may change.
package labels

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed imagenet.txt
var imagenet string

//go:embed coco.txt
var coco string

// Background is the label of "none of them" where a model has such a class.
const Background = "background"

// missing marks numbers of the COCO list that no picture was labelled with.
const missing = "N/A"

// ImageNet returns the 1000 classes of ILSVRC 2012, in the order of their
// WordNet numbers.
func ImageNet() []string { return strings.Split(strings.TrimSpace(imagenet), "\n") }

// COCO returns the 91 numbers of COCO's categories; 0 is the background, and
// ten numbers are not in use ("N/A").
func COCO() []string {
	names := strings.Split(strings.TrimSpace(coco), "\n")
	names[0] = Background
	return names
}

// ForClasses returns the built-in list for a model of n classes, or nil:
//
//	1000  ImageNet
//	1001  ImageNet behind a background, as TensorFlow's models have it
//	91    COCO
//	90    COCO without the background
//	80    COCO without the background and the numbers not in use, as YOLO has it
func ForClasses(n int) []string {
	switch n {
	case 1000:
		return ImageNet()
	case 1001:
		return append([]string{Background}, ImageNet()...)
	case 91:
		return COCO()
	case 90:
		return COCO()[1:]
	case 80:
		return slices.DeleteFunc(COCO()[1:], func(name string) bool { return name == missing })
	}
	return nil
}
