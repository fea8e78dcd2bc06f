"""Small networks with random weights."""
import torch
import torch.nn.functional as F
from torch import nn

from . import torch_model
from .layers import random_statistics


def act(r):
    return r.choice([nn.ReLU, nn.SiLU, nn.GELU, nn.Hardswish, nn.LeakyReLU, nn.Sigmoid, nn.ReLU6, nn.Mish])()


def image(r, c, low=12, high=20):
    return torch.randn(r.randint(1, 2), c, r.randint(low, high), r.randint(low, high))


def open_image(r):
    return r.choice([None, {"x0": {0: "N"}}, {"x0": {0: "N", 2: "H", 3: "W"}}])


@torch_model
def perceptron(r):
    widths = [r.randint(2, 40) for _ in range(r.randint(2, 5))]
    parts = []
    for a, b in zip(widths, widths[1:]):
        parts += [nn.Linear(a, b), r.choice([nn.BatchNorm1d(b), nn.LayerNorm(b), nn.Identity()]), act(r), nn.Dropout(0.2)]
    return random_statistics(nn.Sequential(*parts)), (torch.randn(r.randint(1, 5), widths[0]),), {"x0": {0: "N"}}


@torch_model
def classifier(r):
    parts, c = [], 3
    for _ in range(r.randint(1, 4)):
        d = r.randint(3, 40)
        parts += [nn.Conv2d(c, d, r.choice([1, 3, 5]), r.randint(1, 2), r.randint(0, 2), bias=r.random() < 0.5), nn.BatchNorm2d(d), act(r)]
        if r.random() < 0.3:
            parts.append(r.choice([nn.MaxPool2d(2, ceil_mode=r.random() < 0.5), nn.AvgPool2d(2)]))
        c = d
    parts += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, r.randint(2, 12))]
    return random_statistics(nn.Sequential(*parts)), (image(r, 3, 20, 30),), open_image(r)


class Residual(nn.Module):
    def __init__(self, r, c, group):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(c, c, 3, 1, 1, groups=group, bias=False), nn.BatchNorm2d(c), act(r), nn.Conv2d(c, c, 1), nn.BatchNorm2d(c))
        self.last = act(r)

    def forward(self, x):
        return self.last(x + self.body(x))


@torch_model
def residual(r):
    c = 2 * r.randint(2, 16)
    return random_statistics(nn.Sequential(nn.Conv2d(3, c, 3), *[Residual(r, c, r.choice([1, 2, c])) for _ in range(r.randint(1, 3))])), (image(r, 3),), open_image(r)


class Excite(nn.Module):
    def __init__(self, r, c):
        super().__init__()
        m = max(1, c // 4)
        self.body = nn.Sequential(nn.Conv2d(c, 3 * c, 1, bias=False), nn.BatchNorm2d(3 * c), nn.SiLU(), nn.Conv2d(3 * c, 3 * c, 3, 1, 1, groups=3 * c), nn.Hardswish())
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(3 * c, m, 1), nn.ReLU(), nn.Conv2d(m, 3 * c, 1), r.choice([nn.Sigmoid(), nn.Hardsigmoid()]))
        self.project = nn.Conv2d(3 * c, c, 1)

    def forward(self, x):
        y = self.body(x)
        return x + self.project(y * self.gate(y))


@torch_model
def squeeze_excite(r):
    c = r.randint(2, 14)
    return random_statistics(nn.Sequential(nn.Conv2d(3, c, 3, 2, 1), *[Excite(r, c) for _ in range(r.randint(1, 3))])), (image(r, 3),), open_image(r)


class Shuffle(nn.Module):
    def __init__(self, r, c):
        super().__init__()
        self.c = c
        self.body = nn.Sequential(nn.Conv2d(c, c, 1), nn.ReLU(), nn.Conv2d(c, c, 3, 1, 1, groups=c), nn.BatchNorm2d(c))

    def forward(self, x):
        a, b = x.chunk(2, 1)
        y = torch.cat([a, self.body(b)], 1)
        n, c, h, w = y.shape
        return y.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)


