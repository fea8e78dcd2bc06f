#!/usr/bin/env python3
"""Packs the backend tests of the Python package onnx into one archive.

usage: node.py testdata/node/data.tar.gz        (needs onnx 1.23.2, ml_dtypes)

The package holds the tests of whole models as files; those of single nodes and
some small models are programs that make a model, inputs and outputs, which
onnx's own generate-data writes here. The archive is a folder of the layout of
onnx/backend/test/data. Order and dates are fixed, and a file that is there
already under another name is a hard link: a second run writes the same bytes.
"""
import argparse
import gzip
import os
import shutil
import sys
import tarfile
import tempfile

import onnx
from onnx.backend.test import cmd_tools
from onnx.backend.test.case import node

STORED = ["light", "pytorch-converted", "pytorch-operator"]


def generate(folder):
    """Writes the groups that are programs: node, simple, and the tolerances in real."""
    models = cmd_tools.model_test.collect_testcases
    cmd_tools.model_test.collect_testcases = lambda: node.collect_testcases() + models()
    cmd_tools.generate_data(argparse.Namespace(output=folder))


def files(folder):
    for d, _, names in os.walk(folder):
        for name in names:
            if name.endswith((".onnx", ".pb", ".json")):
                path = os.path.join(d, name)
                yield os.path.relpath(path, folder), path


def pack(folder, out):
    seen = {}  # content -> name of its first file
    with (
        open(out, "wb") as f,
        gzip.GzipFile(filename="", fileobj=f, mode="wb", compresslevel=9, mtime=0) as z,
        tarfile.open(fileobj=z, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        for name, path in sorted(files(folder)):
            info = tarfile.TarInfo("data/" + name)
            with open(path, "rb") as content:
                b = content.read()
                content.seek(0)
                if b in seen:
                    info.type, info.linkname = tarfile.LNKTYPE, seen[b]
                else:
                    seen[b], info.size = info.name, len(b)
                tar.addfile(info, content)


def main(out):
    data = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data")
    with tempfile.TemporaryDirectory() as folder:
        for group in STORED:
            shutil.copytree(os.path.join(data, group), os.path.join(folder, group))
        generate(folder)
        pack(folder, out)


if __name__ == "__main__":
    main(sys.argv[1])
