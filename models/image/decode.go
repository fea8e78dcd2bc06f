package image

import (
	"bytes"
	"errors"
	"fmt"
	stdimage "image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"unicode/utf8"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// Causes that callers may test for with [errors.Is].
var (
	ErrFormat = errors.New("not a readable picture")
	ErrLimit  = errors.New("picture too large")
)

// DefaultMaxPixels is the limit of [Options.MaxPixels] when it is 0: 100
// megapixels, 300 MB decoded.
const DefaultMaxPixels = 100_000_000

// Options of [Decode]. The zero value is what torchvision does.
type Options struct {
	// MaxPixels is the largest width times height accepted, read from the
	// file's header before anything of that size is allocated; 0 means
	// DefaultMaxPixels.
	MaxPixels int
	// Orient turns a JPEG upright as its EXIF orientation says. Training
	// pipelines mostly ignore it, so it is off by default.
	Orient bool
}

// A format is one kind of file. Its first bytes match magic, where '?' stands
// for any byte.
type format struct {
	name, magic string
	config      func(io.Reader) (stdimage.Config, error)
	decode      func([]byte) (*Picture, error)
}

var formats = []format{
	{"JPEG", "\xff\xd8\xff", jpeg.DecodeConfig, decodeJPEG},
	{"PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig, plain(png.Decode)},
	{"GIF", "GIF8?a", gif.DecodeConfig, decodeGIF},
	{"BMP", "BM", bmp.DecodeConfig, plain(bmp.Decode)},
	{"WebP", "RIFF????WEBP", webp.DecodeConfig, decodeWebP},
	{"TIFF", "II*\x00", tiff.DecodeConfig, plain(tiff.Decode)},
	{"TIFF", "MM\x00*", tiff.DecodeConfig, plain(tiff.Decode)},
	{"JPEG 2000", "\x00\x00\x00\x0cjP  \r\n\x87\n", configJP2, decodeJP2},
	{"JPEG 2000", "\xff\x4f\xff\x51", configJP2, decodeJP2},
	{"PBM", "P1", configPNM, decodePNM},
	{"PGM", "P2", configPNM, decodePNM},
	{"PPM", "P3", configPNM, decodePNM},
	{"PBM", "P4", configPNM, decodePNM},
	{"PGM", "P5", configPNM, decodePNM},
	{"PPM", "P6", configPNM, decodePNM},
}

// plain adapts a decoder whose pictures convert by their Go type alone.
func plain(decode func(io.Reader) (stdimage.Image, error)) func([]byte) (*Picture, error) {
	return func(data []byte) (*Picture, error) {
		m, err := decode(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		return FromImage(m), nil
	}
}

// ReadFile decodes the picture in a file; its errors name the file.
func ReadFile(path string, o Options) (*Picture, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p, err := Decode(f, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// Decode reads a picture in the format BMP, GIF (its first frame), JPEG,
// JPEG 2000, PNG, PNM, TIFF or WebP, told apart by content, and converts it as Pillow's convert("RGB") does. Alpha is
// dropped without blending. The error wraps [ErrFormat] when the bytes are no
// whole picture, [ErrLimit] when it is larger than o allows.
func Decode(r io.Reader, o Options) (*Picture, error) {
	limit := o.MaxPixels
	if limit <= 0 {
		limit = DefaultMaxPixels
	}
	// No format takes more than 8 bytes a pixel; the rest is for metadata.
	maxBytes := 8*int64(limit) + 16<<20
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > maxBytes {
		return nil, fmt.Errorf("%w: more than %d bytes for at most %d pixels", ErrLimit, maxBytes, limit)
	}
	f, err := sniff(data)
	if err != nil {
		return nil, err
	}
	c, err := f.config(bytes.NewReader(data))
	if err != nil {
		return nil, f.damaged(err, data)
	}
	if c.Width <= 0 || c.Height <= 0 {
		return nil, fmt.Errorf("%w: %s of %d x %d pixels", ErrFormat, f.name, c.Width, c.Height)
	}
	if c.Width > limit/c.Height {
		return nil, fmt.Errorf("%w: %s of %d x %d pixels, the limit is %d", ErrLimit, f.name, c.Width, c.Height, limit)
	}
	p, err := f.decode(data)
	if err != nil {
		return nil, f.damaged(err, data)
	}
	if o.Orient {
		p = orient(p, exifOrientation(data))
	}
	return p, nil
}

// Pixels decodes for the operator ImageDecoder (see backend.Options.DecodeImage):
// rows of RGB; nothing, and no error, for bytes that are no whole picture, but an
// error for a picture that is too large or of a kind that [Decode] leaves out.
func Pixels(data []byte) (rgb []byte, width, height int, err error) {
	p, err := Decode(bytes.NewReader(data), Options{})
	switch {
	case err == nil:
		return p.Pix, p.W, p.H, nil
	case errors.Is(err, ErrFormat) && !errors.Is(err, ErrLimit) && !errors.Is(err, errors.ErrUnsupported):
		return nil, 0, 0, nil
	}
	return nil, 0, 0, err
}

// sniff finds the format by the first bytes.
func sniff(data []byte) (*format, error) {
	for i := range formats {
		if matches(data, formats[i].magic) {
			return &formats[i], nil
		}
	}
	head := data[:min(len(data), 12)]
	switch {
	case len(data) == 0:
		return nil, fmt.Errorf("%w: no bytes at all", ErrFormat)
	case utf8.Valid(head):
		return nil, fmt.Errorf("%w: none of BMP, GIF, JPEG, JPEG 2000, PNG, PNM, TIFF and WebP, but starts with %q", ErrFormat, head)
	}
	return nil, fmt.Errorf("%w: none of BMP, GIF, JPEG, JPEG 2000, PNG, PNM, TIFF and WebP, but starts with % x", ErrFormat, head)
}

func matches(data []byte, magic string) bool {
	if len(data) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != data[i] {
			return false
		}
	}
	return true
}

// How the standard decoders report that the bytes of the pixels ran out, and a
// size that an int does not hold.
const (
	shortScan = jpeg.FormatError("short Huffman data")
	overflow  = png.UnsupportedError("dimension overflow")
)

// damaged words a decoder's error.
func (f *format) damaged(err error, data []byte) error {
	if errors.Is(err, overflow) {
		return fmt.Errorf("%w: %s: %v", ErrLimit, f.name, err)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, shortScan) {
		return fmt.Errorf("%w: %s ends early, after %d bytes", ErrFormat, f.name, len(data))
	}
	return fmt.Errorf("%w: %s: %w", ErrFormat, f.name, err)
}
