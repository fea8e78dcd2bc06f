package tensor_test

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/tensor"
)

func Example() {
	x := tensor.Of([]float32{0.1, 2.5, 300, -1000, 7, 8}, 2, 3)
	y, err := tensor.Convert(tensor.Float8E4M3FN, x, tensor.ConvertOptions{Saturate: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tensor.Format(y, 100))
	fmt.Println(tensor.At[tensor.E4M3FN](y, 1, 0).Float32())
	// Output:
	// float8e4m3fn[2 3]
	// [[0.1015625       2.5       288]
	//  [     -448         7         8]]
	// -448
}

// A file holds two 4-bit elements in a byte; in memory each has its own.
func ExampleUnpack() {
	packed := []byte{0x21, 0x0f}
	x := tensor.New(tensor.Int4, 3)
	tensor.Unpack(tensor.Int4, x.Bytes(), packed)
	fmt.Println(tensor.Data[tensor.I4](x))
	// Output: [1 2 -1]
}
