// Package image holds the operators that sample images: resizing, and grids of
// positions; and the one that decodes files.
//
// Sampling along several dims is done one dim after the other wherever that is
// the same, with tables of indices and weights computed once per change of
// shapes. Coordinates are computed in float64.
package image

import "github.com/sardonyx-go/sardonyx/backend/op"

// Ops are the operators of this package.
var Ops = []op.Def{
	{Name: "Resize", Since: 10, New: newResize},
	{Name: "Upsample", Since: 1, Until: 9, New: newUpsample},
	{Name: "GridSample", Since: 16, New: newGridSample},
	{Name: "AffineGrid", Since: 20, New: newAffineGrid},
	{Name: "ImageDecoder", Since: 20, New: newDecoder},
}
