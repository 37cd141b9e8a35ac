"""Makes the small networks of TorchScriptOperatorsTest: one file for each group of operators, traced and scripted.

    python export_operators.py src/test/resources/torchscript [NAME ...]

Each network NAME gives NAME.traced.pt, NAME.scripted.pt and, for a seeded input of its own, NAME.input.npy and
NAME.output.npy.
"""
import os
import sys
from typing import Dict, List, Optional, Tuple

import numpy
import torch
import torchvision  # noqa: F401  its operators
from torch import nn
from torch.nn import functional as F
from torch.utils.mobile_optimizer import optimize_for_mobile


class Activations(nn.Module):
    """Every activation, each applied to the input, joined along the channels."""

    def __init__(self):
        super().__init__()
        self.all = nn.ModuleList([
            nn.ReLU(), nn.ReLU6(), nn.Hardtanh(-0.5, 0.7), nn.LeakyReLU(0.2), nn.ELU(0.8), nn.SELU(), nn.GELU(),
            nn.GELU(approximate="tanh"), nn.SiLU(), nn.Sigmoid(), nn.Tanh(), nn.Softmax(dim=1), nn.LogSoftmax(dim=1),
            nn.Hardswish(), nn.Hardsigmoid(), nn.Mish(), nn.Softplus(), nn.Softplus(beta=2), nn.PReLU(),
            nn.PReLU(3, init=0.3), nn.CELU(0.6), nn.Dropout(), nn.Identity()])
        self.conv = nn.Conv2d(3, 3, 1)

    def forward(self, x):
        x = self.conv(x)
        results: List[torch.Tensor] = []
        for activation in self.all:
            results.append(activation(x))
        return torch.cat(results, 1)


