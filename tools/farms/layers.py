"""Layers and losses of torch.nn over random configurations."""
import torch
from torch import nn

from . import torch_model


def batch(x, *more):
    """The first dim of each input is open."""
    return {f"x{i}": {0: "N"} for i in range(1 + len(more))}


def random_statistics(m):
    for layer in m.modules():
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)):
            layer.running_mean.uniform_(-0.5, 0.5)
            layer.running_var.uniform_(0.5, 1.5)
    return m


def sizes(r, rank, low=5, high=12):
    return [r.randint(low, high) for _ in range(rank)]


ACTIVATIONS = ["ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", "Hardswish", "Hardsigmoid", "Hardtanh", "Sigmoid", "Tanh", "Softplus",
               "Softsign", "LogSigmoid", "Tanhshrink", "Softshrink", "Hardshrink", "Threshold", "PReLU", "GLU", "Softmax", "LogSoftmax", "Softmin"]


@torch_model
def activation(r):
    name = r.choice(ACTIVATIONS)
    given = {"Threshold": (0.3, -1.0), "Softmax": (r.choice([-1, 1]),), "LogSoftmax": (r.choice([-1, 1]),), "Softmin": (-1,), "GLU": (1,),
             "LeakyReLU": (r.uniform(0, 0.5),), "ELU": (r.uniform(0.5, 2),), "GELU": (r.choice(["none", "tanh"]),)}.get(name, ())
    x = torch.randn(r.randint(1, 3), 2 * r.randint(1, 6), *sizes(r, r.randint(0, 2), 1)) * 3
    return getattr(nn, name)(*given), (x,), batch(x) if r.random() < 0.5 else None


@torch_model
def linear(r):
    i, o = r.randint(1, 40), r.randint(1, 40)
    x = torch.randn(*sizes(r, r.randint(1, 3), 1, 4), i)
    return nn.Linear(i, o, bias=r.random() < 0.7), (x,), None


@torch_model
def bilinear(r):
    a, b, o, n = r.randint(1, 8), r.randint(1, 8), r.randint(1, 8), r.randint(1, 4)
    return nn.Bilinear(a, b, o), (torch.randn(n, a), torch.randn(n, b)), None


@torch_model
def convolution(r):
    rank = r.choice([1, 2, 2, 2, 3])
    g = r.choice([1, 1, 2, 4])
    i, o = g * r.randint(1, 6), g * r.randint(1, 6)
    kernel = [r.randint(1, 4) for _ in range(rank)]
    mode = r.choice(["zeros", "zeros", "zeros", "reflect", "replicate", "circular"])
    pad = "same" if r.random() < 0.15 else [r.randint(0, 2) for _ in range(rank)]
    stride = 1 if pad == "same" else [r.randint(1, 3) for _ in range(rank)]
    m = getattr(nn, f"Conv{rank}d")(i, o, kernel, stride, pad, r.choice([1, 1, 2]), g, r.random() < 0.7, mode)
    x = torch.randn(r.randint(1, 3), i, *sizes(r, rank, 7))
    return m, (x,), batch(x) if r.random() < 0.5 else None


@torch_model
def transposed_convolution(r):
    rank = r.choice([1, 2, 2, 3])
    g = r.choice([1, 1, 2])
    i, o = g * r.randint(1, 5), g * r.randint(1, 5)
    stride = r.randint(1, 3)
    m = getattr(nn, f"ConvTranspose{rank}d")(i, o, r.randint(1, 4), stride, r.randint(0, 1), r.randint(0, stride - 1), g, r.random() < 0.7)
    return m, (torch.randn(r.randint(1, 2), i, *sizes(r, rank, 3, 6)),), None


@torch_model
def pool(r):
    rank = r.choice([1, 2, 2, 3])
    kernel = r.randint(2, 3)
    name = r.choice(["Max", "Avg"])
    more = {"count_include_pad": r.random() < 0.5} if name == "Avg" else {}
    m = getattr(nn, f"{name}Pool{rank}d")(kernel, r.randint(1, 3), r.randint(0, 1), ceil_mode=r.random() < 0.4, **more)
    return m, (torch.randn(r.randint(1, 2), r.randint(1, 10), *sizes(r, rank)),), None


@torch_model
def max_pool_indices(r):
    return nn.MaxPool2d(2, 2, return_indices=True), (torch.randn(1, r.randint(1, 4), 2 * r.randint(2, 4), 2 * r.randint(2, 4)),), None


@torch_model
def norm_pool(r):
    return nn.LPPool2d(r.choice([1, 2, 3]), r.randint(2, 3)), (torch.rand(1, 3, *sizes(r, 2)),), None


