"""Writes kernels/LOOPS.md: what the inner loops of the NEON kernels consist of, beside their twins in AVX2.

usage: python loops.py [--check]      run in the root of the project; --check compares instead of writing
needs: go, llvm-objdump

A loop is what lies between the target of a backward branch and the branch, and holds no other loop. All its instructions
count: loads, prefetches, addresses, the branch. Of each function the loop with most fused multiply-adds is shown, since
that is the one that does the bulk of the work. Functions that have none are left out: pooling, sums and extremes, the
Winograd transforms of additions alone, and the elementwise functions of a step or two.

Twins have the same name but for the instruction set. The tiles of matrix multiplication are therefore compared at the same
size, although AVX2 has wider ones too; each NEON tile must multiply by element.
"""
import os
import re
import subprocess
import sys
import tempfile

STAND_IN = {"Depthwise7x1AVX2": "DepthwiseAVX2"}  # kernels that AVX2 has not, and what takes their place
BY_ELEMENT = "Gemm"
LIMIT = 1.3


def functions(arch):
    """Functions of the architecture's kernels, as lists of (address, instruction)."""
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "kernels.test")
        subprocess.run(["go", "test", "-c", "-o", binary, "./kernels"], check=True, env=dict(os.environ, GOARCH=arch, GOOS="linux", CGO_ENABLED="0"))
        text = subprocess.run(["llvm-objdump", "-d", "--no-show-raw-insn", "--mattr=+avx2,+fma,+avx512f" if arch == "amd64" else "--mattr=+neon", binary],
                              check=True, capture_output=True, text=True).stdout
    code, found = None, {}
    for line in text.splitlines():
        if m := re.match(r"[0-9a-f]+ <(.*)>:", line):
            name = re.fullmatch(rf".*/kernels/{arch}\.(\w+)\.abi0", m[1])
            code = found.setdefault(name[1], []) if name else None
        elif code is not None and (m := re.match(r"\s*([0-9a-f]+):\s+(.*?)\s*$", line)):
            code.append((int(m[1], 16), m[2]))
    return found


def multiplies(instruction):
    """Whether an instruction is a fused multiply-add."""
    return instruction.startswith(("vfmadd", "vfnmadd", "vfmsub", "fmla", "fmls"))


def inner(code):
    """The loop with most multiply-adds, as (instructions, multiply-adds, those by element); None without one."""
    index = {address: i for i, (address, _) in enumerate(code)}
    loops = []
    for i, (address, text) in enumerate(code):
        m = re.match(r"(?:j\w+|b\.?\w*|cbn?z|tbn?z)\s.*?0x([0-9a-f]+)", text)
        if m and (start := index.get(int(m[1], 16), i + 1)) <= i:
            loops.append((start, i))
    best = None
    for start, end in loops:
        if any(start <= s and e <= end and (s, e) != (start, end) for s, e in loops):
            continue
        fused = [text for _, text in code[start:end + 1] if multiplies(text)]
        if fused and (best is None or len(fused) > best[1]):
            best = (end + 1 - start, len(fused), sum(bool(re.search(r"\.s\[\d\]$", text)) for text in fused))
    return best


def table():
    neon, avx2 = functions("arm64"), functions("amd64")
    lines = ["# Inner loops", "", "Instructions for each fused multiply-add in the inner loops of the kernels, from their disassembly.",
             "Written by `python tools/loops.py`, which says how it counts; `--check` tells whether it is so still.", "",
             "| NEON | instructions | FMLA | by element | AVX2 | instructions | VFMADD | NEON : AVX2 |", "|---|---|---|---|---|---|---|---|"]
    failed = []
    for name, code in sorted(neon.items()):
        twin = name.replace("NEON", "AVX2")
        twin = STAND_IN.get(twin, twin)
        n = inner(code)
        x = inner(avx2[twin]) if twin in avx2 else None
        if not n and not x:
            continue
        if not n or not x:
            failed.append(f"{name}: no multiply-add in a loop of {twin if n else name}")
            continue
        ratio = (n[0] / n[1]) / (x[0] / x[1])
        lines.append(f"| {name} | {n[0]} | {n[1]} | {n[2]} | {twin} | {x[0]} | {x[1]} | {ratio:.2f} |")
        if ratio > LIMIT:
            failed.append(f"{name}: {n[0] / n[1]:.2f} instructions a multiply-add, {ratio:.2f} times those of {twin}")
        if name.startswith(BY_ELEMENT) and n[2] != n[1]:
            failed.append(f"{name}: {n[1] - n[2]} of {n[1]} FMLA are not by element")
    return "\n".join(lines) + "\n", failed


def main():
    text, failed = table()
    if "--check" in sys.argv[1:]:
        if open("kernels/LOOPS.md").read() != text:
            failed.append("kernels/LOOPS.md is not what the kernels are")
    else:
        open("kernels/LOOPS.md", "w").write(text)
    for f in failed:
        print(f)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
