"""What people write in forward: one random expression a model."""
import torch
import torch.nn.functional as F
from torch import nn

from . import torch_model


class Expression(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, *inputs):
        return self.f(*inputs)


def shape(r, low=1, high=4):
    return [r.randint(2, 6) for _ in range(r.randint(low, high))]


def dynamic(r, x, *others):
    return {"x0": {i: f"d{i}" for i in range(x.dim())}} if r.random() < 0.4 else None


def one(r, choices, low=1, high=4, draw=torch.randn):
    """A model of one of the choices, functions of a tensor."""
    x = draw(*shape(r, low, high))
    return Expression(r.choice(choices)), (x,), dynamic(r, x)


def numbers(*dims):
    return torch.randint(-5, 9, dims)


@torch_model
def unary(r):
    return one(r, [torch.abs, torch.neg, torch.sign, torch.floor, torch.ceil, torch.round, torch.sin, torch.cos, torch.atan, torch.sinh, torch.cosh, torch.erf,
                   torch.exp, torch.expm1, torch.tanh, torch.sigmoid, torch.square, lambda x: torch.rsqrt(x * x + 1), lambda x: torch.log(x.abs() + 0.5),
                   lambda x: torch.log1p(x.abs()), lambda x: torch.log2(x.abs() + 1), lambda x: torch.reciprocal(x.abs() + 1), lambda x: x.abs() ** 0.5, lambda x: x ** 3,
                   lambda x: torch.asin(x.tanh()), lambda x: torch.acos(x.tanh()), torch.trunc, torch.frac, lambda x: torch.atan2(x, x + 1), lambda x: x % 3])


@torch_model
def binary(r):
    f = r.choice([torch.add, torch.sub, torch.mul, lambda a, b: a / (b.abs() + 1), torch.maximum, torch.minimum, lambda a, b: torch.pow(a.abs() + 0.1, b),
                  lambda a, b: torch.where(a > b, a, -b), lambda a, b: (a > b) & (a < 1), lambda a, b: (a <= b) | (b == b),
                  lambda a, b: torch.lerp(a, b, 0.3), lambda a, b: torch.addcmul(a, a, b, value=0.5), lambda a, b: torch.clamp(a, min=-0.5) + b, lambda a, b: a.eq(b).float() - b])
    s = shape(r)
    return Expression(f), (torch.randn(*s), torch.randn(*[n if r.random() < 0.7 else 1 for n in s])), None


@torch_model
def integers(r):
    f = r.choice([lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a // (b.abs() + 1), lambda a, b: a % (b.abs() + 1), lambda a, b: a & b, lambda a, b: a | b, lambda a, b: a ^ b,
                  lambda a, b: torch.where(a == b, a, b), lambda a, b: a.float() / (b.float() + 9), lambda a, b: (a.sum(0), b.max()), lambda a, b: torch.bitwise_not(a) - b,
                  lambda a, b: a.abs() << 1, lambda a, b: a.to(torch.int32) * 2, lambda a, b: a.double() + b])
    s = shape(r)
    return Expression(f), (numbers(*s), numbers(*s)), None


@torch_model
def reduction(r):
    d, keep = r.choice([-1, 0]), r.random() < 0.5
    return one(r, [lambda x: x.sum(), lambda x: x.mean(d, keep), lambda x: x.sum(d, keepdim=keep), lambda x: x.amax(d, keep), lambda x: x.amin(d, keep), lambda x: x.std(d), lambda x: x.var(d, unbiased=False),
                   lambda x: x.prod(d), lambda x: x.norm(), lambda x: x.norm(1, d), lambda x: torch.logsumexp(x, d), lambda x: x.argmax(d), lambda x: x.argmin(d, keepdim=keep), lambda x: x.max(d),
                   lambda x: x.min(d), lambda x: x.cumsum(d), lambda x: (x > 0).any(d), lambda x: (x > -2).all(), lambda x: torch.var_mean(x, d),
                   lambda x: F.normalize(x, dim=d), lambda x: torch.count_nonzero(x > 0, d)])


@torch_model
def views(r):
    return one(r, [lambda x: x.flatten(1), lambda x: x.transpose(0, -1), lambda x: x.permute(*reversed(range(x.dim()))), lambda x: x.unsqueeze(1), lambda x: x[None], lambda x: x.reshape(-1), lambda x: x.view(x.size(0), -1),
                   lambda x: x.expand(3, *x.shape), lambda x: x.repeat(2, *[1] * (x.dim() - 1)), lambda x: x.tile(2), lambda x: torch.flip(x, [0, -1]), lambda x: torch.roll(x, 1, 0), lambda x: x.squeeze(),
                   lambda x: torch.stack([x, x + 1], 1), lambda x: torch.cat([x, -x], -1), lambda x: x.chunk(2, -1), lambda x: x.split(1, 0)[0], lambda x: x.unbind(0)[0], lambda x: x.unflatten(0, (1, -1)),
                   lambda x: x.movedim(0, -1), lambda x: x.contiguous().view(-1, 1), lambda x: x.swapaxes(0, 1), lambda x: x.broadcast_to(2, *x.shape), lambda x: torch.narrow(x, 0, 0, 1), lambda x: x.unfold(0, 2, 1)], 2, 4)


