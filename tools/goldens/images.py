"""Makes the reference files of models/image/testdata with Pillow and torchvision.

    python tools/goldens/images.py           from the root of the module
    python tools/goldens/images.py DIR 200   only JPEGs, 200 of them, into DIR

Needs Pillow, numpy, torch and torchvision. The versions used for the committed
files are in the first line of resize.tsv.
"""

import hashlib
import io
import pathlib
import random
import struct
import sys
import zlib

import numpy as np
import PIL
from PIL import Image, features

OUT = pathlib.Path("models/image/testdata")
FILTERS = [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS,
           Image.Resampling.BOX, Image.Resampling.NEAREST]


def made(w, h):
    """A picture by formula; made in resize_test.go is its twin."""
    y, x, c = np.mgrid[0:h, 0:w, 0:3].astype(np.int64)
    noise = (x * x * 3 + y * y * 5 + x * y + c * 85) & 255
    edges = ((x // 7 + y // 5 + c) & 1) * 255
    return np.where((x + 2 * y) % 50 < 25, noise, edges).astype(np.uint8)


def natural(w, h):
    """A picture with gradients, edges and a little noise, as photographs have."""
    y, x = np.mgrid[0:h, 0:w] / max(w, h)
    p = np.stack([x, y, 1 - (x + y) / 2], -1) * 255
    p[np.hypot(x - .4, y - .4) < .25] = [220, 40, 30]
    p[(x * 12 % 1 < .3) & (y > .6)] = [20, 60, 200]
    return np.clip(p + np.random.default_rng(w * h).normal(0, 6, p.shape), 0, 255).astype(np.uint8)


def resize_table():
    rng = random.Random(7)
    rows = [f"# w h new_w new_h, then sha256 (12 digits) for {' '.join(f.name.lower() for f in FILTERS)}; "
            f"Pillow {PIL.__version__}"]
    for _ in range(200):
        w, h, nw, nh = (rng.choice([rng.randint(1, 30), rng.randint(1, 160)]) for _ in range(4))
        p = Image.fromarray(made(w, h))
        rows.append(" ".join(map(str, [w, h, nw, nh])) + " " + " ".join(
            hashlib.sha256(p.resize((nw, nh), f).tobytes()).hexdigest()[:12] for f in FILTERS))
    (OUT / "resize.tsv").write_text("\n".join(rows) + "\n")


def reference(path):
    """Writes Pillow's idea of a file beside it."""
    Image.open(path).convert("RGB").save(f"{path}.png", optimize=True)


def jpegs(folder, quality, sizes, samplings, progressive):
    for w, h in sizes:
        for q in quality:
            for s in samplings:
                for prog in progressive:
                    path = folder / f"{w}x{h}_q{q}_{s.replace(':', '')}{'_prog' * prog}.jpg"
                    Image.fromarray(natural(w, h)).save(path, quality=q, subsampling=s, progressive=prog)
                    reference(path)


def jpeg440(folder):
    """4:4:0, which Pillow does not write: the frame header of a 4:2:2 file of
    as many MCUs is changed, so blocks that lay side by side are stacked."""
    buf = io.BytesIO()
    Image.fromarray(natural(64, 48)).save(buf, "JPEG", quality=90, subsampling="4:2:2")
    b = bytearray(buf.getvalue())
    sof = b.index(b"\xff\xc0")
    b[sof + 5:sof + 9] = struct.pack(">HH", 61, 47)
    assert b[sof + 11] == 0x21
    b[sof + 11] = 0x12
    path = folder / "47x61_q90_440.jpg"
    path.write_bytes(b)
    reference(path)


def png(w, h, depth, kind, rows, *chunks):
    """A PNG of raw rows, each with its filter byte 0 in front."""
    def chunk(t, d):
        return struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, kind, 0, 0, 0))
            + b"".join(chunk(t, d) for t, d in chunks)
            + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + r for r in rows))) + chunk(b"IEND", b""))


def formats(folder):
    p = Image.fromarray(natural(23, 17))
    alpha = Image.fromarray(np.arange(23 * 17, dtype=np.uint8).reshape(17, 23))
    rgba = p.copy()
    rgba.putalpha(alpha)
    p.save(folder / "rgb.png")
    rgba.save(folder / "rgba.png")
    p.convert("L").save(folder / "gray.png")
    p.convert("LA").save(folder / "grayalpha.png")
    p.convert("1").save(folder / "bit.png")
    p.quantize(9).save(folder / "palette.png", transparency=3)
    words = np.arange(24).reshape(4, 6) * 2731 % 65536
    words[0, :4] = [0, 100, 255, 256]
    be = [w.astype(">u2").tobytes() for w in words]
    (folder / "gray16.png").write_bytes(png(6, 4, 16, 0, be))
    (folder / "grayalpha16.png").write_bytes(png(3, 4, 16, 4, be))
    (folder / "rgb16.png").write_bytes(png(2, 4, 16, 2, be))
    (folder / "gray2.png").write_bytes(png(4, 2, 2, 0, [b"\x1b", b"\xe4"]))
    p.save(folder / "rgb.bmp")
    p.quantize(9).save(folder / "palette.bmp")
    p.convert("L").save(folder / "gray.bmp")
    p.quantize(9).save(folder / "palette.gif")
    # A second frame that covers part of the canvas, made the first one: a
    # frame with an offset and a transparent colour.
    b = bytearray((folder / "palette.gif").read_bytes())
    colours = 3 << ((b[10] & 7) + 1)
    b[6:10] = struct.pack("<HH", 30, 21)
    at = b.index(b"\x2c", 13 + colours)
    b[at + 1:at + 5] = struct.pack("<HH", 4, 3)
    b[13 + colours:at] = b"\x21\xf9\x04\x01\0\0\x05\0"
    (folder / "offset.gif").write_bytes(b)
    p.save(folder / "lossy.webp", quality=80)
    rgba.save(folder / "lossyalpha.webp", quality=80)
    rgba.save(folder / "lossless.webp", lossless=True, exact=True)
    p.convert("L").save(folder / "gray.jpg")
    p.convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    p.resize((3, 5)).save(folder / "narrow.jpg", quality=90, subsampling="4:2:0")
    netpbm(folder, p)
    jpeg2000(folder)
    p.save(folder / "rgb.tiff")
    p.convert("L").save(folder / "gray.tiff", compression="tiff_lzw")
    p.quantize(9).save(folder / "palette.tiff", compression="tiff_deflate")
    for f in sorted(folder.glob("*.*")):
        if f.name.count(".") == 1:
            reference(f)


