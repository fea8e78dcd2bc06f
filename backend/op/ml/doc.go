// Package ml holds the operators of the domain ai.onnx.ml: classical models
// (linear, support vectors, ensembles of trees) and the preparation of features
// and labels around them, as scikit-learn, LightGBM and XGBoost export them.
//
// Most take N samples of C features, [N,C], or [C] for one sample, of any of
// four numeric types. Scores are summed in float64, or float32 where they are a
// matrix product, and are float32 in the file's outputs. Samples are independent
// of each other: work is divided along N, and a result does not depend on the
// rest of its batch.
//
// Where the specification leaves results open (one score for two classes, one
// versus one votes), what is done is what ONNX Runtime does, because models are
// exported against it.
package ml
