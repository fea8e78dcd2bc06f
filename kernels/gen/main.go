// Command gen writes the matrix multiplication kernels in assembly: the same
// loop in many sizes of tile, for three instruction sets. Run it in package
// kernels by go generate; its output is committed and meant to be read.
//
// A tile keeps rows×cols sums in registers. Per step of k it loads one row of
// packed B and, for each of its rows, one element of A, which it multiplies
// with all of them. Tiles differ in the number of rows and of vectors a row,
// and how well they do depends on three numbers: sums in flight (two FMAs a
// cycle of latency four need eight), loads per FMA, and registers.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	for name, text := range files() {
		if err := os.WriteFile(filepath.FromSlash(name), text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// files returns everything this command writes, by path below package kernels:
// a file of declarations for each instruction set, and one of assembly for each
// width of tile.
func files() map[string][]byte {
	out := map[string][]byte{
		"amd64/gemmavx2_amd64.go":   declarations("amd64", avx2.name, avx2.tiles),
		"amd64/gemmavx512_amd64.go": declarations("amd64", avx512.name, avx512.tiles),
		"amd64/gemmtall_amd64.go":   tallDeclarations(),
		"amd64/gemmtall_amd64.s":    tallFile(),
		"arm64/gemmneon_arm64.go":   declarations("arm64", "NEON", neonTiles),
		"arm64/gemmneonx16_arm64.s": neonFile(),
	}
	for _, v := range []x86{avx2, avx512} {
		for _, cols := range widths(v.tiles) {
			name := fmt.Sprintf("amd64/gemm%sx%d_amd64.s", strings.ToLower(v.name), cols)
			out[name] = x86File(v, cols)
		}
	}
	return out
}
