package main

import "fmt"

// A windowKernel slides a window over the pixels of channels-last images; see
// kernels/conv.go. Vectors lie along the channels.
type windowKernel struct {
	name string
	def  string
	op   string // depthwise, max or average
	kw   int    // depthwise by four pixels: kernel width, else 0
	s    int    // and stride
	wide bool   // AVX2 has too few registers
}

var depthwiseKernels = []windowKernel{
	{name: "Depthwise", def: "depthwise", op: "depthwise"},
	{name: "Depthwise3x1", def: "depthwise, with 3 taps, step = tap and n a multiple of 4,", op: "depthwise", kw: 3, s: 1},
	{name: "Depthwise3x2", def: "depthwise, with 3 taps, step = 2*tap and n a multiple of 4,", op: "depthwise", kw: 3, s: 2},
	{name: "Depthwise5x1", def: "depthwise, with 5 taps, step = tap and n a multiple of 4,", op: "depthwise", kw: 5, s: 1},
	{name: "Depthwise5x2", def: "depthwise, with 5 taps, step = 2*tap and n a multiple of 4,", op: "depthwise", kw: 5, s: 2},
	{name: "Depthwise7x1", def: "depthwise, with 7 taps, step = tap and n a multiple of 4,", op: "depthwise", kw: 7, s: 1, wide: true},
}

var poolKernels = []windowKernel{
	{name: "MaxPool", def: "maxPool", op: "max"},
	{name: "AveragePool", def: "averagePool", op: "average"},
}

func (k windowKernel) declaration() (name, definition, signature string) {
	return k.name, k.def, k.signature()
}

func (k windowKernel) exists(set string) bool { return !k.wide || set != "AVX2" }

func (k *windowKernel) signature() string {
	s := "(dst []float32, ldd int, x []float32, step, tap int, rows []int32"
	switch k.op {
	case "depthwise":
		return s + ", weights []float32, rowTaps int, bias []float32, c, taps, n int, lo, hi float32)"
	case "average":
		return s + ", counts []float32, c, taps, n int)"
	}
	return s + ", c, taps, n int)"
}

// argument returns the frame reference of an argument.
func (k *windowKernel) argument(name string) string {
	at := map[string]int{"dst_base": 0, "ldd": 24, "x_base": 32, "step": 56, "tap": 64, "rows_base": 72, "rows_len": 80}
	rest := []string{"c", "taps", "n"}
	next := 96
	switch k.op {
	case "depthwise":
		at["weights_base"], at["rowTaps"], at["bias_base"], next = 96, 120, 128, 152
		at["lo"], at["hi"] = 176, 180
	case "average":
		at["counts_base"], next = 96, 120
	}
	for i, r := range rest {
		at[r] = next + 8*i
	}
	return fmt.Sprintf("%s+%d(FP)", name, at[name])
}

func (k *windowKernel) frame() int {
	return map[string]int{"depthwise": 184, "max": 120, "average": 144}[k.op]
}
