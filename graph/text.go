package graph

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// String writes the graph as text, the same for equal graphs:
//
//	graph "tiny" opset ai.onnx 17
//	x = input float32[N 4]
//	w = const float32[4 2]
//	h = MatMul(x, w) # node name
//	y = LeakyRelu(h) alpha=0.1
//	%7, _ = Dropout(y)
//	return %7
//
// A value goes by its name, or by % and its number if it has none; an omitted
// one is _. Constants of up to eight elements are written out. Bodies are
// indented below their node, functions follow the main graph. Inputs whose type
// is not known have no line.
func (g *Graph) String() string {
	p := &printer{}
	if g.Name != "" || len(g.Opsets) > 0 {
		p.line("graph %q%s", g.Name, opsetsText(g.Opsets))
	}
	p.graph(g, g.labelAll(), nil)
	for _, f := range g.Functions {
		p.function(f)
	}
	return p.b.String()
}

// A printer collects lines at an indentation.
type printer struct {
	b      strings.Builder
	indent string
}

func (p *printer) line(format string, args ...any) {
	p.b.WriteString(p.indent)
	fmt.Fprintf(&p.b, format, args...)
	p.b.WriteByte('\n')
}

// graph writes what defines values, in order, and what is returned. labels are
// those of its values, outer those of the graph around it.
func (p *printer) graph(g *Graph, labels, outer []string) {
	for _, id := range g.Inputs {
		switch v := &g.Values[id]; {
		case v.Const != nil:
			p.line("%s = input %v default %s", labels[id], v.Type, tensorText(v.Const))
		case v.Type.Kind != Absent:
			p.line("%s = input %v", labels[id], v.Type)
		}
	}
	for _, c := range g.Captures {
		p.line("%s = capture %s", labels[c.Inner], label(outer, c.Outer))
	}
	for id, v := range g.Values {
		if v.Const != nil && !slices.Contains(g.Inputs, ValueID(id)) {
			p.line("%s = const %s", labels[id], tensorText(v.Const))
		}
	}
	for i := range g.Nodes {
		p.node(&g.Nodes[i], labels)
	}
	if len(g.Outputs) > 0 {
		p.line("return %s", join(labels, g.Outputs))
	}
}

// node writes one node and its bodies.
func (p *printer) node(n *Node, labels []string) {
	var b strings.Builder
	if len(n.Outputs) > 0 {
		fmt.Fprintf(&b, "%s = ", join(labels, n.Outputs))
	}
	if n.Domain != "" {
		b.WriteString(n.Domain + ".")
	}
	b.WriteString(n.Op)
	if n.Overload != "" {
		b.WriteString(":" + n.Overload)
	}
	fmt.Fprintf(&b, "(%s)", join(labels, n.Inputs))
	for i := range n.Attrs {
		if a := &n.Attrs[i]; len(a.Graphs) == 0 {
			fmt.Fprintf(&b, " %s=%s", a.Name, a.text())
		}
	}
	if n.Name != "" {
		fmt.Fprintf(&b, " # %s", strings.Join(strings.Fields(n.Name), " "))
	}
	p.line("%s", b.String())
	for i := range n.Attrs {
		for _, body := range n.Attrs[i].Graphs {
			p.line("  %s:", n.Attrs[i].Name)
			p.indent += "    "
			p.graph(body, body.labelAll(), labels)
			p.indent = p.indent[4:]
		}
	}
}

// function writes a function: its signature, and its body indented.
func (p *printer) function(f *Function) {
	var b strings.Builder
	b.WriteString("function ")
	if f.Domain != "" {
		b.WriteString(f.Domain + ".")
	}
	b.WriteString(f.Name)
	if f.Overload != "" {
		b.WriteString(":" + f.Overload)
	}
	labels := f.Body.labelAll()
	fmt.Fprintf(&b, "(%s)", join(labels, f.Body.Inputs))
	for _, name := range f.Attrs {
		b.WriteString(" " + name)
	}
	for i := range f.Defaults {
		fmt.Fprintf(&b, " %s=%s", f.Defaults[i].Name, f.Defaults[i].text())
	}
	p.line("%s%s", b.String(), opsetsText(f.Opsets))
	p.indent += "    "
	p.graph(f.Body, labels, nil)
	p.indent = p.indent[4:]
}

// labelAll returns the text of every value of the graph.
func (g *Graph) labelAll() []string {
	labels := make([]string, len(g.Values))
	seen := make(map[string]bool, len(g.Values))
	for id := range g.Values {
		name := g.Values[id].Name
		switch {
		case name == "":
			labels[id] = fmt.Sprintf("%%%d", id)
		case seen[name]: // Check reports it, but text must not mislead
			labels[id] = fmt.Sprintf("%s%%%d", quote(name), id)
		default:
			labels[id] = quote(name)
		}
		seen[name] = true
	}
	return labels
}