@torch_model
def shuffled(r):
    c = r.randint(2, 29)
    return random_statistics(nn.Sequential(nn.Conv2d(3, 2 * c, 3), *[Shuffle(r, c) for _ in range(r.randint(1, 3))])), (image(r, 3),), open_image(r)


class Dense(nn.Module):
    def __init__(self, r, c, growth, n):
        super().__init__()
        self.layers = nn.ModuleList(nn.Sequential(nn.BatchNorm2d(c + i * growth), nn.ReLU(), nn.Conv2d(c + i * growth, growth, 3, 1, 1)) for i in range(n))

    def forward(self, x):
        for layer in self.layers:
            x = torch.cat([x, layer(x)], 1)
        return x


@torch_model
def dense(r):
    c = r.randint(3, 12)
    return random_statistics(nn.Sequential(nn.Conv2d(3, c, 3), Dense(r, c, r.randint(1, 10), r.randint(1, 4)))), (image(r, 3),), open_image(r)


class Hourglass(nn.Module):
    def __init__(self, r, c):
        super().__init__()
        self.down, self.middle, self.norm = nn.Conv2d(3, c, 3, 1, 1), nn.Conv2d(c, 2 * c, 3, 2, 1), nn.InstanceNorm2d(2 * c, affine=True)
        self.up = r.choice([nn.ConvTranspose2d(2 * c, c, 2, 2), nn.Sequential(nn.Upsample(scale_factor=2, mode=r.choice(["nearest", "bilinear"])), nn.Conv2d(2 * c, c, 1))])
        self.head = nn.Conv2d(2 * c, r.randint(1, 4), 1)

    def forward(self, x):
        a = F.relu(self.down(x))
        b = F.leaky_relu(self.norm(self.middle(a)), 0.1)
        return torch.sigmoid(self.head(torch.cat([self.up(b), a], 1)))


@torch_model
def hourglass(r):
    x = torch.randn(1, 3, 2 * r.randint(4, 8), 2 * r.randint(4, 8))
    return Hourglass(r, r.randint(2, 12)), (x,), r.choice([None, {"x0": {0: "N"}}])


class Heads(nn.Module):
    def __init__(self, r, c, classes):
        super().__init__()
        self.classes = classes
        self.stem, self.next = nn.Conv2d(3, c, 3, 2, 1), nn.Conv2d(c, c, 3, 2, 1)
        self.boxes = nn.ModuleList(nn.Conv2d(c, 3 * 4, 1) for _ in range(2))
        self.scores = nn.ModuleList(nn.Conv2d(c, 3 * classes, 3, 1, 1) for _ in range(2))

    def forward(self, x):
        maps = [F.relu(self.stem(x))]
        maps.append(F.relu(self.next(maps[0])))
        boxes = torch.cat([h(m).permute(0, 2, 3, 1).reshape(x.size(0), -1, 4) for h, m in zip(self.boxes, maps)], 1)
        scores = torch.cat([h(m).permute(0, 2, 3, 1).reshape(x.size(0), -1, self.classes) for h, m in zip(self.scores, maps)], 1)
        return boxes, scores.softmax(-1)


@torch_model
def detector(r):
    return Heads(r, r.randint(3, 20), r.randint(2, 6)), (image(r, 3),), open_image(r)


class Patches(nn.Module):
    def __init__(self, r, d, p, n):
        super().__init__()
        self.patch = nn.Conv2d(3, d, p, p)
        self.token, self.position = nn.Parameter(torch.randn(1, 1, d)), nn.Parameter(torch.randn(1, n + 1, d))
        self.body = nn.TransformerEncoderLayer(d, 2, 2 * d, batch_first=True, norm_first=True, activation="gelu", dropout=0.0)
        self.head = nn.Linear(d, 5)

    def forward(self, x):
        t = self.patch(x).flatten(2).transpose(1, 2)
        t = torch.cat([self.token.expand(x.size(0), -1, -1), t], 1) + self.position
        return self.head(self.body(t)[:, 0])


