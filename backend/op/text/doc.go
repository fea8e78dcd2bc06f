// Package text holds the operators on strings: cleaning, joining, splitting,
// matching, and counting of n-grams.
//
// Strings are UTF-8 and live on the Go heap. Upper and lower case are those of
// Unicode, whatever the locale: models give the same answer everywhere.
package text

import "github.com/sardonyx-go/sardonyx/backend/op"

// Ops are the operators of this package.
var Ops = []op.Def{
	{Name: "StringNormalizer", Since: 10, New: newNormalizer},
	{Name: "StringConcat", Since: 20, New: newConcat},
	{Name: "StringSplit", Since: 20, New: newSplit},
	{Name: "RegexFullMatch", Since: 20, New: newRegex},
	{Name: "TfIdfVectorizer", Since: 9, New: newTfIdf},
}