@torch_model
def indexing(r):
    return one(r, [lambda x: x[0], lambda x: x[-1], lambda x: x[:, 1], lambda x: x[..., ::2], lambda x: x[1:, :-1], lambda x: x[:, None, 1:], lambda x: x[torch.tensor([1, 0, 1])], lambda x: x[:, torch.tensor([1, 1])],
                   lambda x: x.index_select(0, torch.tensor([1, 0])), lambda x: torch.gather(x, 0, torch.zeros_like(x, dtype=torch.long)), lambda x: x.masked_fill(x > 0, -1.0), lambda x: torch.tril(x), lambda x: torch.triu(x, 1),
                   lambda x: x[x.size(0) // 2:], lambda x: x.topk(2, -1), lambda x: x.sort(-1), lambda x: x.argsort(0), lambda x: x.scatter(0, torch.zeros_like(x, dtype=torch.long)[:1], 9.0), lambda x: x[x > 0],
                   lambda x: torch.nonzero(x > 0), lambda x: torch.diagonal(x), lambda x: x.masked_select(x < 0), lambda x: torch.take_along_dim(x, x.argsort(-1), -1), lambda x: x.index_fill(0, torch.tensor([1]), 3.0),
                   lambda x: torch.scatter_add(x, 0, torch.zeros_like(x, dtype=torch.long), x), lambda x: x.index_add(0, torch.tensor([1]), x[:1])], 2, 3)


@torch_model
def assignment(r):
    def f(x):
        y = x.clone()
        y[:, 1] = 0
        y[0] += 1
        return y

    def g(x):
        y = torch.zeros_like(x)
        y[..., 1:] = x[..., :-1]
        return y

    return one(r, [f, g], 2, 3)


@torch_model
def creation(r):
    return one(r, [lambda x: x + torch.arange(x.size(-1)), lambda x: torch.ones_like(x) * 2 + x, lambda x: torch.full((x.size(0), 2), 3.5), lambda x: torch.eye(x.size(0)) + 0, lambda x: torch.zeros(x.shape, dtype=torch.int64),
                   lambda x: x * torch.linspace(0, 1, 5)[:1], lambda x: torch.arange(0, x.size(0), 2), lambda x: F.one_hot(x.argmax(-1), 8), lambda x: torch.meshgrid(torch.arange(x.size(0)), torch.arange(3), indexing="ij")[0],
                   lambda x: torch.tensor(x.shape[0]) + 1, lambda x: x.new_ones(2, x.size(0)), lambda x: x.numel() * torch.ones(1)], 2, 3)


@torch_model
def products(r):
    a, b, c, n = r.randint(1, 7), r.randint(1, 7), r.randint(1, 7), r.randint(1, 4)
    f, s, t = r.choice([(torch.matmul, (n, a, b), (b, c)), (torch.matmul, (2, n, a, b), (n, b, c)), (torch.bmm, (n, a, b), (n, b, c)), (torch.mm, (a, b), (b, c)), (lambda x, y: torch.einsum("nij,njk->nik", x, y), (n, a, b), (n, b, c)),
                        (lambda x, y: torch.einsum("ij,kj->ik", x, y), (a, b), (c, b)), (lambda x, y: torch.einsum("bhid,bhjd->bhij", x, y), (1, n, a, b), (1, n, c, b)), (torch.matmul, (b,), (b, c)), (torch.matmul, (a, b), (b,)),
                        (torch.outer, (a,), (b,)), (lambda x, y: torch.baddbmm(torch.ones(1), x, y), (n, a, b), (n, b, c)), (lambda x, y: torch.addmm(torch.ones(1), x, y, alpha=0.5), (a, b), (b, c)), (torch.cdist, (n, a, b), (n, c, b)),
                        (lambda x, y: F.scaled_dot_product_attention(x, y, y, is_causal=True), (1, n, a, b), (1, n, a, b)), (lambda x, y: F.scaled_dot_product_attention(x, y, y), (1, n, a, b), (1, n, c, b))])
    return Expression(f), (torch.randn(s), torch.randn(t)), None


@torch_model
def sampling(r):
    mode, align = r.choice(["bilinear", "nearest", "bicubic"]), r.random() < 0.5
    pad = r.choice(["zeros", "border", "reflection"])
    x, grid = torch.randn(1, 2, r.randint(3, 6), r.randint(3, 6)), torch.rand(1, r.randint(2, 5), 3, 2) * 2.4 - 1.2
    if r.random() < 0.3:
        return Expression(lambda t: F.affine_grid(t, [1, 2, 4, 5], align_corners=align)), (torch.randn(1, 2, 3),), None
    return Expression(lambda x, g: F.grid_sample(x, g, mode=mode, padding_mode=pad, align_corners=align)), (x, grid), None


@torch_model
def interpolation(r):
    return one(r, [lambda x: F.interpolate(x, scale_factor=2), lambda x: F.interpolate(x, size=(5, 7), mode="bilinear", align_corners=True), lambda x: F.interpolate(x, size=x.shape[2:], mode="bicubic"),
                   lambda x: F.interpolate(x, scale_factor=0.6, mode="bilinear", recompute_scale_factor=True), lambda x: F.interpolate(x, (x.size(2) * 2, 3), mode="nearest"), lambda x: F.avg_pool2d(x, 2, ceil_mode=True),
                   lambda x: F.pad(x, (1, 2, 0, 1), value=0.5), lambda x: F.pad(x, (1, 1, 1, 0), mode="replicate"), lambda x: F.pixel_shuffle(x.repeat(1, 4, 1, 1), 2),
                   lambda x: F.interpolate(x, size=(3, 3), mode="bilinear", antialias=True), lambda x: F.max_pool2d(x, 2, 1), lambda x: F.unfold(x, 2), lambda x: F.adaptive_avg_pool2d(x, 1)], 4, 4)


@torch_model
def complex_numbers(r):
    return one(r, [lambda x: torch.view_as_real(torch.fft.fft(x, dim=-1)), lambda x: torch.view_as_real(torch.fft.rfft(x, dim=-1)),
                   lambda x: torch.stft(x.flatten().repeat(9)[:40], 8, 4, window=torch.ones(8), return_complex=False, center=False)], 1, 2)
