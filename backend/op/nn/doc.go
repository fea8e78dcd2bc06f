// Package nn holds the operators of neural networks: convolutions, pooling,
// normalisation of feature maps, recurrent layers.
//
// Feature maps are computed channels-last (see op.ChannelsLast): a convolution
// is a matrix product whose rows are output pixels and whose columns are output
// channels, with weights packed once. Other element types and orders have
// portable loops.
package nn

import "github.com/sardonyx-go/sardonyx/backend/op"

// Ops are the operators of this package.
var Ops = []op.Def{
	{Name: "Conv", Since: 1, New: newConv},
	{Name: "MaxPool", Since: 1, New: newMaxPool},
	{Name: "AveragePool", Since: 1, New: newAveragePool},
	{Name: "GlobalAveragePool", Since: 1, New: newGlobalAverage},
	{Name: "GlobalMaxPool", Since: 1, New: newGlobalMax},
	{Name: "BatchNormalization", Since: 1, New: newBatchNorm},
	{Name: "Dropout", Since: 1, New: newDropout},
	{Name: "ConvTranspose", Since: 1, New: newConvTranspose},
	{Name: "InstanceNormalization", Since: 1, New: newInstanceNorm},
	{Name: "GroupNormalization", Since: 18, New: newGroupNorm},
	{Name: "LRN", Since: 1, New: newLRN},
	{Name: "LpPool", Since: 1, New: newLpPool},
	{Name: "GlobalLpPool", Since: 1, New: newGlobalLpPool},
	{Name: "LpNormalization", Since: 1, New: newLpNorm},
	{Name: "MeanVarianceNormalization", Since: 9, New: newMeanVariance},
	{Name: "MaxUnpool", Since: 9, New: newMaxUnpool},
	{Name: "RoiAlign", Since: 10, New: newRoiAlign},
	{Name: "MaxRoiPool", Since: 1, New: newMaxRoiPool},
	{Name: "DeformConv", Since: 19, New: newDeformConv},
	{Name: "LSTM", Since: 1, New: newLSTM},
	{Name: "GRU", Since: 1, New: newGRU},
	{Name: "RNN", Since: 1, New: newRNN},
	{Domain: "sardonyx", Name: "Bands", Since: 1, New: newBands},
}
