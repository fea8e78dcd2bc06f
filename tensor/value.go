package tensor

// A Value is what a graph consumes and produces: a [*Tensor], a [*Sequence],
// an [*Optional] or a [*Map].
type Value interface{ value() }

// A Sequence is an ordered list of values of one kind.
type Sequence struct{ Items []Value }

// An Optional holds one value or none (Item is nil).
type Optional struct{ Item Value }

// A Map pairs the i-th key with the i-th value. Keys is a tensor of integers
// or strings of rank 1; Values is a tensor of as many elements.
type Map struct{ Keys, Values *Tensor }

func (*Tensor) value()   {}
func (*Sequence) value() {}
func (*Optional) value() {}
func (*Map) value()      {}