class InPlace(nn.Module):
    """Operators that change their operand, seen through another variable."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        x = self.conv(x)
        y = x
        self.relu(x)
        z = y.clone()
        y.mul_(2.0)
        F.hardtanh(y, 0.0, 0.5, True)
        return x + self.relu(z)


class Normalizations(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3)
        self.group = nn.GroupNorm(3, 6)
        self.instance = nn.InstanceNorm2d(6)
        self.affine = nn.InstanceNorm2d(6, affine=True)
        self.batch = nn.BatchNorm2d(6)
        self.plain = nn.BatchNorm2d(6, affine=False)
        self.layer = nn.LayerNorm([6, 10, 10])
        self.last = nn.LayerNorm(10, elementwise_affine=False)
        self.lrn = nn.LocalResponseNorm(3)

    def forward(self, x):
        x = self.conv(x)
        return torch.cat([self.group(x), self.instance(x), self.affine(x), self.batch(x), self.plain(x), self.layer(x),
                          self.last(x), self.lrn(x)], 1)


class Windows(nn.Module):
    """Pooling, padding, resampling and transposed convolution."""

    def __init__(self):
        super().__init__()
        self.pad = nn.ReflectionPad2d((1, 2, 0, 1))
        self.edge = nn.ReplicationPad2d(2)
        self.zero = nn.ZeroPad2d((0, 1, 2, 0))
        self.same = nn.Conv2d(3, 4, 4, padding="same", dilation=2)
        self.grouped = nn.Conv2d(4, 8, 3, stride=2, padding=1, groups=2)
        self.up = nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1, groups=2)
        self.max = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.dilated = nn.MaxPool2d(2, 1, dilation=2)
        self.average = nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False)
        self.padded = nn.AvgPool2d(2, padding=1)
        self.adaptive = nn.AdaptiveAvgPool2d((3, 2))
        self.nearest = nn.Upsample(scale_factor=2)
        self.bilinear = nn.Upsample(scale_factor=1.5, mode="bilinear")
        self.aligned = nn.Upsample(size=(7, 9), mode="bilinear", align_corners=True)

    def forward(self, x):
        x = self.up(self.grouped(self.same(self.zero(self.edge(self.pad(x))))))
        x = self.average(self.dilated(self.nearest(self.max(x))))
        x = self.aligned(self.bilinear(self.padded(x)))
        return torch.flatten(self.adaptive(x), 1) + F.adaptive_max_pool2d(x, 1).flatten(1).sum(1, keepdim=True)


class Shapes(nn.Module):
    """Views whose shape comes from the input, cuts, and joins, with the batch left open."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3)
        self.token = nn.Parameter(torch.randn(1, 1, 6))
        self.linear = nn.Linear(6, 5)

    def forward(self, x):
        x = self.conv(x)
        a, b = x.chunk(2, dim=1)
        c, d = torch.split(x, [2, 4], dim=1)
        x = torch.cat([b, a * 2, ], 1) + torch.cat([c, d], dim=1)
        n, k, h, w = x.shape
        x = x.view(n, 2, k // 2, h, w).transpose(1, 2).reshape(n, k, h, w)
        x = x.reshape(n, k, h * w).permute(0, 2, 1)
        x = torch.cat([self.token.expand(n, -1, -1), x], dim=1)
        x = self.linear(x) / 2 - 1
        x = x[:, 1:] * x[:, 0].unsqueeze(1)
        return (3 - x).mean(dim=1).squeeze() + torch.max(x, -x).pow(2).sum(1).clamp(min=0.1).sqrt()


class Volume(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv3d(1, 4, 3), nn.BatchNorm3d(4), nn.ReLU(), nn.MaxPool3d(2),
                                 nn.Conv3d(4, 4, 2), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(4, 3))

    def forward(self, x):
        return self.net(x)


class Signal(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv1d(2, 4, 5, stride=2), nn.BatchNorm1d(4), nn.ReLU(), nn.MaxPool1d(2),
                                 nn.AvgPool1d(2), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(4, 3))

    def forward(self, x):
        return self.net(x)


class Twice(nn.Module):
    """Modules that are used again, and parameters that are shared."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.relu = nn.ReLU()
        self.other = nn.Conv2d(3, 3, 3, padding=1)
        self.other.weight = self.conv.weight

    def forward(self, x):
        return self.other(self.relu(self.conv(self.relu(self.conv(x)))))


class Indexing(nn.Module):
    """Elements picked by tensors, written through views, and moved around."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.register_buffer("order", torch.tensor([2, 0, 3, 1]))
        self.register_buffer("rows", torch.tensor([[0, 4], [3, -1]]))
        self.register_buffer("mask", torch.tensor([True, False, True, True]))
        self.register_buffer("places", torch.randint(0, 6, (1, 4, 6, 2)))

    def forward(self, x):
        x = self.conv(x)
        n = x.size(0)
        a = x[:, self.order] + torch.index_select(x, 1, self.order)
        b = x[:, :, self.rows, self.order[:2]].flatten(1)
        c = x[:, self.mask].sum(1).flatten(1)
        d = torch.gather(x, 3, self.places.expand(n, -1, -1, -1)).flatten(1)
        e = torch.roll(x, shifts=(-2, 1), dims=(2, 3)).flip([3])
        f = x.clone()
        f[:, 1, 2:5] = 0.5
        f[:, :, ::2, 1] += 1.0
        f[:, 0].mul_(2.0)
        g = torch.zeros(6, 6)
        for i in range(3):
            g[2 * i:2 * i + 2, i:] = float(i)
        h = torch.where(f > 0.2, f, torch.full_like(f, -1.0)) * g
        k = x.masked_fill(torch.eye(6).eq(1), 3.0)
        u, v = torch.unbind(x[:, :2], 1)
        w = torch.tensor_split(x, 3, dim=3)[1].swapaxes(2, 3).flatten(1)
        y = x.unfold(3, 3, 2).flatten(1) if n > 0 else x
        return torch.cat([(a + e + h + k).flatten(1), b, c, d, u.flatten(1), v.flatten(1), w, y], 1)


class Tables(nn.Module):
    """Tensors made on the way, some of the size of the input."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)

    def forward(self, x):
        x = self.conv(x)
        n, c, h, w = x.shape
        ys, xs = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        position = (ys * 2 + xs).to(x.dtype) / 10
        ramp = torch.linspace(-1, 1, 4).view(1, 4, 1, 1)
        causal = torch.ones(5, 5).tril(-1).triu(-3)
        spread = torch.arange(4).repeat_interleave(2).float().repeat(2, 1).sum()
        tile = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).tile(2, 3)
        filled = x.new_full((1, 4, 1, 1), 0.25) + torch.zeros_like(x) + torch.ones(1, 4, 1, 1)
        return x * position + ramp + causal.sum() + spread + tile.cumsum(1).max() + filled


class Reductions(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)

    def forward(self, x):
        x = self.conv(x)
        flat = x.flatten(2)
        parts = [
            x.std(dim=(2, 3)), x.var(dim=[2, 3], unbiased=False), torch.norm(flat, 2.0, 2), torch.norm(flat, 1.0, 2),
            torch.linalg.norm(flat, dim=2), torch.linalg.vector_norm(flat, 3.0, dim=2), flat.logsumexp(2),
            flat.amax(2), flat.amin(2), flat.max(2)[0], flat.min(2)[0], flat.prod(2), flat.cumsum(2)[:, :, 3],
            flat.topk(2, dim=2)[0].flatten(1), flat.sort(2)[0][:, :, 1], flat.argmax(2).float(),
            F.normalize(flat, dim=2)[:, :, 0], F.cosine_similarity(flat, flat.flip([2]), dim=2),
            (flat > 0).float().mean(2), (flat > 0).any(2).float(), x.mean((2, 3)), x.sum([-1, -2]),
            torch.sqrt(torch.clamp(x, min=0.1, max=2.0)).sum((2, 3)), torch.remainder(flat, 0.3)[:, :, 2],
            torch.fmod(flat, 0.3)[:, :, 1], torch.floor_divide(flat, 0.2)[:, :, 0], flat.abs().log1p()[:, :, 4],
            torch.expm1(flat)[:, :, 0], flat.sign()[:, :, 0], flat.exp().reciprocal().rsqrt()[:, :, 1]]
        return torch.cat(parts, 1)


class MoreActivations(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.all = nn.ModuleList([
            nn.GLU(1), nn.Softmin(1), nn.Threshold(0.1, -0.5), nn.RReLU(), nn.Hardshrink(0.3), nn.Softshrink(0.2),
            nn.Tanhshrink(), nn.Softsign(), nn.LogSigmoid(), nn.AlphaDropout(), nn.Dropout2d(), nn.Softmax2d(),
            nn.FeatureAlphaDropout()])

    def forward(self, x):
        x = self.conv(x)
        results: List[torch.Tensor] = []
        for activation in self.all:
            results.append(activation(x))
        return torch.cat(results, 1)


class Matrices(nn.Module):
    """Products in every notation, and weights that are normalised as they are used."""

    def __init__(self):
        super().__init__()
        self.v = nn.Parameter(torch.randn(4, 3, 3, 3))
        self.g = nn.Parameter(torch.rand(4, 1, 1, 1))
        self.linear = nn.utils.parametrizations.spectral_norm(nn.Linear(16, 5))
        self.a = nn.Parameter(torch.randn(4, 16))
        self.b = nn.Parameter(torch.randn(2, 16, 3))

    def forward(self, x):
        x = F.conv2d(x, torch._weight_norm(self.v, self.g, 0)).flatten(2)
        n = x.size(0)
        parts = [
            torch.einsum("bcd,ed->bce", x, self.a), torch.einsum("bik,bjk->bij", x, x), x @ self.a.t(),
            torch.bmm(x, self.b[:1].expand(n, 16, 3)), torch.matmul(x, self.a[0]).unsqueeze(2),
            torch.einsum("bcd->bdc", x).mean(1, keepdim=True).expand(n, 4, 4), self.linear(x),
            torch.baddbmm(x, x @ self.a.t() @ self.a, torch.eye(16).expand(n, 16, 16), beta=0.5, alpha=2.0)]
        return torch.cat(parts, 2)


class Grids(nn.Module):
    """Resampling and what sees windows as columns."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.theta = nn.Parameter(torch.tensor([[[0.8, 0.3, 0.1], [-0.2, 0.9, 0.05]]]))

    def forward(self, x):
        x = self.conv(x)
        grid = F.affine_grid(self.theta.expand(x.size(0), -1, -1), [1, 4, 5, 7], align_corners=False) \
            if x.size(1) == 3 else F.affine_grid(self.theta, [1, 4, 5, 7], align_corners=False)
        parts = [
            F.interpolate(x, scale_factor=1.5, mode="bicubic"), F.interpolate(x, size=(5, 7), mode="nearest"),
            F.interpolate(x, scale_factor=2.0, mode="nearest-exact"), F.interpolate(x, scale_factor=2.0, mode="bilinear"),
            F.grid_sample(x, grid.expand(x.size(0), -1, -1, -1), align_corners=False), F.pixel_shuffle(x, 2),
            F.pixel_unshuffle(x, 2), F.unfold(x, 3, padding=1, stride=2), F.adaptive_max_pool2d(x, (4, 3)),
            F.avg_pool2d(x, 2, divisor_override=3), F.lp_pool2d(x, 2.0, 3, 2), F.pad(x, [1, 2, 1, 0], mode="circular"),
            F.fold(F.unfold(x, 2, stride=2), (8, 8), 2, stride=2), F.channel_shuffle(x, 2)]
        y, where = F.max_pool2d(x, 2, return_indices=True)
        parts.append(F.max_unpool2d(y, where, 2))
        flat: List[torch.Tensor] = []
        for part in parts:
            flat.append(part.flatten(1))
        return torch.cat(flat, 1)


class Attention(nn.Module):
    """torch's own modules: in traces they are fused kernels."""

    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.encoder = nn.TransformerEncoderLayer(8, 2, 16, activation="gelu", batch_first=True, norm_first=True)
        self.post = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)

    def forward(self, x):
        x = x.flatten(2).transpose(1, 2)
        y, weights = self.attention(x, x, x)
        assert weights is not None
        return torch.cat([self.post(self.encoder(x)), y, weights], 2)


