// Package benchmark holds models to measure an engine by: single layers as they
// occur in well-known networks, and a few small networks. They are built in
// code, with weights from a seeded generator, so that there is nothing to
// download and every machine measures the same.
//
// A [Case] is a name and a graph, whose inputs have fixed shapes of batch 1.
// Weights are scaled so that activations stay of the order of 1 through all
// layers: numbers that overflow or become denormal take other times than those
// of a trained model. Batch normalization is left out, since exporters fold it
// into the convolutions.
package benchmark
