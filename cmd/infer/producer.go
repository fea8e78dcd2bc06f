package main

import (
	"os"

	"google.golang.org/protobuf/encoding/protowire"
)

// A producer is what a ModelProto says of its origin, fields 1 to 3 and 5; no
// graph holds it, for it changes nothing in what the model computes.
type producer struct {
	IR      int64
	Name    string
	Version string
	Model   int64 // the model's own version
}

// readProducer reads it from a file that is known to be well formed, as far as
// it is there.
func readProducer(path string) (p producer) {
	b, err := os.ReadFile(path)
	if err != nil {
		return p
	}
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return p
		}
		b = b[n:]
		switch {
		case num == 1 && typ == protowire.VarintType:
			v, _ := protowire.ConsumeVarint(b)
			p.IR = int64(v)
		case num == 5 && typ == protowire.VarintType:
			v, _ := protowire.ConsumeVarint(b)
			p.Model = int64(v)
		case num == 2 && typ == protowire.BytesType:
			v, _ := protowire.ConsumeBytes(b)
			p.Name = string(v)
		case num == 3 && typ == protowire.BytesType:
			v, _ := protowire.ConsumeBytes(b)
			p.Version = string(v)
		}
		if n = protowire.ConsumeFieldValue(num, typ, b); n < 0 {
			return p
		}
		b = b[n:]
	}
	return p
}
