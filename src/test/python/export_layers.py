"""Makes the small networks of LayerFilesTest and AttentionBlocksTest, each as ONNX (opset 17), traced and scripted.

    python3 export_layers.py src/test/resources/layers

"names" holds what makes the name of a layer hard to tell: modules used twice, containers used twice, a Sequential with
a forward of its own, lists and dictionaries of modules, a module named like a second call, modules that do nothing, and
one that returns a tuple. "attention" holds attention in the forms people write it in. Written with PyTorch 1.13.
"""
import math
import os
import sys
from typing import Tuple

import numpy
import torch
from torch import nn
from torch.nn import functional as F


class Residual(nn.Sequential):

    def forward(self, x):
        for module in self:
            x = module(x)
        return x + 1


class Pair(nn.Module):

    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 1)

    def forward(self, x) -> Tuple[torch.Tensor, torch.Tensor]:
        y = self.conv(x)
        return torch.tanh(y), y


class Block(nn.Module):

    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.conv2(y) + x)


class Names(nn.Module):

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Identity(), nn.Dropout())
        self.relu = nn.ReLU()
        self.conv = nn.Conv2d(4, 4, 1)
        self.conv_1 = nn.Conv2d(4, 4, 1)
        self.shared = nn.Sequential(nn.Conv2d(4, 4, 1), nn.GELU())
        self.residual = Residual(nn.Conv2d(4, 4, 1), nn.SiLU())
        self.layer1 = nn.Sequential(Block(4), Block(4))
        self.heads = nn.ModuleDict({"a": nn.Conv2d(4, 2, 1), "b": nn.Conv2d(4, 2, 1)})
        self.stages = nn.ModuleList([nn.Sequential(nn.Conv2d(4, 4, 1), nn.ReLU()) for _ in range(2)])
        self.pair = Pair(4)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        x = self.relu(self.conv(self.stem(x)))
        x = self.relu(self.conv_1(x))
        x = self.shared(self.shared(x))
        x = self.layer1(self.residual(x))
        for stage in self.stages:
            x = stage(x)
        x = torch.cat([self.heads["a"](x), self.heads["b"](x)], 1)
        a, b = self.pair(x)
        x = F.relu(a + b)
        return self.fc(torch.flatten(self.pool(x), 1))


class Timm(nn.Module):
    """q, k and v by one linear layer; the scale on q or on the product."""

    def __init__(self, width, heads, on_query: bool):
        super().__init__()
        self.heads = heads
        self.scale = (width // heads) ** -0.5
        self.on_query = on_query
        self.qkv = nn.Linear(width, 3 * width)
        self.attn_drop = nn.Dropout(0.1)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        b, n, c = x.shape
        qkv = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        if self.on_query:
            attn = (q * self.scale) @ k.transpose(-2, -1)
        else:
            attn = (q @ k.transpose(-2, -1)) * self.scale
        attn = self.attn_drop(attn.softmax(dim=-1))
        return self.proj((attn @ v).transpose(1, 2).reshape(b, n, c))


class Masked(nn.Module):
    """A bias of positions and a mask added to the product; nn.Softmax as a module of its own."""

    def __init__(self, width, heads, tokens):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.softmax = nn.Softmax(dim=-1)
        self.bias = nn.Parameter(torch.randn(heads, tokens, tokens))
        self.register_buffer("mask", torch.zeros(tokens, tokens).masked_fill(torch.eye(tokens) > 0, -100.0))

    def split(self, x):
        return x.reshape(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)

    def forward(self, x):
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
        weights = self.softmax(scores + self.bias.unsqueeze(0) + self.mask)
        return (weights @ v).transpose(1, 2).flatten(2)


class ByEinsum(nn.Module):

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.to_qkv = nn.Linear(width, 3 * width)
        self.merge = nn.Linear(width, width)

    def forward(self, x):
        b, n, c = x.shape
        q, k, v = self.to_qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        weights = F.softmax(torch.einsum("bhid,bhjd->bhij", q, k) * 0.3, dim=-1)
        return self.merge(torch.einsum("bhij,bhjd->bihd", weights, v).reshape(b, n, c))


class NonLocal(nn.Module):
    """Wang et al. 2018: places of a picture look at one another, without heads."""

    def __init__(self, channels):
        super().__init__()
        self.theta = nn.Conv2d(channels, 4, 1)
        self.phi = nn.Conv2d(channels, 4, 1)
        self.g = nn.Conv2d(channels, channels, 1)

    def forward(self, x):
        weights = torch.softmax(torch.bmm(self.theta(x).flatten(2).transpose(1, 2), self.phi(x).flatten(2)), dim=2)
        return x + torch.bmm(weights, self.g(x).flatten(2).transpose(1, 2)).transpose(1, 2).reshape(x.shape)


class Attention(nn.Module):

    def __init__(self):
        super().__init__()
        self.nonlocal_ = NonLocal(6)
        self.embed = nn.Conv2d(6, 12, 2, stride=2)
        self.mha = nn.MultiheadAttention(12, 2, batch_first=True)
        self.timm = nn.ModuleList([Timm(12, 3, True), Timm(12, 3, False)])
        self.masked = Masked(12, 4, 9)
        self.einsum = ByEinsum(12, 6)
        self.gate = nn.Linear(12, 12)
        self.head = nn.Linear(12, 5)

    def forward(self, x):
        x = self.embed(self.nonlocal_(x)).flatten(2).transpose(1, 2)
        x = x + self.mha(x, x, x, need_weights=False)[0]
        for block in self.timm:
            x = x + block(x)
        x = self.einsum(x + self.masked(x))
        x = x * torch.softmax(self.gate(x), dim=-1)
        return torch.softmax(self.head(x.mean(1)), dim=1)


def main(folder):
    os.makedirs(folder, exist_ok=True)
    for name, make, shape in (("names", Names, (1, 3, 8, 8)), ("attention", Attention, (1, 6, 6, 6))):
        torch.manual_seed(1)
        model = make().eval()
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.uniform_(-0.2, 0.2)
                module.running_var.uniform_(0.7, 1.4)
        x = torch.rand(shape, generator=torch.Generator().manual_seed(7))
        path = lambda file: os.path.join(folder, name + file)  # noqa: E731
        with torch.no_grad():
            numpy.save(path(".input.npy"), x.numpy())
            numpy.save(path(".output.npy"), model(x).numpy())
            torch.jit.trace(model, x).save(path(".traced.pt"))
            torch.jit.script(model).save(path(".scripted.pt"))
            # the exporter cannot say the fused attention of evaluation mode: tracing the decomposed one
            for module in model.modules():
                if isinstance(module, nn.MultiheadAttention):
                    module.train()
            torch.onnx.export(model, x, path(".onnx"), opset_version=17, input_names=["input"],
                              training=torch.onnx.TrainingMode.PRESERVE if name == "attention"
                              else torch.onnx.TrainingMode.EVAL)


if __name__ == "__main__":
    main(sys.argv[1])
