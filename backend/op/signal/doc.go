// Package signal holds the operators of signal processing: discrete Fourier
// transforms of lines and of frames, windows, and the mel scale.
//
// Everything is computed in float64 and rounded once: what cancels exactly in
// theory is close to 0 here, which float32 cannot give. Transforms take time
// n·log n for any length n. Lines and frames are independent of each other, and
// work is divided along them.
package signal
