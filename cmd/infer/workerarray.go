package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/sardonyx-go/sardonyx/models/npy"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// What a worker exchanges with its harness are .npy files. Element types that
// NumPy lacks are in them as unsigned integers of their bits, an element each;
// strings are in a .json file instead.

// arrayOfStrings is the content of such a .json file.
type arrayOfStrings struct {
	Shape   []int    `json:"shape"`
	Strings []string `json:"strings"`
}

// readArray reads an array of the given type; path lacks the extension.
func readArray(path string, want tensor.Type) (*tensor.Tensor, error) {
	if want == tensor.String {
		b, err := os.ReadFile(path + ".json")
		if err != nil {
			return nil, err
		}
		var a arrayOfStrings
		if err := json.Unmarshal(b, &a); err != nil {
			return nil, err
		}
		if n, ok := tensor.Elements(a.Shape); !ok || n != len(a.Strings) {
			return nil, fmt.Errorf("%s.json: %d strings of shape %v", path, len(a.Strings), a.Shape)
		}
		return tensor.OfStrings(a.Strings, a.Shape...), nil
	}
	x, err := npy.ReadFile(path + ".npy")
	if err != nil {
		return nil, err
	}
	if t := bitsOf(want); t != want && t == x.Type() {
		return tensor.FromBytes(want, x.Bytes(), x.Shape()...)
	}
	return x, nil
}

// writeArray writes an array; path lacks the extension.
func writeArray(path string, x *tensor.Tensor) error {
	if x.Type() == tensor.String {
		b, err := json.Marshal(arrayOfStrings{x.Shape(), x.Strings()})
		if err != nil {
			return err
		}
		return os.WriteFile(path+".json", b, 0o666)
	}
	if t := bitsOf(x.Type()); t != x.Type() {
		bits, err := tensor.FromBytes(t, x.Bytes(), x.Shape()...)
		if err != nil {
			return err
		}
		x = bits
	}
	return npy.WriteFile(path+".npy", x)
}

// bitsOf returns the type an array of t is stored as.
func bitsOf(t tensor.Type) tensor.Type {
	switch {
	case t < tensor.BFloat16:
		return t
	case t.Size() == 2:
		return tensor.Uint16
	}
	return tensor.Uint8
}