class Classes(nn.Module):
    """The Python of scripted modules: dictionaries, tuples, options, texts, loops."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleDict({"a1": nn.Conv2d(3, 4, 1), "a2": nn.Conv2d(4, 4, 3, padding=1)})
        self.names = ["a1", "a2"]
        self.sizes: Dict[str, int] = {"a1": 2, "a2": 3}

    def scaled(self, x, factor: Optional[float] = None):
        if factor is None:
            return x
        return x * factor

    def forward(self, x):
        features: Dict[str, torch.Tensor] = {}
        for name, block in self.blocks.items():
            x = block(x)
            features["{}_{}".format(name, 0)] = x
        total = features["a1_0"]
        for i, name in enumerate(self.names):
            total = total + self.scaled(features[name + "_0"], 0.5 if i == 0 else None) * self.sizes[name]
        pair: Tuple[torch.Tensor, int] = (total, len(features))
        parts = [p.relu() for p in torch.chunk(pair[0], 2, 1)]
        count = 0
        while count < pair[1]:
            parts.append(parts[count] - 1)
            count += 1
        assert len(parts) == 4, "parts"
        return torch.cat(parts[::-1] if len(parts) > 10 else parts, 1)


class Lenient(nn.Module):
    """Poolings and paddings by the size of the input, which stays open."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 4, 3, stride=2)

    def forward(self, x):
        y = self.down(x)
        up = F.interpolate(y, size=x.shape[2:], mode="bilinear", align_corners=False)
        dy = x.size(2) - y.size(2)
        padded = F.pad(y, [0, x.size(3) - y.size(3), dy // 2, dy - dy // 2])
        rows = y.flatten(2).transpose(1, 2).reshape(y.size(0), y.size(2), y.size(3), 4).permute(0, 3, 1, 2)
        return torch.cat([up, padded, F.interpolate(rows, x.shape[-2:])], 1)


class Antialiased(nn.Module):
    """Resizing that averages over what a smaller image leaves out, to a size and by a factor, and larger images with it."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        x = self.conv(x)
        all = [F.interpolate(x, (3, 4), mode="bilinear", antialias=True),
               F.interpolate(x, scale_factor=0.4, mode="bilinear", antialias=True),
               F.interpolate(x, (11, 5), mode="bilinear", antialias=True),
               F.interpolate(x, (3, 4), mode="bicubic", antialias=True),
               F.interpolate(x, scale_factor=0.4, mode="bicubic", antialias=True),
               F.interpolate(x, (11, 5), mode="bicubic", antialias=True)]
        return torch.cat([a.flatten(1) for a in all], 1)


class Regions(nn.Module):
    """torchvision's operators on regions of two images: within, partly and wholly outside, smaller than a pixel."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.register_buffer("regions", torch.tensor([
            [0., 1, 1, 9, 9], [1, 3, 2, 11, 7], [0, -5, -4, 30, 20], [1, 40, 40, 44, 44], [1, 2.2, 2.3, 2.6, 2.8]]))

    def forward(self, x):
        x = self.conv(x)
        return torch.cat([torch.ops.torchvision.roi_align(x, self.regions, 0.5, 2, 3, 2, False),
                          torch.ops.torchvision.roi_align(x, self.regions, 1.0, 2, 3, -1, True)], 1)


