package op

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sardonyx-go/sardonyx/graph"
)

// Causes that an operator states; the executor adds the node (see [Wrap]).
var (
	ErrUnsupported = errors.New("unsupported")
	ErrAttr        = errors.New("bad attribute")
	ErrShape       = errors.New("incompatible shapes")
	ErrType        = errors.New("wrong element type")
	ErrInput       = errors.New("bad input")
	ErrLimit       = errors.New("limit exceeded")
	ErrMemory      = errors.New("memory limit exceeded")
	ErrInternal    = errors.New("internal error")
)

// An Error says which node failed, on what, and why.
type Error struct {
	Node string // name of the node in the file
	Op   string // operator, with its opset version
	In   string // types and shapes of its inputs, as far as known
	Err  error
}

// Wrap puts err in the context of a node, once: an error that has a context is
// returned as it is.
func Wrap(n *graph.Node, in []Info, err error) error {
	var e *Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	name := n.Op
	if n.Domain != "" {
		name = n.Domain + "." + n.Op
	}
	var b strings.Builder
	for i := range in {
		b.WriteString(" " + in[i].String())
	}
	return &Error{Node: n.Name, Op: fmt.Sprintf("%s-%d", name, n.Version), In: strings.TrimSpace(b.String()), Err: err}
}

// Error formats like
//
//	node "fc1" (Gemm-13, inputs float32[1 512] float32[500 1000]): incompatible shapes: K is 512 in A but 500 in B
func (e *Error) Error() string {
	if e.In == "" {
		return fmt.Sprintf("node %q (%s): %v", e.Node, e.Op, e.Err)
	}
	return fmt.Sprintf("node %q (%s, inputs %s): %v", e.Node, e.Op, e.In, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }
