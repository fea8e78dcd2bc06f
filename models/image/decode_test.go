package image

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// compare returns the largest difference of two pictures.
func compare(t testing.TB, got, want *Picture) (largest int) {
	t.Helper()
	require.Equal(t, [2]int{want.W, want.H}, [2]int{got.W, got.H})
	for i, v := range got.Pix {
		d := int(v) - int(want.Pix[i])
		largest = max(largest, d, -d)
	}
	return largest
}

// golden reads a PNG with the standard library alone: the references are plain
// RGB.
func golden(t testing.TB, path string) *Picture {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	m, err := png.Decode(f)
	require.NoError(t, err)
	return fromAny(m)
}

// JPEG files are decoded to the bits of libjpeg. SARDONYX_JPEGS may name a folder
// with more pictures, made by tools/goldens/images.py DIR 200.
func TestJPEGEqualsLibjpeg(t *testing.T) {
	folders := []string{"testdata/jpeg"}
	if more := os.Getenv("SARDONYX_JPEGS"); more != "" {
		folders = append(folders, more)
	}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.jpg"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, path := range files {
			got, err := ReadFile(path, Options{})
			require.NoError(t, err)
			largest := compare(t, got, golden(t, path+".png"))
			require.Zero(t, largest, path)
		}
		t.Logf("%s: %d pictures", folder, len(files))
	}
}

// Every kind of file becomes the RGB that Pillow's convert makes of it.
func TestFormatsEqualPillow(t *testing.T) {
	tolerance := map[string]int{"cmyk.jpg": 1, "irreversible.jp2": 1} // the one is decoded by image/jpeg, the other in floating point
	files, err := filepath.Glob("testdata/formats/*.*")
	require.NoError(t, err)
	require.Greater(t, len(files), 80)
	for _, path := range files {
		name := filepath.Base(path)
		if strings.Count(name, ".") != 1 {
			continue // a reference
		}
		t.Run(name, func(t *testing.T) {
			got, err := ReadFile(path, Options{})
			require.NoError(t, err)
			largest := compare(t, got, golden(t, path+".png"))
			require.LessOrEqual(t, largest, tolerance[name])
		})
	}
}

// hugePNG is a header that claims 100000 x 100000 pixels.
func hugePNG() []byte {
	ihdr := []byte("IHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x02\x00\x00\x00")
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), ihdr...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(ihdr))
}

// Whatever a user passes by mistake gets one line that says what it is.
func TestDecodeErrors(t *testing.T) {
	jpg, err := os.ReadFile("testdata/jpeg/61x47_q92_420.jpg")
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		data []byte
		opts Options
		is   error
		text string
	}{
		{"text", []byte("Dear all,\nplease"), Options{}, ErrFormat,
			`not a readable picture: none of BMP, GIF, JPEG, JPEG 2000, PNG, PNM, TIFF and WebP, but starts with "Dear all,\npl"`},
		{"binary", []byte{0x7f, 'E', 'L', 'F', 0xff}, Options{}, ErrFormat,
			"not a readable picture: none of BMP, GIF, JPEG, JPEG 2000, PNG, PNM, TIFF and WebP, but starts with 7f 45 4c 46 ff"},
		{"empty", nil, Options{}, ErrFormat, "not a readable picture: no bytes at all"},
		{"half", jpg[:len(jpg)/2], Options{}, ErrFormat,
			fmt.Sprintf("not a readable picture: JPEG ends early, after %d bytes", len(jpg)/2)},
		{"magic alone", jpg[:4], Options{}, ErrFormat, "not a readable picture: JPEG ends early, after 4 bytes"},
		{"huge", hugePNG(), Options{}, ErrLimit,
			"picture too large: PNG of 100000 x 100000 pixels, the limit is 100000000"},
		{"limit", jpg, Options{MaxPixels: 61*47 - 1}, ErrLimit,
			"picture too large: JPEG of 61 x 47 pixels, the limit is 2866"},
		{"long", make([]byte, 16<<20+8*10+1), Options{MaxPixels: 10}, ErrLimit,
			"picture too large: more than 16777296 bytes for at most 10 pixels"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode(bytes.NewReader(c.data), c.opts)
			require.ErrorIs(t, err, c.is)
			if strconv.IntSize == 64 || c.name != "huge" { // package png words it where an int is too short
				require.EqualError(t, err, c.text)
			}
			require.NotContains(t, err.Error(), "\n")
		})
	}
	_, err = Decode(bytes.NewReader(jpg), Options{MaxPixels: 61 * 47})
	require.NoError(t, err, "the limit itself is allowed")
	_, err = Decode(io.MultiReader(bytes.NewReader(jpg[:99]), brokenReader{}), Options{})
	require.ErrorIs(t, err, io.ErrClosedPipe, "an error of the reader is passed on")
	_, err = ReadFile("testdata/resize.tsv", Options{})
	require.ErrorContains(t, err, "testdata/resize.tsv: not a readable picture")
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

