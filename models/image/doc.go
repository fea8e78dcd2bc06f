// Package image turns picture files into the tensors that vision models were
// trained on.
//
// Three steps, each usable alone. [Decode] reads JPEG, PNG, WebP and other files
// into a [Picture] of 8-bit RGB; [Resize], [Crop], [ShortSide] and [Letterbox]
// change its size; [Normalize] spreads bytes into float32, N x C x H x W or
// N x H x W x C. A [Preset] names one choice of all of them, such as
// "imagenet": Preset.Tensor does the three steps in one call.
//
// Networks are trained on pictures read by Pillow and torchvision, and their
// answers move when a resampling filter differs. So this package reproduces
// those to the bit where it can: colour conversion as Pillow's
// Image.convert("RGB"), resizing as Pillow's fixed-point two-pass convolution,
// short side and centre crop with torchvision's rounding, JPEG with libjpeg's
// inverse DCT and chroma filter (CMYK ones with those of image/jpeg).
//
// Coordinates are in pixels, x to the right and y down. Functions do not change
// their arguments and may be called from many goroutines; a returned Picture
// may share nothing or be its argument itself when there was nothing to do.
// Files are untrusted: sizes are checked before anything is allocated.
package image
