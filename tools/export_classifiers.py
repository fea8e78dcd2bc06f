"""Exports torchvision's classifiers, with random weights, through both of PyTorch's exporters.

usage: python export_classifiers.py OUT [--only NAME,..] [--opsets ts11,ts13,ts17,dy18,dy20]
needs: torch, torchvision, onnx, onnxscript, onnxruntime, numpy

What a user exports depends on the version of PyTorch: torch.onnx.export with dynamo=False traces TorchScript (ts),
with dynamo=True it exports a program (dy), and each opset writes some operators differently. For each family and
each of these it writes, with a symbolic batch,

    OUT/resnet18.ts17.onnx
    OUT/resnet18.ts17.batch1.inputs/input.npy
    OUT/resnet18.ts17.batch1.outputs/OUTPUT.npy         by ONNX Runtime; also batch3

tools/compare.py reads this. Weights, statistics and pictures are seeded; see randomise for what keeps the outputs
of a network with random weights from being all alike. Whatever an exporter refuses is printed, and the rest goes on.
"""
import argparse
import logging
import os
import shutil
import time
import warnings
import zlib

import numpy as np
import onnxruntime as ort
import torch
import torchvision
from torch import nn

FAMILIES = {  # name -> arguments of its constructor; the small ones first
    "squeezenet1_1": {}, "shufflenet_v2_x0_5": {}, "mobilenet_v3_small": {}, "mnasnet1_0": {}, "mobilenet_v2": {},
    "regnet_y_400mf": {}, "efficientnet_b0": {}, "googlenet": {"aux_logits": False, "init_weights": False, "transform_input": True},
    "densenet121": {}, "resnet18": {}, "convnext_tiny": {}, "alexnet": {}, "vgg11_bn": {},
    "mobilenet_v3_large": {}, "shufflenet_v2_x1_0": {}, "squeezenet1_0": {}, "resnext50_32x4d": {}, "resnet50": {},
    "inception_v3": {"aux_logits": False, "init_weights": False, "transform_input": True}, "efficientnet_v2_s": {}, "vgg11": {}, "vgg16": {},
}
OPSETS = ("ts11", "ts13", "ts17", "dy18", "dy20")
UNFOLDED = "ts13"  # written with its BatchNormalization nodes, so that folding them is ours to get right
HUGE = {"alexnet", "vgg11", "vgg11_bn", "vgg16"}  # hundreds of megabytes a file, and the plainest of graphs: two opsets are enough
HUGE_OPSETS = ("ts17", "dy18")
BATCHES = (1, 3)


def picture(generator, batch, size):
    """Smooth noise on several scales, different from row to row as photographs are: white noise would all look alike
    to a network that ends in an average."""
    x = sum(nn.functional.interpolate(torch.randn(batch, 3, n, n, generator=generator), (size, size), mode="bilinear", align_corners=False)
            for n in (1, 3, 12, 60))
    return x / 2


@torch.no_grad()
def randomise(model, size, generator):
    """Gives the network random parameters that pass signals on.

    One forward pass on a few pictures scales each layer as it is reached: a convolution or linear layer so that its
    output has variance 1, and, if it has a bias, so that the mean of each channel is near 0; a batch normalisation gets the
    statistics of what it sees, disturbed, so that they are far from the 0 and 1 a fold could get away with ignoring.
    Its own bias is positive: around 0 every activation bends, and some fifty bends in a row multiply a rounding error by
    thousands, which no trained network does.
    """
    uniform = lambda t, lo, hi: t.copy_(torch.rand(t.shape, generator=generator) * (hi - lo) + lo)
    normal = lambda t, scale: t.copy_(torch.randn(t.shape, generator=generator) * scale)
    but = lambda y, channel: [d for d in range(y.ndim) if d != channel % y.ndim]

    def scale(layer, inputs, y):
        dims = but(y, 1 if isinstance(layer, nn.Conv2d) else -1)
        mean = y.mean(dims) if layer.bias is not None else 0
        spread = y.std() + 1e-6
        layer.weight /= spread
        if layer.bias is not None:
            layer.bias.sub_(mean).div_(spread).add_(torch.randn(layer.bias.shape, generator=generator) * 0.1)
        return type(layer).forward(layer, inputs[0])

    def statistics(layer, inputs):
        x, dims = inputs[0], but(inputs[0], 1)
        layer.running_mean.copy_(x.mean(dims) + 0.2 * torch.randn(x.shape[1], generator=generator))
        layer.running_var.copy_((x.var(dims) + 0.05) * (torch.rand(x.shape[1], generator=generator) + 0.5))

    handles = []
    for m in model.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            normal(m.weight, 1)
            handles.append(m.register_forward_hook(scale))
        elif isinstance(m, (nn.BatchNorm2d, nn.LayerNorm)):
            uniform(m.weight, 0.5, 1.5)
            uniform(m.bias, 0.5, 1.5)
            if isinstance(m, nn.BatchNorm2d):
                handles.append(m.register_forward_pre_hook(statistics))
    for name, p in model.named_parameters():
        if "layer_scale" in name:
            uniform(p, 0.2, 0.8)
    model(picture(generator, 4, size))
    for h in handles:
        h.remove()


