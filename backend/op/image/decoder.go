package image

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// ImageDecoder, version 20: a picture out of the bytes of a file.
//
//	encoded_stream uint8 [n] -> image uint8 [H W C], C 3 or, of Grayscale, 1
//
// What is no picture gives the empty image [0 0 C]. File formats are no business
// of this package: the caller passes a decoder (see [op.Env]).
type decoder struct{ format string }

func newDecoder(n *graph.Node) (op.Op, error) {
	d := decoder{n.Str("pixel_format", "RGB")}
	switch d.format {
	case "RGB", "BGR", "Grayscale":
		return d, nil
	}
	return nil, fmt.Errorf("%w: pixel_format is %q", op.ErrAttr, d.format)
}

func (d decoder) channels() int {
	if d.format == "Grayscale" {
		return 1
	}
	return 3
}

func (d decoder) Infer(in, out []op.Info) error {
	if in[0].Type != tensor.Uint8 {
		return fmt.Errorf("%w: encoded_stream is %v, want uint8", op.ErrType, in[0].Type)
	}
	out[0].Tensor(tensor.Uint8, op.Unknown, op.Unknown, d.channels())
	return nil
}

func (d decoder) Prepare(e *op.Env, _, _ []op.Info) (op.Kernel, error) {
	if e.DecodeImage == nil {
		return nil, fmt.Errorf("%w: ImageDecoder without a decoder of pictures (see backend.Options.DecodeImage)", op.ErrUnsupported)
	}
	return decoderKernel{d, e.DecodeImage}, nil
}

type decoderKernel struct {
	decoder
	decode func(data []byte) (rgb []byte, width, height int, err error)
}

// Resolve expects some nanoseconds for a byte.
func (k decoderKernel) Resolve(f *op.Frame) error {
	f.One(50 * f.In[0].Len())
	return nil
}

func (k decoderKernel) Run(f *op.Frame, _, _, _ int) error {
	rgb, w, h, err := k.decode(f.In[0].Bytes[:f.In[0].Len()])
	if err != nil {
		return fmt.Errorf("%w: %w", op.ErrInput, err)
	}
	if len(rgb) != 3*w*h {
		return fmt.Errorf("%w: a decoder of pictures gave %d bytes for %d by %d pixels", op.ErrInternal, len(rgb), w, h)
	}
	if err := f.Alloc(0, h, w, k.channels()); err != nil || f.Out[0] == nil {
		return err
	}
	y := f.Out[0].Bytes
	switch k.format {
	case "RGB":
		copy(y, rgb)
	case "BGR":
		for i := 0; i < len(rgb); i += 3 {
			y[i], y[i+1], y[i+2] = rgb[i+2], rgb[i+1], rgb[i]
		}
	default: // luma as of ITU-R BT.601, in 16 bits of fixed point
		for i := range len(rgb) / 3 {
			r, g, b := uint32(rgb[3*i]), uint32(rgb[3*i+1]), uint32(rgb[3*i+2])
			y[i] = byte((19595*r + 38470*g + 7471*b + 1<<15) >> 16)
		}
	}
	return nil
}