class Suppressed(nn.Module):
    """Boxes out of a convolution, those that overlap better ones left out, as the head of a detector does."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 3, stride=2)

    def forward(self, x):
        y = self.conv(x)[0].flatten(1).t()
        boxes = torch.cat([y[:, :2], y[:, :2] + y[:, 2:4].exp()], 1)
        return boxes[torch.ops.torchvision.nms(boxes, y[:, 4], 0.3)]


class Deformed(nn.Module):
    """Deformable convolutions: offsets for each of two groups of channels, a mask, a stride; and a plain one of a narrow window."""

    def __init__(self):
        super().__init__()
        self.offset = nn.Conv2d(4, 2 * 2 * 9, 3, stride=2, padding=2, dilation=2)
        self.mask = nn.Conv2d(4, 2 * 9, 3, stride=2, padding=2, dilation=2)
        self.first = torchvision.ops.DeformConv2d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2)
        self.shift = nn.Conv2d(6, 2 * 3, 1)
        self.second = torchvision.ops.DeformConv2d(6, 3, (1, 3), padding=(0, 1), bias=False)

    def forward(self, x):
        x = self.first(x, 2 * self.offset(x), torch.sigmoid(self.mask(x))).relu()
        return self.second(x, self.shift(x))


class Mobile(nn.Module):
    """Optimised for mobile phones: weights are packed, activations become bounds."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, stride=2, padding=1)
        self.depthwise = nn.Conv2d(4, 8, 3, padding=2, dilation=2, groups=4, bias=False)
        self.up = nn.ConvTranspose2d(8, 2, 3, stride=2, padding=1, output_padding=1)
        self.linear = nn.Linear(2 * 10 * 10, 5)
        self.last = nn.Linear(5, 3)

    def forward(self, x):
        x = F.relu6(self.depthwise(F.relu(self.first(x))))
        x = F.hardtanh(self.up(x), -0.2, 0.1)
        return self.last(F.relu(self.linear(torch.flatten(x, 1))))