// exif puts an EXIF segment with an orientation behind the first marker.
func exif(jpg []byte, order binary.AppendByteOrder, mark string, orientation uint16) []byte {
	tiff := order.AppendUint32([]byte(mark), 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, orientation)
	tiff = order.AppendUint16(tiff, 0)
	segment := append([]byte("\xff\xe1\x00\x00Exif\x00\x00"), tiff...)
	binary.BigEndian.PutUint16(segment[2:], uint16(len(segment)-2))
	return bytes.Join([][]byte{jpg[:2], segment, jpg[2:]}, nil)
}

// A phone held upright writes a picture that lies on its side, and says so.
func TestOrientation(t *testing.T) {
	jpg, err := os.ReadFile("testdata/jpeg/61x47_q92_444.jpg")
	require.NoError(t, err)
	stored, err := Decode(bytes.NewReader(jpg), Options{Orient: true})
	require.NoError(t, err)
	w, h := stored.W, stored.H
	// Where the stored pixel (x, y) belongs, by orientation.
	place := [9]func(x, y int) (int, int){
		1: func(x, y int) (int, int) { return x, y },
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return h - 1 - y, x },
		7: func(x, y int) (int, int) { return h - 1 - y, w - 1 - x },
		8: func(x, y int) (int, int) { return y, w - 1 - x },
	}
	for o := uint16(1); o <= 8; o++ {
		var order binary.AppendByteOrder = binary.BigEndian
		mark := "MM\x00*"
		if o%2 == 0 {
			order, mark = binary.LittleEndian, "II*\x00"
		}
		data := exif(jpg, order, mark, o)
		flat, err := Decode(bytes.NewReader(data), Options{})
		require.NoError(t, err)
		require.Equal(t, stored.Pix, flat.Pix, "off by default")
		got, err := Decode(bytes.NewReader(data), Options{Orient: true})
		require.NoError(t, err)
		for y := range h {
			for x := range w {
				nx, ny := place[o](x, y)
				require.Equal(t, stored.At(x, y), got.At(nx, ny), "orientation %d at %d, %d", o, x, y)
			}
		}
	}
	require.Equal(t, 1, exifOrientation(exif(jpg, binary.BigEndian, "MM\x00*", 9)))
}

// No bytes make Decode panic or exceed its limit.
func FuzzDecode(f *testing.F) {
	for _, pattern := range []string{"testdata/formats/*.*", "testdata/jpeg/*.jpg"} {
		files, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, path := range files {
			data, err := os.ReadFile(path)
			require.NoError(f, err)
			f.Add(data)
		}
	}
	f.Add(hugePNG())
	f.Fuzz(func(t *testing.T, data []byte) {
		const limit = 1 << 16
		p, err := Decode(bytes.NewReader(data), Options{MaxPixels: limit, Orient: true})
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		require.LessOrEqual(t, p.W*p.H, limit)
		require.Len(t, p.Pix, 3*p.W*p.H)
	})
}
