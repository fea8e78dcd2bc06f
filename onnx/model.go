package onnx

import (
	"math"

	"github.com/sardonyx-go/sardonyx/graph"
)

// model reads a ModelProto.
func (d *decoder) model(m message) (*graph.Graph, error) {
	var main *message
	var imports, metadata, functions []message
	err := m.each(func(f field) (err error) {
		switch f.num {
		case 1:
			err = f.integer(&d.ir)
		case 7:
			main = &message{}
			err = f.message(main)
		case 8:
			err = f.messages(&imports)
		case 14:
			err = f.messages(&metadata)
		case 25:
			err = f.messages(&functions)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if main == nil {
		return nil, bad(-1, "no graph among %d bytes", len(m.b))
	}
	opsets, err := opsets(imports)
	if err != nil {
		return nil, err
	}
	if d.ir < 3 && len(imports) == 0 {
		opsets[""] = 1 // imports came with IR version 3
	}
	d.opsets = opsets
	g, err := d.graph(*main, nil)
	if err != nil {
		return nil, in(err, "graph")
	}
	g.Opsets = opsets
	if g.Metadata, err = entries(metadata); err != nil {
		return nil, in(err, "metadata_props")
	}
	for i, m := range functions {
		f, err := d.function(m, opsets)
		if err != nil {
			return nil, in(err, "functions[%d] %q", i, f.Name)
		}
		g.Functions = append(g.Functions, f)
	}
	if err := g.Check(); err != nil {
		return nil, bad(-1, "%w", err)
	}
	return g, nil
}

// opsets reads OperatorSetIdProtos.
func opsets(ms []message) (map[string]int, error) {
	versions := map[string]int{}
	for i, m := range ms {
		var name string
		var version int64
		err := m.each(func(f field) error {
			switch f.num {
			case 1:
				return f.str(&name)
			case 2:
				return f.integer(&version)
			}
			return nil
		})
		if err == nil && (version < 0 || version > math.MaxInt32) {
			err = bad(m.at, "bad version %d", version)
		}
		if err != nil {
			return nil, in(err, "opset_import[%d] %q", i, name)
		}
		versions[domain(name)] = int(version)
	}
	return versions, nil
}

// entry reads a StringStringEntryProto.
func entry(m message) (key, value string, err error) {
	err = m.each(func(f field) error {
		switch f.num {
		case 1:
			return f.str(&key)
		case 2:
			return f.str(&value)
		}
		return nil
	})
	return key, value, err
}

// entries reads StringStringEntryProtos; nil if there are none.
func entries(ms []message) (map[string]string, error) {
	if len(ms) == 0 {
		return nil, nil
	}
	kv := make(map[string]string, len(ms))
	for _, m := range ms {
		k, v, err := entry(m)
		if err != nil {
			return nil, err
		}
		kv[k] = v
	}
	return kv, nil
}
