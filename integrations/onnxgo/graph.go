package onnxgo

import (
	"fmt"
	"math"

	"github.com/owulveryck/onnx-go"
	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/simple"

	"github.com/sardonyx-go/sardonyx/backend"
)

// A Graph is a backend of onnx-go. It is not safe for concurrent use; make one
// for each model and goroutine.
type Graph struct {
	// Opset is the version of the default operator set that the model imports;
	// 0 finds it from the forms of the nodes. It is read by the first Run.
	Opset int

	// Options are how to compile and run the model: threads, limits, operators
	// of one's own. They are read by the first Run.
	Options backend.Options

	edges  *simple.WeightedDirectedGraph
	inputs map[int64][]*Node // of an operation, by the node that it puts out
	names  map[string]*value
	calls  []call
	err    error // of a method that cannot return one

	program *program // nil before the first Run
}

// A call is an operation and the nodes that it puts out.
type call struct {
	op  onnx.Operation
	out []*Node
}

// NewGraph returns an empty graph, to be filled by onnx.NewModel.
func NewGraph() *Graph {
	return &Graph{
		edges:  simple.NewWeightedDirectedGraph(math.MaxFloat64, -1),
		inputs: map[int64][]*Node{},
		names:  map[string]*value{},
	}
}

// ApplyOperation makes nodes the outputs of an operation; their edges lead to
// its inputs. Operators are looked at by Run.
func (g *Graph) ApplyOperation(o onnx.Operation, nodes ...graph.Node) error {
	c := call{op: o}
	for _, n := range nodes {
		m, ok := n.(*Node)
		if !ok {
			return fmt.Errorf("output of %s is a node of type %T, not %T", o.Name, n, m)
		}
		if !m.omitted() {
			if m.computed {
				return fmt.Errorf("value %q is the output of two operations, one of them %s", m.name, o.Name)
			}
			m.computed = true
		}
		c.out = append(c.out, m)
	}
	g.calls = append(g.calls, c)
	g.program = nil
	return nil
}

// maxInputs bounds the inputs of an operation.
const maxInputs = 1 << 16

// SetWeightedEdge makes the node that the edge leads to an input of the one it
// comes from; the weight is its position. The positions are kept here, since a
// graph has one edge from node to node, however often an input is repeated.
//
// What is wrong with an edge is an error of Run.
func (g *Graph) SetWeightedEdge(e graph.WeightedEdge) {
	out, ok := e.From().(*Node)
	in, ok2 := e.To().(*Node)
	i := int(e.Weight())
	switch {
	case !ok || !ok2:
		g.fail(fmt.Errorf("edge between nodes of types %T and %T, want %T", e.From(), e.To(), out))
		return
	case i < 0 || i >= maxInputs || float64(i) != e.Weight():
		g.fail(fmt.Errorf("edge of weight %v, want a position from 0 to %d", e.Weight(), maxInputs-1))
		return
	}
	for len(g.inputs[out.id]) <= i {
		g.inputs[out.id] = append(g.inputs[out.id], nil)
	}
	g.inputs[out.id][i] = in
	if out.id != in.id { // an omitted output of an operation with an omitted input
		g.edges.SetWeightedEdge(e)
	}
}

// NewWeightedEdge returns an edge, which is not in the graph yet.
func (g *Graph) NewWeightedEdge(from, to graph.Node, w float64) graph.WeightedEdge {
	return g.edges.NewWeightedEdge(from, to, w)
}

// NewNode returns a node, which is not in the graph yet.
func (g *Graph) NewNode() graph.Node {
	id := g.edges.NewNode().ID()
	return &Node{id: id, g: g, value: &value{name: fmt.Sprintf("node %d", id)}}
}

// AddNode adds a node of NewNode's.
func (g *Graph) AddNode(n graph.Node) {
	if g.edges.Node(n.ID()) != nil {
		g.fail(fmt.Errorf("node %d is added twice", n.ID()))
		return
	}
	g.edges.AddNode(n)
}

// fail notes the first error of a method that cannot return one.
func (g *Graph) fail(err error) {
	if g.err == nil {
		g.err = err
	}
}

// Node returns the node with an ID, nil if there is none.
func (g *Graph) Node(id int64) graph.Node { return g.edges.Node(id) }

// Nodes returns all nodes.
func (g *Graph) Nodes() graph.Nodes { return g.edges.Nodes() }

// From returns the nodes that a node is computed from.
func (g *Graph) From(id int64) graph.Nodes { return g.edges.From(id) }

// To returns the nodes that are computed from a node.
func (g *Graph) To(id int64) graph.Nodes { return g.edges.To(id) }

// HasEdgeBetween reports whether one node is computed from the other.
func (g *Graph) HasEdgeBetween(x, y int64) bool { return g.edges.HasEdgeBetween(x, y) }

// HasEdgeFromTo reports whether node u is computed from v.
func (g *Graph) HasEdgeFromTo(u, v int64) bool { return g.edges.HasEdgeFromTo(u, v) }

// Edge returns the edge from u to v, nil if there is none.
func (g *Graph) Edge(u, v int64) graph.Edge { return g.edges.Edge(u, v) }