@torch_model
def vision_transformer(r):
    p, k = r.randint(2, 4), r.randint(2, 4)
    return Patches(r, 4 * r.randint(1, 8), p, k * k), (torch.randn(r.randint(1, 3), 3, p * k, p * k),), {"x0": {0: "N"}}


class Tagger(nn.Module):
    def __init__(self, r, words, d, h):
        super().__init__()
        self.words = nn.Embedding(words, d)
        self.inner = r.choice([nn.LSTM, nn.GRU])(d, h, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * h, 4)

    def forward(self, x):
        return self.out(self.inner(self.words(x))[0]).log_softmax(-1)


@torch_model
def tagger(r):
    words = r.randint(5, 30)
    x = torch.tensor([[r.randrange(words) for _ in range(6)] for _ in range(r.randint(1, 3))])
    return Tagger(r, words, r.randint(2, 10), r.randint(2, 20)), (x,), {"x0": {0: "N", 1: "T"}}


class Language(nn.Module):
    def __init__(self, r, words, d):
        super().__init__()
        self.words, self.places = nn.Embedding(words, d), nn.Embedding(32, d)
        self.q, self.k, self.v, self.o = (nn.Linear(d, d) for _ in range(4))
        self.norm = nn.LayerNorm(d)
        self.heads = 2

    def forward(self, x):
        n, t = x.shape
        y = self.words(x) + self.places(torch.arange(t))
        q, k, v = (f(y).view(n, t, self.heads, -1).transpose(1, 2) for f in (self.q, self.k, self.v))
        scores = q @ k.transpose(-1, -2) / q.size(-1) ** 0.5
        scores = scores.masked_fill(torch.triu(torch.ones(t, t, dtype=torch.bool), 1), float("-inf"))
        y = self.norm(y + self.o((scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, -1)))
        return y @ self.words.weight.T


@torch_model
def language(r):
    words = r.randint(5, 30)
    x = torch.tensor([[r.randrange(words) for _ in range(7)] for _ in range(r.randint(1, 3))])
    return Language(r, words, 4 * r.randint(1, 6)), (x,), {"x0": {0: "N", 1: "T"}}


@torch_model
def temporal(r):
    c, k = r.randint(1, 6), r.randint(2, 3)
    parts = []
    for i in range(r.randint(1, 3)):
        d = r.randint(2, 24)
        parts += [nn.ConstantPad1d(((k - 1) * 2**i, 0), 0.0), nn.Conv1d(c, d, k, dilation=2**i), nn.BatchNorm1d(d), act(r)]
        c = d
    return random_statistics(nn.Sequential(*parts)), (torch.randn(2, parts[1].in_channels, r.randint(10, 40)),), {"x0": {0: "N", 2: "T"}}


@torch_model
def autoencoder(r):
    n, m, k = r.randint(4, 30), r.randint(3, 12), r.randint(1, 4)
    return nn.Sequential(nn.Linear(n, m), nn.Tanh(), nn.Linear(m, k), nn.Softplus(), nn.Linear(k, m), nn.ELU(), nn.Linear(m, n), nn.Sigmoid()), (torch.randn(3, n),), {"x0": {0: "N"}}


@torch_model
def volume(r):
    c = r.randint(2, 9)
    m = nn.Sequential(nn.Conv3d(1, c, 3, padding=1), nn.BatchNorm3d(c), act(r), nn.MaxPool3d(2), nn.Conv3d(c, 3, 1), nn.AdaptiveAvgPool3d(1), nn.Flatten())
    return random_statistics(m), (torch.randn(1, 1, *[r.randint(4, 8) for _ in range(3)]),), {"x0": {0: "N"}}
