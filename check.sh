#!/usr/bin/env bash
# Everything a change must pass. The last line counts the tests of all steps; a
# step that is no test counts as one when it fails.
set -uo pipefail
cd "$(dirname "$0")"

log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
passed=0 failed=0 skipped=0

# step NAME COMMAND...
step() {
	echo "== $1"
	shift
	if ! "$@"; then
		echo "FAILED: $*"
		failed=$((failed + 1))
	fi
}

# run_tests NAME ARGUMENTS... runs go test in the module, adds its tests to the
# counts and prints what failing ones have said. A package that fails without a
# test, as when it does not compile, counts as a failed one.
module=.
run_tests() {
	echo "== $1"
	shift
	go -C "$module" test -json "$@" >"$log/events"
	awk '
		function field(name) {
			if (!match($0, "\"" name "\":\"([^\"\\\\]|\\\\.)*\"")) return ""
			return substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 5)
		}
		function text(s) {
			gsub(/\\n/, "\n", s); gsub(/\\t/, "\t", s); gsub(/\\"/, "\"", s)
			gsub(/\\u003c/, "<", s); gsub(/\\u003e/, ">", s); gsub(/\\u0026/, "\\&", s)
			return s
		}
		{ action = field("Action"); pkg = field("Package"); name = field("Test"); key = pkg " " name }
		action == "output" { said[key] = said[key] field("Output") }
		action == "build-output" { printf "%s", text(field("Output")) }
		name != "" && action == "pass" { passed++ }
		name != "" && action == "skip" { skipped++ }
		name != "" && action == "fail" { failed++; broken[pkg]++; printf "%s", text(said[key]) }
		name == "" && action == "fail" && !broken[pkg] { failed++; printf "%s", text(said[key]) }
		END { print passed + 0, failed + 0, skipped + 0 >counts }
	' counts="$log/counts" "$log/events"
	read -r p f s <"$log/counts"
	echo "   $p passed, $f failed, $s skipped"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

formatted() { test -z "$(gofmt -l . | tee /dev/stderr)"; }

# vet_for OS ARCHITECTURE checks what the compiler sees there, and links infer:
# a declaration in Go whose assembly is missing is found by the linker only.
vet_for() {
	GOOS=$1 GOARCH=$2 go vet ./... && GOOS=$1 GOARCH=$2 go build -o "$log/infer" ./cmd/infer
}

step gofmt formatted
step build go build ./...
for arch in amd64 arm64 riscv64 386; do
	step "vet $arch" vet_for linux "$arch"
done
step "vet js/wasm" vet_for js wasm
step "vet purego" go vet -tags purego ./...

run_tests test ./...
run_tests race -race -short ./...
run_tests purego -short -tags purego ./...

# What ./... leaves out: modules with dependencies that this one does not have.
for file in integrations/*/go.mod; do
	module=$(dirname "$file")
	step "vet $module" go -C "$module" vet ./...
	run_tests "test $module" ./...
done
module=.

if command -v qemu-aarch64-static >/dev/null && [ "$(go env GOARCH)" = amd64 ]; then
	export GOARCH=arm64
	run_tests "arm64, emulated" -short -exec qemu-aarch64-static ./kernels ./tensor
	unset GOARCH
else
	echo "== arm64, emulated: skipped, there is no qemu-aarch64-static or no need"
	skipped=$((skipped + 1))
fi

# Fuzzing goes by count, not by time, so that it is the same work everywhere.
while IFS=: read -r file target; do
	run_tests "fuzz $target" -run '^$' -fuzz "^$target\$" -fuzztime 2000x "./$(dirname "$file")"
done < <(grep -rHo --include='*_test.go' '^func Fuzz[A-Za-z0-9]*' . | sed 's/func //')

echo "$passed passed, $failed failed, $skipped skipped"
test "$failed" = 0
