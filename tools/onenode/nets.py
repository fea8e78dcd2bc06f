"""Generators of convolutions, pooling, sampling and normalisation of feature maps."""
import math

import numpy as np

from . import values
from .draw import Reject, generator


def geometry(d, spatial, rank, dilations=True, ceil=False):
    """Kernel, strides, dilations and padding that fit; set as attributes but for the kernel, which is returned with the sizes of the output."""
    kernel = [d.integer(1, 3) for _ in range(rank)]
    strides = [d.integer(1, 3) for _ in range(rank)] if d.chance(0.5) else [1] * rank
    dilation = [d.integer(1, 2) for _ in range(rank)] if dilations and d.has("dilations") and d.chance(0.3) else [1] * rank
    auto = d.pick("NOTSET", "NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID")
    span = [(k - 1) * g + 1 for k, g in zip(kernel, dilation)]
    pads = [0] * (2 * rank)
    if auto == "NOTSET":
        pads = [d.integer(0, min(1, k - 1)) if d.chance(0.6) else 0 for k in kernel * 2]
        d.attribute("pads", pads, 1 if any(pads) else 0.3)
    else:
        if auto.startswith("SAME") and (max(dilation) > 1 or any(k < n for k, n in zip(kernel, strides))):
            raise Reject  # oracles lack dilation, and take padding below 0 for cropping
        d.attribute("auto_pad", auto)
    if any(n and n + pads[i] + pads[i + rank] < s for i, (n, s) in enumerate(zip(spatial, span))):
        raise Reject
    d.attribute("strides", strides, 1 if max(strides) > 1 or not d.has("strides") else 0.3)
    d.attribute("dilations", dilation, 1 if max(dilation) > 1 else 0.3)
    return kernel, strides, dilation, pads, auto


@generator("Conv", "ConvInteger")
def conv(d):
    d.special = 0
    d.empty = d.empty and d.chance(0.2)
    rank = d.pick(1, 2, 2, 2, 3)
    groups = d.pick(1, 1, 1, 2, 3)
    each, out = d.integer(1, 9), d.integer(1, 9)
    if d.chance(0.2):
        groups, each, out = d.integer(2, 20), 1, 1
    spatial = [d.dim(2, 12 if rank < 3 else 6) for _ in range(rank)]
    kernel, *_ = geometry(d, spatial, rank)
    integer = d.op == "ConvInteger"
    d.tensor([d.dim(1, 3), groups * each] + spatial, -100 if integer else -2, 200 if integer else 2)
    d.weight([groups * out, each] + kernel, -100 if integer else -1, 200 if integer else 1)
    if integer:
        if d.chance(0.6):
            d.setting(values.random(d.r, (), d.type_in(0), -50, 100))
            if d.chance(0.5):
                d.setting(values.random(d.r, [groups * out] if d.chance(0.4) else (), d.type_in(1), -50, 100))
    elif d.chance(0.6):
        d.weight([groups * out])
    d.attribute("group", groups, 1 if groups > 1 else 0.3)
    d.attribute("kernel_shape", kernel, 0.6)
    d.finish()


@generator("ConvTranspose")
def conv_transpose(d):
    d.special, d.empty = 0, False
    rank = d.pick(1, 2, 2, 2, 3)
    groups = d.pick(1, 1, 2, 3)
    each, out = d.integer(1, 6), d.integer(1, 6)
    spatial = [d.dim(2, 7 if rank < 3 else 4) for _ in range(rank)]
    kernel, strides, dilation, pads, auto = geometry(d, [99] * rank, rank)
    d.tensor([d.dim(1, 3), groups * each] + spatial, -2, 2)
    d.weight([groups * each, out] + kernel)
    if d.chance(0.6):
        d.weight([groups * out])
    d.attribute("group", groups, 1 if groups > 1 else 0.3)
    d.attribute("kernel_shape", kernel, 0.6)
    if max(strides) > 1 and auto == "NOTSET" and d.chance(0.4):
        d.attribute("output_padding", [d.integer(0, s - 1) for s in strides])
    d.finish()