// quote quotes a name that could be taken for something else.
func quote(name string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_./:-", r)
	}
	if name == "_" || strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return strconv.Quote(name)
	}
	return name
}

// label is the text of a value that may be omitted, or not exist at all.
func label(labels []string, id ValueID) string {
	switch {
	case id == None:
		return "_"
	case id < 0 || int(id) >= len(labels):
		return fmt.Sprintf("%%%d?", id)
	}
	return labels[id]
}

func join(labels []string, ids []ValueID) string {
	s := make([]string, len(ids))
	for i, id := range ids {
		s[i] = label(labels, id)
	}
	return strings.Join(s, ", ")
}

// opsetsText writes imports in the order of their domains.
func opsetsText(opsets map[string]int) string {
	var s []string
	for _, domain := range slices.Sorted(maps.Keys(opsets)) {
		name := domain
		if name == "" {
			name = "ai.onnx"
		}
		s = append(s, fmt.Sprintf("%s %d", name, opsets[domain]))
	}
	if len(s) == 0 {
		return ""
	}
	return " opset " + strings.Join(s, ", ")
}

// text writes the value of an attribute that is no graph.
func (a *Attr) text() string {
	if a.Ref != "" {
		return "@" + a.Ref
	}
	switch a.Kind {
	case AttrFloat:
		return fmt.Sprint(a.Float)
	case AttrInt:
		return fmt.Sprint(a.Int)
	case AttrString:
		return strconv.Quote(a.String)
	case AttrFloats:
		return fmt.Sprint(a.Floats)
	case AttrInts:
		return fmt.Sprint(a.Ints)
	case AttrStrings:
		return fmt.Sprintf("%q", a.Strings)
	case AttrTensor, AttrSparseTensor, AttrTensors, AttrSparseTensors:
		s := make([]string, len(a.Tensors))
		for i, t := range a.Tensors {
			s[i] = tensorText(t)
		}
		return strings.Join(s, ",")
	case AttrType, AttrTypes:
		s := make([]string, len(a.Types))
		for i, t := range a.Types {
			s[i] = t.String()
		}
		return strings.Join(s, ",")
	}
	return "[]" // graphs, but none
}

// written is the number of elements up to which a tensor is written out.
const written = 8

// tensorText writes type and shape, and the elements if they are few.
func tensorText(t *tensor.Tensor) string {
	if t.Len() > written {
		return t.String()
	}
	switch t.Type() {
	case tensor.Float32:
		return fmt.Sprint(t, " ", tensor.Data[float32](t))
	case tensor.Float64:
		return fmt.Sprint(t, " ", tensor.Data[float64](t))
	case tensor.Int32:
		return fmt.Sprint(t, " ", tensor.Data[int32](t))
	case tensor.Int64:
		return fmt.Sprint(t, " ", tensor.Data[int64](t))
	case tensor.Int8:
		return fmt.Sprint(t, " ", tensor.Data[int8](t))
	case tensor.Uint8:
		return fmt.Sprint(t, " ", tensor.Data[uint8](t))
	case tensor.Bool:
		return fmt.Sprint(t, " ", tensor.Data[bool](t))
	case tensor.String:
		return fmt.Sprintf("%v %q", t, t.Strings())
	}
	return t.String()
}

// String writes a type as in "float32[N 3 ?]", "sequence(float32)" or
// "map(string, int64)". A tensor of unknown rank has no brackets.
func (t Type) String() string {
	var of string
	if t.Of != nil {
		of = t.Of.String()
	}
	switch t.Kind {
	case Tensor:
		return t.Elem.String() + t.shapeText()
	case SparseTensor:
		return "sparse(" + t.Elem.String() + t.shapeText() + ")"
	case Sequence:
		return "sequence(" + of + ")"
	case Optional:
		return "optional(" + of + ")"
	case Map:
		return "map(" + t.Key.String() + ", " + t.Elem.String() + ")"
	}
	return "unknown"
}

func (t Type) shapeText() string {
	if !t.Ranked {
		return ""
	}
	s := make([]string, len(t.Shape))
	for i, d := range t.Shape {
		s[i] = d.String()
	}
	return "[" + strings.Join(s, " ") + "]"
}

// String writes the size of a dim, its name if the size is unknown, or "?".
func (d Dim) String() string {
	switch {
	case d.Size >= 0:
		return strconv.Itoa(d.Size)
	case d.Name != "":
		return quote(d.Name)
	}
	return "?"
}
