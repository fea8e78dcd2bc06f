"""Stores what ONNX Runtime answers for the zoo's image classifiers, as numbers for a Go test to compare.

usage: python zoo_goldens.py ZOO OUT.json        (ZOO has models/ and images/; OUT is testdata/zoo_expected.json here)
needs: onnxruntime, Pillow, numpy

For each model and picture: the five largest outputs, their indices and, whether or not the model ends in a Softmax,
their probabilities. Outputs of a quantised model tie often: compare its indices as sets.

Resizing is Pillow's bilinear filter with antialiasing (bicubic for EfficientNet-Lite, as its authors evaluate it); sizes and corners round as torchvision's Resize and CenterCrop
do. JPEG decoders differ by a few levels, so a test should ask less of a .jpg than of a .png.

Each model also has one input that needs no decoder, under the name "hash": element i (in C order, batch 1) is
scale * (((i * 2654435761) mod 2^32) >> 8) / 2^24 + offset, in float32, with scale and offset given beside it.
"""
import argparse
import json
import os

import numpy as np
import onnxruntime as ort
from PIL import Image

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def short_side(image, size, filter=Image.BILINEAR):
    w, h = image.size
    to = (size, int(size * h / w)) if w <= h else (int(size * w / h), size)
    return image.resize(to, filter)


def centre(image, w, h):
    left, top = int(round((image.width - w) / 2)), int(round((image.height - h) / 2))
    return image.crop((left, top, left + w, top + h))


def imagenet(mean, divisor, filter=Image.BILINEAR):
    """Short side 256, centre 224, (x - mean) / divisor."""
    def prepare(image):
        return (pixels(centre(short_side(image, 256, filter), 224, 224)) - np.float32(mean)) / np.float32(divisor)
    return prepare


def cifar(image):
    """The central square at 32x32, ImageNet's mean and deviation."""
    side = min(image.size)
    x = pixels(centre(image, side, side).resize((32, 32), Image.BILINEAR)) / np.float32(255)
    channel = lambda v: np.array(v, np.float32)[:, None, None]
    return (x - channel(IMAGENET_MEAN)) / channel(IMAGENET_STD)


def pixels(image):
    """Channels, rows, columns; 0 to 255."""
    return np.asarray(image, np.float32).transpose(2, 0, 1)


# model -> preparation of a picture (None: it reads none of these), whether it ends in a Softmax (whose quantised outputs
# need not add up to 1), scale and offset of its hash input
MODELS = {
    "efficientnet_lite0_w8": (imagenet(127, 128, Image.BICUBIC), True, 2, -1),
    "effnet_lite0_qdq_int8": (imagenet(127, 128, Image.BICUBIC), True, 2, -1),
    "mobilenet_v2_imagenet_w8": (imagenet(128, 128), True, 2, -1),
    "cifar10_resnet20": (cifar, False, 4, -2),
    "mnist8": (None, False, 255, 0),
}


def hashed(shape, scale, offset):
    i = np.arange(int(np.prod(shape)), dtype=np.uint64)
    unit = ((i * 2654435761 % 2**32) >> 8).astype(np.float32) / np.float32(2**24)
    return (np.float32(scale) * unit + np.float32(offset)).reshape(shape)


def answer(y, softmaxed):
    """The top five of one row of outputs; of equal ones the first."""
    y = y.ravel().astype(np.float64)
    p = y if softmaxed else np.exp(y - y.max()) / np.exp(y - y.max()).sum()
    top = np.argsort(-y, kind="stable")[:5]
    digits = lambda values: [float(f"{v:.7g}") for v in values]
    return {"index": top.tolist(), "probability": digits(p[top]), "output": digits(y[top])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("zoo")
    parser.add_argument("out")
    args = parser.parse_args()
    folder = os.path.join(args.zoo, "images")
    pictures = {f: Image.open(os.path.join(folder, f)).convert("RGB") for f in sorted(os.listdir(folder)) if "truth" not in f}
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    result = {}
    for name, (prepare, softmaxed, scale, offset) in MODELS.items():
        session = ort.InferenceSession(os.path.join(args.zoo, "models", name + ".onnx"), options, providers=["CPUExecutionProvider"])
        entry = session.get_inputs()[0]
        run = lambda x: answer(session.run(None, {entry.name: x})[0], softmaxed)
        shape = [d if isinstance(d, int) else 1 for d in entry.shape]
        result[name] = {"hash": {"shape": shape, "scale": scale, "offset": offset, **run(hashed(shape, scale, offset))},
                        "pictures": {f: run(prepare(image)[None]) for f, image in pictures.items()} if prepare else {}}
        for f, a in result[name]["pictures"].items():
            print(f"{name:26} {f:20} {a['index'][0]:4} {a['probability'][0]:.3f}")
    with open(args.out, "w") as f:
        json.dump(result, f, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