NETWORKS = [(Activations, (2, 3, 5, 5)), (InPlace, (2, 3, 6, 6)), (Normalizations, (2, 3, 12, 12)),
            (Windows, (2, 3, 13, 12)), (Shapes, (2, 3, 7, 6)), (Volume, (2, 1, 9, 9, 9)), (Signal, (2, 2, 40)),
            (Twice, (1, 3, 6, 6)), (Indexing, (2, 3, 6, 6)), (Tables, (2, 3, 5, 6)),
            (Reductions, (2, 3, 3, 3)), (MoreActivations, (2, 3, 5, 5)), (Matrices, (2, 3, 6, 6)),
            (Grids, (2, 3, 8, 8)), (Attention, (2, 8, 2, 3)), (Classes, (2, 3, 5, 5)), (Lenient, (2, 3, 9, 10)),
            (Antialiased, (2, 3, 11, 13)), (Regions, (2, 3, 12, 14)), (Suppressed, (1, 3, 12, 14)),
            (Mobile, (2, 3, 9, 9)), (Deformed, (2, 4, 11, 13))]


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for kind, shape in NETWORKS:
        if len(sys.argv) > 2 and kind.__name__ not in sys.argv[2:]:
            continue
        torch.manual_seed(3)
        model = kind().eval()
        for module in model.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.running_mean.uniform_(-0.3, 0.3)
                module.running_var.uniform_(0.5, 1.5)
        x = torch.randn(shape)
        name = os.path.join(folder, kind.__name__.lower())
        with torch.no_grad():
            numpy.save(name + ".input.npy", x.numpy())
            numpy.save(name + ".output.npy", model(x.clone()).numpy())
            traced = torch.jit.trace(model, x)
            (optimize_for_mobile(traced) if isinstance(model, Mobile) else traced).save(name + ".traced.pt")
            if isinstance(model, Mobile):  # as it is halfway: packing whenever it runs
                packing = torch.jit.freeze(torch.jit.script(model))
                torch._C._jit_pass_insert_prepacked_ops(packing.graph)
                packing.save(name + ".scripted.pt")
            elif not isinstance(model, Matrices):  # its parametrisation cannot be scripted
                torch.jit.script(model).save(name + ".scripted.pt")


if __name__ == "__main__":
    main()