@torch_model
def adaptive_pool(r):
    rank = r.choice([1, 2, 3])
    n = r.choice([1, 2, 4])
    m = getattr(nn, f"Adaptive{r.choice(['Max', 'Avg'])}Pool{rank}d")(n)
    return m, (torch.randn(2, r.randint(1, 9), *[4 * r.randint(1, 3) for _ in range(rank)]),), None


@torch_model
def normalization(r):
    kind = r.choice(["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "GroupNorm", "InstanceNorm1d", "InstanceNorm2d", "LayerNorm", "LocalResponseNorm", "RMSNorm"])
    c = 2 * r.randint(1, 8)
    rank = {"BatchNorm1d": r.randint(0, 1), "BatchNorm3d": 3, "InstanceNorm1d": 1}.get(kind, 2)
    x = torch.randn(r.randint(2, 3), c, *sizes(r, rank, 3, 7))
    given = {"GroupNorm": (2, c), "LayerNorm": (list(x.shape[r.randint(1, 3):]),), "LocalResponseNorm": (r.choice([3, 5]),), "RMSNorm": (x.shape[-1],)}.get(kind, (c,))
    more = {"affine": r.random() < 0.7} if kind[:5] in ("Batch", "Insta") else {"eps": 1e-5} if kind == "RMSNorm" else {}
    return random_statistics(getattr(nn, kind)(*given, **more)), (x,), None


@torch_model
def padding(r):
    kind = r.choice(["ConstantPad1d", "ConstantPad2d", "ZeroPad2d", "ReflectionPad1d", "ReflectionPad2d", "ReplicationPad2d", "ReplicationPad3d", "CircularPad2d"])
    rank = int(kind[-2])
    p = [r.randint(0, 3) for _ in range(2 * rank)]
    given = (p, 1.5) if kind.startswith("Constant") else (p,)
    return getattr(nn, kind)(*given), (torch.randn(1, 2, *sizes(r, rank)),), None


@torch_model
def recurrent(r):
    kind = r.choice(["RNN", "GRU", "LSTM"])
    i, h, t, b = r.randint(1, 12), r.randint(1, 20), r.randint(1, 7), r.randint(1, 4)
    first = r.random() < 0.5
    more = {"nonlinearity": r.choice(["tanh", "relu"])} if kind == "RNN" else {}
    if kind == "LSTM" and r.random() < 0.15:
        more["proj_size"] = max(1, h - 1)
    m = getattr(nn, kind)(i, h, r.randint(1, 2), bias=r.random() < 0.8, batch_first=first, bidirectional=r.random() < 0.4, **more)
    x = torch.randn(b, t, i) if first else torch.randn(t, b, i)
    return m, (x,), {"x0": {0 if first else 1: "N", 1 if first else 0: "T"}} if r.random() < 0.6 else None


@torch_model
def recurrent_cell(r):
    i, h, b = r.randint(1, 9), r.randint(1, 9), r.randint(1, 3)
    kind = r.choice(["RNNCell", "GRUCell", "LSTMCell"])
    state = (torch.randn(b, h), torch.randn(b, h)) if kind == "LSTMCell" else torch.randn(b, h)
    return getattr(nn, kind)(i, h), (torch.randn(b, i), state), None


@torch_model
def attention(r):
    heads, each, t, b = r.randint(1, 4), r.randint(1, 6), r.randint(1, 7), r.randint(1, 3)

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.MultiheadAttention(heads * each, heads, batch_first=True)

        def forward(self, q, k):
            return self.inner(q, k, k, need_weights=False)[0]

    return Attention(), (torch.randn(b, t, heads * each), torch.randn(b, t + 1, heads * each)), None


@torch_model
def transformer(r):
    heads = r.randint(1, 4)
    d = heads * 2 * r.randint(1, 5)
    more = {"activation": r.choice(["relu", "gelu"]), "batch_first": True, "norm_first": r.random() < 0.5, "dropout": 0.0}
    m = nn.TransformerEncoder(nn.TransformerEncoderLayer(d, heads, 2 * d, **more), r.randint(1, 2), enable_nested_tensor=False)
    x = torch.randn(r.randint(1, 3), r.randint(2, 8), d)
    return m, (x,), {"x0": {0: "N", 1: "T"}}


@torch_model
def decoder(r):
    d = 4 * r.randint(1, 4)
    m = nn.TransformerDecoderLayer(d, 4, 2 * d, batch_first=True, dropout=0.0)
    return m, (torch.randn(2, r.randint(1, 5), d), torch.randn(2, r.randint(1, 6), d)), None


@torch_model
def embedding(r):
    n, d = r.randint(3, 30), r.randint(1, 16)
    x = torch.tensor([[r.randrange(n) for _ in range(5)] for _ in range(r.randint(1, 3))])
    return nn.Embedding(n, d, padding_idx=r.choice([None, 0])), (x,), {"x0": {0: "N", 1: "T"}}


@torch_model
def embedding_bag(r):
    n, d = r.randint(3, 20), r.randint(1, 8)
    x = torch.tensor([[r.randrange(n) for _ in range(4)] for _ in range(3)])
    return nn.EmbeddingBag(n, d, mode=r.choice(["sum", "mean", "max"])), (x,), None


@torch_model
def rearrange(r):
    k = r.randint(2, 3)
    x = torch.randn(r.randint(1, 2), k * k * r.randint(1, 3), k * r.randint(1, 3), k * r.randint(1, 3))
    m = r.choice([nn.PixelShuffle(k), nn.PixelUnshuffle(k), nn.ChannelShuffle(k), nn.Flatten(r.randint(0, 2)), nn.Unflatten(1, (k, -1)), nn.Unfold(2, stride=r.randint(1, 2))])
    return m, (x,), None


@torch_model
def fold(r):
    k, n = r.randint(1, 2), r.randint(3, 5)
    return nn.Fold((n, n), (k, k)), (torch.randn(1, 3 * k * k, (n - k + 1) ** 2),), None


@torch_model
def upsample(r):
    mode = r.choice(["nearest", "bilinear", "bicubic", "linear", "trilinear"])
    rank = {"linear": 1, "trilinear": 3}.get(mode, 2)
    more = {} if mode == "nearest" else {"align_corners": r.random() < 0.4}
    by = {"scale_factor": r.choice([2, 1.5, 3, 0.5])} if r.random() < 0.6 else {"size": sizes(r, rank, 3, 9)}
    return nn.Upsample(mode=mode, **by, **more), (torch.randn(1, r.randint(1, 4), *sizes(r, rank, 3, 7)),), None


@torch_model
def dropout(r):
    return r.choice([nn.Dropout(0.4), nn.Dropout2d(0.3), nn.AlphaDropout(0.2), nn.Identity()]), (torch.randn(2, 3, 4, 4),), None


@torch_model
def distance(r):
    m = r.choice([nn.CosineSimilarity(dim=1), nn.PairwiseDistance(p=r.choice([1.0, 2.0]))])
    n = r.randint(2, 9)
    return m, (torch.randn(3, n), torch.randn(3, n)), None


@torch_model
def loss(r):
    reduction = r.choice(["none", "mean", "sum"])
    n, c = r.randint(1, 5), r.randint(2, 6)
    kind = r.choice(["MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "BCELoss", "BCEWithLogitsLoss", "KLDivLoss", "CrossEntropyLoss", "NLLLoss", "HingeEmbeddingLoss", "SoftMarginLoss",
                     "MarginRankingLoss", "CosineEmbeddingLoss", "TripletMarginLoss", "PoissonNLLLoss", "GaussianNLLLoss"])
    m = getattr(nn, kind)(reduction=reduction)
    x, y = torch.randn(n, c), torch.randn(n, c)
    labels = torch.tensor([r.randrange(c) for _ in range(n)])
    signs = torch.tensor([r.choice([-1.0, 1.0]) for _ in range(n)])
    if kind in ("CrossEntropyLoss", "NLLLoss"):
        if r.random() < 0.3:
            m.weight = torch.rand(c) + 0.1
        if kind == "CrossEntropyLoss" and r.random() < 0.3:
            m.label_smoothing = 0.1
        return m, (x if kind[0] == "C" else x.log_softmax(1), labels), None
    if kind in ("BCELoss", "BCEWithLogitsLoss", "KLDivLoss"):
        return m, (x.sigmoid() if kind == "BCELoss" else x.log_softmax(1) if kind[0] == "K" else x, y.sigmoid()), None
    if kind in ("HingeEmbeddingLoss", "SoftMarginLoss"):
        return m, (x, signs[:, None].expand(n, c).contiguous()), None
    if kind == "MarginRankingLoss":
        return m, (x[:, 0].contiguous(), y[:, 0].contiguous(), signs), None
    if kind == "CosineEmbeddingLoss":
        return m, (x, y, signs), None
    if kind == "TripletMarginLoss":
        return m, (x, y, torch.randn(n, c)), None
    if kind == "GaussianNLLLoss":
        return m, (x, y, torch.rand(n, c) + 0.1), None
    return m, (x, y), None
