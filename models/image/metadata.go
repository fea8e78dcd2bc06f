package image

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// prefix starts the keys that this package reads and writes in a model's
// metadata.
const prefix = "sardonyx."

// Metadata returns the preset as entries for a model's metadata_props, from
// which [FromMetadata] makes it again.
func (p Preset) Metadata() map[string]string {
	return map[string]string{
		prefix + "preset": p.Name,
		prefix + "fit":    p.Fit.String(),
		prefix + "size":   fmt.Sprintf("%dx%d", p.Width, p.Height),
		prefix + "short":  strconv.Itoa(p.Short),
		prefix + "filter": p.Filter.String(),
		prefix + "border": fmt.Sprintf("%d,%d,%d", p.Border[0], p.Border[1], p.Border[2]),
		prefix + "order":  p.Order.String(),
		prefix + "layout": p.Layout.String(),
		prefix + "divide": formatFloats(p.Divide),
		prefix + "mean":   formatFloats(p.Mean[:]...),
		prefix + "std":    formatFloats(p.Std[:]...),
	}
}

// FromMetadata makes a preset of a model's metadata: the one that the key
// "sardonyx.preset" names, "raw" without it, changed by any of
//
//	sardonyx.fit     crop, squash, letterbox or none
//	sardonyx.size    224, or width x height as in 320x240
//	sardonyx.short   the shorter side before a crop
//	sardonyx.filter  bilinear, bicubic, lanczos, box or nearest
//	sardonyx.border  0-255, or three of them
//	sardonyx.order   rgb, bgr or gray
//	sardonyx.layout  nchw or nhwc
//	sardonyx.divide, sardonyx.mean, sardonyx.std   see [Norm]; one number or three
//
// It reports false when none of these keys is there. The text is untrusted: a
// value that makes no sense is an error. A name that is no preset's is kept
// when the entries beside it give the size.
func FromMetadata(meta map[string]string) (Preset, bool, error) {
	p := Preset{Fit: FitNone, Norm: Norm{Divide: 1, Std: same(1)}, Name: "metadata"}
	found := false
	if name, ok := meta[prefix+"preset"]; ok {
		found = true
		named, err := Named(name)
		switch _, sized := meta[prefix+"fit"]; {
		case err == nil:
			p = named
		case sized && len(name) <= 40:
			p.Name = name
		default:
			return Preset{}, true, fmt.Errorf("metadata %spreset: %w", prefix, err)
		}
	}
	for _, field := range []struct {
		key string
		set func(string) error
	}{
		{"fit", choice(&p.Fit, fits[:])},
		{"size", func(s string) error { return parseSize(s, &p) }},
		{"short", func(s string) error { return parseInt(s, &p.Short) }},
		{"filter", func(s string) error { return choice(&p.Filter, filterNames())(s) }},
		{"border", func(s string) error { return parseBorder(s, &p.Border) }},
		{"order", choice(&p.Order, orders[:])},
		{"layout", choice(&p.Layout, layouts[:])},
		{"divide", func(s string) error { return parseDivide(s, &p.Divide) }},
		{"mean", func(s string) error { return parseFloats(s, &p.Mean) }},
		{"std", func(s string) error { return parseFloats(s, &p.Std) }},
	} {
		s, ok := meta[prefix+field.key]
		if !ok {
			continue
		}
		found = true
		if err := field.set(strings.TrimSpace(s)); err != nil {
			return Preset{}, true, fmt.Errorf("metadata %s%s: %w", prefix, field.key, err)
		}
	}
	if !found {
		return Preset{}, false, nil
	}
	if p.Fit == FitCrop && p.Short == 0 {
		p.Short = max(p.Width, p.Height)
	}
	if err := p.check(); err != nil {
		return Preset{}, true, fmt.Errorf("metadata: %w", err)
	}
	return p, true, nil
}

func filterNames() []string {
	var names []string
	for _, f := range filters {
		names = append(names, f.name)
	}
	return names
}

// choice returns a setter of a value whose names are in its order.
func choice[T ~uint8](dst *T, names []string) func(string) error {
	return func(s string) error {
		i := slices.Index(names, s)
		if i < 0 {
			return fmt.Errorf("%s is none of %s", quote(s), strings.Join(names, ", "))
		}
		*dst = T(i)
		return nil
	}
}

func parseInt(s string, dst *int) error {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return fmt.Errorf("%s is no whole number of at most 65535", quote(s))
	}
	*dst = int(n)
	return nil
}

func parseSize(s string, p *Preset) error {
	w, h, ok := strings.Cut(s, "x")
	if !ok {
		h = w
	}
	if err := parseInt(w, &p.Width); err != nil {
		return err
	}
	return parseInt(h, &p.Height)
}

func parseBorder(s string, dst *[3]byte) error {
	var v [3]float32
	if err := parseFloats(s, &v); err != nil {
		return err
	}
	for i, x := range v {
		if x < 0 || x > 255 || x != float32(uint8(x)) {
			return fmt.Errorf("%v is no whole number in 0...255", x)
		}
		dst[i] = uint8(x)
	}
	return nil
}

func parseDivide(s string, dst *float32) error {
	var v [3]float32
	if err := parseFloats(s, &v); err != nil {
		return err
	}
	if v != same(v[0]) {
		return fmt.Errorf("%s is not one number", quote(s))
	}
	*dst = v[0]
	return nil
}

// parseFloats reads three finite numbers with commas between, or one for all.
func parseFloats(s string, dst *[3]float32) error {
	words := strings.SplitN(s, ",", 4)
	if len(words) != 1 && len(words) != 3 {
		return fmt.Errorf("%s is not one number or three", quote(s))
	}
	for i := range dst {
		word := strings.TrimSpace(words[i%len(words)])
		v, err := strconv.ParseFloat(word, 32)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			return fmt.Errorf("%s is no finite number", quote(word))
		}
		dst[i] = float32(v)
	}
	return nil
}

// formatFloats writes what parseFloats reads back to the bit.
func formatFloats(v ...float32) string {
	var words []string
	for _, x := range v {
		words = append(words, strconv.FormatFloat(float64(x), 'g', -1, 32))
	}
	return strings.Join(words, ",")
}

// quote makes untrusted text safe for one line of a message.
func quote(s string) string {
	if len(s) > 40 {
		return strconv.Quote(s[:40]) + "..."
	}
	return strconv.Quote(s)
}