def build(name):
    """The network and the side of its pictures."""
    seed = zlib.crc32(name.encode())
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)  # constructors draw too
    size = 299 if name == "inception_v3" else 224
    model = getattr(torchvision.models, name)(weights=None, **FAMILIES[name]).eval()
    randomise(model, size, generator)
    return model, {b: picture(generator, b, size) for b in BATCHES}


def export(model, x, path, opset):
    """Writes one file; x is an example of two pictures, since a batch of one may be taken for a constant."""
    kind, version = opset[:2], int(opset[2:])
    common = {"input_names": ["input"], "output_names": ["output"], "opset_version": version}
    if kind == "ts":
        # The exporter folds BatchNorm into Conv and computes constants, unless told not to.
        unfolded = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False} if opset == UNFOLDED else {}
        torch.onnx.export(model, (x,), path, dynamo=False, dynamic_axes={"input": {0: "N"}, "output": {0: "N"}}, **common, **unfolded)
    else:
        torch.onnx.export(model, (x,), path, dynamo=True, dynamic_shapes=({0: torch.export.Dim("N")},), external_data=False, verbose=False, **common)


def store(folder, arrays):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for name, a in arrays.items():
        np.save(os.path.join(folder, "".join(c if c.isascii() and c.isalnum() or c in "_-" else "_" for c in name) + ".npy"), a)


def expected(base, pictures):
    """Runs ONNX Runtime on BASE.onnx for each batch and stores inputs and outputs; returns its results."""
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    # Its optimised layouts and fused activations cost a digit: optimised, EfficientNet strays ten times further from float64.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(base + ".onnx", options, providers=["CPUExecutionProvider"])
    names, results = [o.name for o in session.get_outputs()], {}
    for b, x in pictures.items():
        feed = {session.get_inputs()[0].name: x.numpy()}
        y = session.run(names, feed)
        store(f"{base}.batch{b}.inputs", feed)
        store(f"{base}.batch{b}.outputs", dict(zip(names, y)))
        results[b] = y[0]
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--only", default=",".join(FAMILIES))
    parser.add_argument("--opsets", default=",".join(OPSETS))
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    os.makedirs(args.out, exist_ok=True)
    failures = []
    for name in args.only.split(","):
        model, pictures = build(name)
        with torch.inference_mode():
            truth = {b: model(x).numpy() for b, x in pictures.items()}
        largest, rows = np.abs(truth[3]).max(), truth[3].std(0).mean()
        print(f"{name}: largest |output| {largest:.3g}, spread between pictures {rows:.3g}", flush=True)
        for opset in args.opsets.split(","):
            if name in HUGE and opset not in HUGE_OPSETS:
                continue
            base, start = os.path.join(args.out, f"{name}.{opset}"), time.time()
            try:
                export(model, pictures[3][:2].clone(), base + ".onnx", opset)
                got = expected(base, pictures)
            except Exception as e:  # an exporter may raise anything
                failures.append(f"{name}.{opset}")
                print(f"  {opset} FAILED: {type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}", flush=True)
                continue
            differs = max(np.abs(got[b] - truth[b]).max() for b in BATCHES) / largest
            print(f"  {opset} {os.path.getsize(base + '.onnx') / 1e6:.1f} MB, {time.time() - start:.0f} s, differs from PyTorch by {differs:.1e} of the largest", flush=True)
    print(f"{len(failures)} failures: {' '.join(failures)}" if failures else "all exported")


if __name__ == "__main__":
    main()