def netpbm(folder, p):
    p.save(folder / "rgb.ppm")
    p.convert("L").save(folder / "gray.pgm")
    p.convert("1").save(folder / "bit.pbm")
    (folder / "plain.ppm").write_text("P3 # a comment\n2 2\n 15\n 0 1 2 15 14 13\n7 8 9 3 3 3\n")
    (folder / "plain.pbm").write_text("P1\n5 2\n0 1 0 1 1\n11000\n")
    (folder / "deep.pgm").write_bytes(b"P5 3 1 65535\n" + bytes([0, 0, 0, 200, 255, 255]))
    (folder / "deep.ppm").write_bytes(b"P6 2 1 1023\n" + bytes([0, 0, 1, 0, 3, 255, 2, 0, 2, 1, 2, 2]))


def jpeg2000(folder):
    """Both wavelets, tiles and an origin that are no powers of two, layers, and every order of packets."""
    p = Image.fromarray(natural(61, 47))
    p.save(folder / "lossless.jp2")
    p.convert("L").save(folder / "gray.jp2")
    p.convert("RGBA").save(folder / "rgba.jp2")
    Image.fromarray(natural(1, 9)).save(folder / "thin.jp2")
    p.save(folder / "tiles.jp2", offset=(3, 5), tile_offset=(1, 2), tile_size=(30, 20))
    p.save(folder / "layers.jp2", quality_mode="rates", quality_layers=[40, 20, 10])
    p.save(folder / "irreversible.jp2", irreversible=True, quality_mode="rates", quality_layers=[20, 5])
    for order in ("LRCP", "RLCP", "RPCL", "PCRL", "CPRL"):
        p.save(folder / f"{order.lower()}.j2k", progression=order, precinct_size=(16, 16), codeblock_size=(8, 8), num_resolutions=4, mct=0)


def tensors():
    """Hashes of whole tensors by torchvision, and one crop of a JPEG."""
    import torchvision.transforms as T
    jobs = {
        "imagenet": T.Compose([T.Resize(256), T.CenterCrop(224), T.ToTensor(),
                               T.Normalize([.485, .456, .406], [.229, .224, .225])]),
        "tf": T.Compose([T.Resize(256, T.InterpolationMode.BICUBIC), T.CenterCrop(224), T.PILToTensor(),
                         lambda t: (t.float() - 127) / 128]),
        "cifar": T.Compose([T.Resize(32), T.CenterCrop(32), T.ToTensor(),
                            T.Normalize([.485, .456, .406], [.229, .224, .225])]),
        "clip": T.Compose([T.Resize(224, T.InterpolationMode.BICUBIC), T.CenterCrop(224), T.ToTensor(),
                           T.Normalize([.48145466, .4578275, .40821073], [.26862954, .26130258, .27577711])]),
        "ssd300": T.Compose([T.Resize((300, 300)), T.PILToTensor(), lambda t: (t.float() - 128) / 128]),
        "mnist": T.Compose([T.Resize((28, 28)), T.Grayscale(), T.PILToTensor(), lambda t: t.float()]),
    }
    rows = ["# picture preset sha256 of its float32 NCHW tensor; torchvision"]
    for name in ["chelsea.png", "coffee.png"]:
        p = Image.open(f"testdata/images/{name}").convert("RGB")
        for preset, f in jobs.items():
            rows.append(f"{name} {preset} {hashlib.sha256(f(p).numpy().astype('<f4').tobytes()).hexdigest()}")
    (OUT / "tensors.tsv").write_text("\n".join(rows) + "\n")
    p = Image.open("testdata/images/rocket.jpg").convert("RGB")
    T.CenterCrop(64)(T.Resize(73)(p)).save(OUT / "rocket_73_64.png", optimize=True)


if __name__ == "__main__":
    assert features.check("libjpeg_turbo")
    if len(sys.argv) == 3:
        folder, n = pathlib.Path(sys.argv[1]), int(sys.argv[2])
        rng = random.Random(3)
        for _ in range(n):
            jpegs(folder, [rng.randint(20, 98)], [(rng.randint(1, 150), rng.randint(1, 150))],
                  [rng.choice(["4:4:4", "4:2:2", "4:2:0"])], [rng.random() < .5])
        sys.exit()
    for d in ("jpeg", "formats"):
        (OUT / d).mkdir(parents=True, exist_ok=True)
        for f in (OUT / d).iterdir():
            f.unlink()
    resize_table()
    jpegs(OUT / "jpeg", [40, 92], [(61, 47)], ["4:4:4", "4:2:2", "4:2:0"], [False, True])
    jpeg440(OUT / "jpeg")
    formats(OUT / "formats")
    tensors()