@generator("DeformConv")
def deform_conv(d):
    d.special, d.empty = 0, False
    groups, offsets = d.integer(1, 2), d.integer(1, 2)
    each, out = 2 * d.integer(1, 2), d.integer(1, 3)
    spatial = [d.dim(3, 7), d.dim(3, 7)]
    kernel, strides, dilation, pads, auto = geometry(d, spatial, 2)
    sizes = [(n + pads[i] + pads[i + 2] - (k - 1) * g - 1) // s + 1 for i, (n, k, g, s) in enumerate(zip(spatial, kernel, dilation, strides))]
    n = d.dim(1, 2)
    d.tensor([n, groups * each] + spatial)
    d.weight([groups * out, each] + kernel)
    d.tensor([n, offsets * 2 * math.prod(kernel)] + sizes, -1.5, 1.5)
    d.weight([groups * out]) if d.chance(0.5) else d.skip()
    if d.chance(0.5):
        d.tensor([n, offsets * math.prod(kernel)] + sizes, 0, 1)
    d.attribute("group", groups)
    d.attribute("offset_group", offsets)
    d.attribute("kernel_shape", kernel, 0.5)
    d.finish()


@generator("MaxPool", "AveragePool", "LpPool")
def pool(d):
    d.special = 0.2 if d.op == "MaxPool" else 0
    d.empty = False
    rank = d.pick(1, 2, 2, 2, 3)
    spatial = [d.dim(3, 12 if rank < 3 else 6) for _ in range(rank)]
    kernel, *_ = geometry(d, spatial, rank)
    d.tensor([d.dim(1, 3), d.dim(1, 20)] + spatial)
    d.attribute("kernel_shape", kernel)
    d.attribute("ceil_mode", d.integer(0, 1), 0.5)
    d.attribute("count_include_pad", d.integer(0, 1), 0.5)
    d.attribute("storage_order", 1, 0.1)
    d.attribute("p", d.integer(1, 3) if d.version >= 2 else float(d.integer(1, 3)), 0.6)
    d.finish(2 if d.op == "MaxPool" and d.version >= 8 and d.chance(0.3) else 1)


@generator("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")
def global_pool(d):
    d.special, d.empty = 0, False
    d.tensor(d.shape(3, 5))
    d.attribute("p", d.integer(1, 3) if d.version >= 2 else float(d.integer(1, 3)), 0.6)
    d.finish()


@generator("MaxUnpool")
def max_unpool(d):
    d.special, d.empty = 0, False
    n, c, h, w = d.dim(1, 2), d.dim(1, 3), d.dim(1, 4), d.dim(1, 4)
    d.tensor([n, c, h, w])
    plane = 4 * h * w
    index = np.stack([d.s.permutation(plane)[:h * w] for _ in range(n * c)]).reshape(n, c, h, w)
    d.feed((index + np.arange(n * c).reshape(n, c, 1, 1) * plane).astype(np.int64))
    d.attribute("kernel_shape", [2, 2])
    d.attribute("strides", [2, 2])
    d.finish()


@generator("BatchNormalization")
def batch_norm(d):
    d.special = 0
    shape = d.shape(2, 5)
    d.tensor(shape)
    for low in (-1, -1, -1, 0.1):
        d.weight([shape[1]], low, 2) if d.chance(0.5) else d.tensor([shape[1]], low, 2)
    d.attribute("epsilon", d.pick(1e-5, 1e-3), 0.5)
    if d.version < 7:
        d.attribute("is_test", 1)
        d.attribute("consumed_inputs", [0, 0, 0, 0, 0])
    d.finish()


@generator("InstanceNormalization")
def instance_norm(d):
    d.special, d.empty = 0, False
    shape = d.shape(3, 5)
    d.tensor(shape)
    d.tensor([shape[1]])
    d.tensor([shape[1]])
    d.attribute("epsilon", d.pick(1e-5, 1e-3), 0.5)
    d.finish()


@generator("GroupNormalization")
def group_norm(d):
    d.special, d.empty = 0, False
    groups, each = d.integer(1, 4), d.integer(1, 4)
    shape = d.of_rank(d.integer(3, 5))
    shape[1] = groups * each
    d.tensor(shape)
    for _ in range(2):
        d.tensor([groups if d.version < 21 else groups * each])
    d.attribute("num_groups", groups)
    d.attribute("epsilon", d.pick(1e-5, 1e-3), 0.5)
    d.finish()


@generator("LRN")
def lrn(d):
    d.special, d.empty = 0, False
    d.tensor(d.of_rank(4))
    d.attribute("size", d.pick(1, 3, 5, 2, 4))
    d.attribute("alpha", d.number(1e-4, 0.1), 0.6)
    d.attribute("beta", d.number(0.3, 1), 0.6)
    d.attribute("bias", d.number(0.5, 2), 0.6)
    d.finish()


@generator("Resize", "Upsample")
def resize(d):
    d.special, d.empty = 0, False
    modes = ["nearest", "nearest", "linear", "linear"] + (["cubic"] if d.version >= 11 and d.op == "Resize" else [])
    mode = d.pick(*modes) if d.type_in(0) not in ("string", "bool") else "nearest"
    rank = 4 if mode == "cubic" or d.version < 7 or d.chance(0.7) else d.integer(1, 5)
    shape = d.of_rank(rank)
    lead = 2 if rank > 2 else 0
    d.tensor(shape, 0 if d.type_in(0).startswith("uint") else -4, 9)
    up = d.op == "Upsample"
    factors = [1.0] * lead + [d.pick(2.0, 1.5, 3.0, 1.0) if up else d.pick(0.5, 2.0, 1.5, 3.0, 0.7, 1.0) for _ in range(rank - lead)]
    if any(int(n * f) < 1 for n, f in zip(shape, factors)):
        raise Reject
    d.attribute("mode", mode if not up or mode != "linear" else "linear")
    if d.version < 9:
        d.attribute("scales", factors) if d.version >= 7 else None
        if d.version < 7:
            d.attribute("height_scale", factors[-2]), d.attribute("width_scale", factors[-1])
        return d.finish()
    if up or d.version == 10:
        d.setting(factors, "float")
        return d.finish()
    transform = d.pick("half_pixel", "half_pixel", "asymmetric", "pytorch_half_pixel", "align_corners",
                       *(["half_pixel_symmetric"] if d.version >= 19 else []))
    axes = list(range(lead, rank)) if d.version >= 18 and lead and d.chance(0.4) else None
    sized = d.chance(0.5)
    if d.version < 13:
        d.setting([], d.type_in(1))
    else:
        d.skip()
    chosen = [factors[a] for a in axes] if axes else factors
    if sized:
        d.setting([], "float") if d.version < 13 else d.skip()
        d.setting([int(shape[a] * factors[a]) for a in axes or range(rank)], "int64")
    else:
        d.setting(chosen, "float")
    if axes:
        d.attribute("axes", axes)
    d.attribute("coordinate_transformation_mode", transform)
    d.attribute("nearest_mode", d.pick("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"), 0.7)
    if mode == "cubic":
        d.attribute("cubic_coeff_a", d.pick(-0.5, -0.75), 0.6)
        d.attribute("exclude_outside", d.integer(0, 1), 0.4)
    if mode != "nearest":
        d.attribute("antialias", d.integer(0, 1), 0.3)
    if sized:
        d.attribute("keep_aspect_ratio_policy", d.pick("stretch", "not_larger", "not_smaller"), 0.2)
    d.finish()


@generator("GridSample")
def grid_sample(d):
    d.special, d.empty = 0, False
    rank = 2 if d.version < 20 or d.chance(0.7) else 3
    n, c = d.dim(1, 2), d.dim(1, 3)
    d.tensor([n, c] + [d.dim(2, 6) for _ in range(rank)])
    d.tensor([n] + [d.dim(1, 5) for _ in range(rank)] + [rank], -1.4, 1.4)
    modes = ("bilinear", "nearest", "bicubic") if d.version < 20 else ("linear", "nearest", "cubic") if rank == 2 else ("linear", "nearest")
    d.attribute("mode", d.pick(*modes), 0.8)
    d.attribute("padding_mode", d.pick("zeros", "border", "reflection"), 0.8)
    d.attribute("align_corners", d.integer(0, 1), 0.7)
    d.finish()


@generator("AffineGrid")
def affine_grid(d):
    d.special, d.empty = 0, False
    rank, n = d.integer(2, 3), d.dim(1, 3)
    d.tensor([n, rank, rank + 1], -1, 1)
    d.setting([n, 2] + [d.integer(1, 5) for _ in range(rank)], "int64")
    d.attribute("align_corners", d.integer(0, 1), 0.7)
    d.finish()


@generator("RoiAlign", "MaxRoiPool")
def roi(d):
    d.special, d.empty = 0, False
    n, c, h, w, count = d.dim(1, 2), d.dim(1, 3), d.dim(4, 9), d.dim(4, 9), d.dim(1, 4)
    kind = values.name_of(d.tensor([n, c, h, w], 0, 9))
    corner = d.s.uniform(0, 3, (count, 2))
    box = np.concatenate([corner, corner + d.s.uniform(1, 6, (count, 2))], -1)
    batch = d.s.integers(0, n, count)
    if d.op == "MaxRoiPool":
        d.feed(np.concatenate([batch[:, None], np.round(box)], -1).astype(values.dtype(kind)))
        d.attribute("pooled_shape", [d.integer(1, 3), d.integer(1, 3)])
    else:
        d.feed(box.astype(values.dtype(kind)))
        d.feed(batch.astype(np.int64))
        d.attribute("output_height", d.integer(1, 3), 0.8)
        d.attribute("output_width", d.integer(1, 3), 0.8)
        d.attribute("sampling_ratio", d.integer(0, 3), 0.7)
        d.attribute("mode", d.pick("avg", "max"), 0.6)
        d.attribute("coordinate_transformation_mode", d.pick("half_pixel", "output_half_pixel"), 0.6)
    d.attribute("spatial_scale", d.pick(1.0, 0.5), 0.6)
    d.finish()


@generator("Col2Im")
def col2im(d):
    d.special, d.empty = 0, False
    rank = d.integer(1, 3)
    image = [d.integer(4, 8) for _ in range(rank)]
    kernel, strides, dilation, pads, auto = geometry(d, image, rank)
    if auto != "NOTSET":
        raise Reject
    blocks = [(n + pads[i] + pads[i + rank] - (k - 1) * g - 1) // s + 1 for i, (n, k, g, s) in enumerate(zip(image, kernel, dilation, strides))]
    d.tensor([d.dim(1, 2), d.dim(1, 3) * math.prod(kernel), math.prod(blocks)])
    d.setting(image, "int64")
    d.setting(kernel, "int64")
    d.finish()
