"""Makes the small networks of TorchScriptOperatorsTest: one file for each group of operators, traced and scripted.

    python export_operators.py src/test/resources/torchscript

Each network NAME gives NAME.traced.pt, NAME.scripted.pt and, for a seeded input of its own, NAME.input.npy and
NAME.output.npy.
"""
import os
import sys
from typing import List

import numpy
import torch
from torch import nn
from torch.nn import functional as F


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


NETWORKS = [(Activations, (2, 3, 5, 5)), (InPlace, (2, 3, 6, 6)), (Normalizations, (2, 3, 12, 12)),
            (Windows, (2, 3, 13, 12)), (Shapes, (2, 3, 7, 6)), (Volume, (2, 1, 9, 9, 9)), (Signal, (2, 2, 40)),
            (Twice, (1, 3, 6, 6))]


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for kind, shape in NETWORKS:
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
            torch.jit.trace(model, x).save(name + ".traced.pt")
            torch.jit.script(model).save(name + ".scripted.pt")


if __name__ == "__main__":
    main()
