"""Makes the small networks whose files the fuzz test damages: src/test/resources/fuzz.

Each is saved as ONNX and as TorchScript, with one input. They are small so that a random change
hits structure about as often as weights: convolutions with batch norm and pooling, a transformer
block, and a network that computes with shapes and decides by attributes. The fourth is ONNX alone:
operators of ONNX Runtime and of operator sets that PyTorch here does not write.

    python3 src/test/python/make_fuzz_seeds.py src/test/resources/fuzz
"""

import pathlib
import sys
import warnings

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from onnx import helper
from torch import nn
from torch.nn import functional as F


class Pixels(nn.Module):
    """An encoder and a decoder of a few channels, with most layers that have a window."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 4, 3, stride=2, padding=1)
        self.norm1 = nn.BatchNorm2d(4)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=2, dilation=2, groups=2)
        self.average = nn.AvgPool2d(3, 1, 1)
        self.up = nn.ConvTranspose2d(4, 3, 2, stride=2)
        self.group = nn.GroupNorm(1, 3)
        self.linear = nn.Linear(3, 3)

    def forward(self, x):
        x = self.pool(F.relu(self.norm1(self.conv1(x))))
        x = self.average(F.leaky_relu(self.conv2(x)))
        x = self.group(self.up(x))
        x = F.interpolate(x, scale_factor=2.0, mode="nearest")
        return self.linear(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Attends(nn.Module):
    """Patches, a position embedding, one transformer block and a head, as people write them."""

    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(2, 4, 4, stride=4)
        self.token = nn.Parameter(torch.zeros(1, 1, 4))
        self.position = nn.Parameter(torch.randn(1, 17, 4))
        self.norm1 = nn.LayerNorm(4)
        self.qkv = nn.Linear(4, 12)
        self.out = nn.Linear(4, 4)
        self.norm2 = nn.LayerNorm(4)
        self.up = nn.Linear(4, 8)
        self.down = nn.Linear(8, 4)
        self.head = nn.Linear(4, 3)

    def attention(self, x):
        n, length, width = x.shape
        q, k, v = self.qkv(x).reshape(n, length, 3, 2, width // 2).permute(2, 0, 3, 1, 4).unbind(0)
        weights = (q @ k.transpose(-2, -1) * 0.7).softmax(dim=-1)
        return self.out((weights @ v).transpose(1, 2).reshape(n, length, width))

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.position
        x = x + self.attention(self.norm1(x))
        x = x + self.down(F.gelu(self.up(self.norm2(x))))
        return self.head(x[:, 0])


class Shapes(nn.Module):
    """Pads, cuts, repeats and resizes by what it computes of sizes, and loops over its settings."""

    def __init__(self):
        super().__init__()
        self.sizes = [8, 6, 4]
        self.flip = True
        self.conv = nn.Conv2d(2, 2, 3, padding=1)
        self.linear = nn.Linear(8, 3)

    def forward(self, x):
        n = x.size(0)
        for size in self.sizes:
            x = F.relu(self.conv(x))
            x = F.interpolate(x, size=[size, size], mode="bilinear", align_corners=False)
        if self.flip:
            x = F.pad(x, [1, 1, 2, 0], mode="constant", value=0.5)
        else:
            x = x * 2
        h = x.size(2) // 2
        top, bottom = torch.split(x, h, 2)
        y = torch.cat([top + 1.0, bottom * 0.5], 1)
        y = y.repeat(1, 1, 2, 1) + torch.zeros([1, 1, 2 * h, 1])
        y = y.reshape(n, 8, -1).mean(2)
        y = torch.where(y > 0.0, y, y * 0.1)
        return self.linear(y.expand(n, 8))


def newer(file):
    """A convolution with its activation, attention, windows as columns, bits and a scan: newer operators."""
    rng = np.random.default_rng(7)
    weights = []

    def weight(name, *shape):
        weights.append(onnx.numpy_helper.from_array(rng.normal(0, 0.5, shape).astype(np.float32), name))
        return name

    def integers(name, *values):
        weights.append(onnx.numpy_helper.from_array(np.array(values, np.int64), name))
        return name

    def node(kind, ins, out, domain="", **attributes):
        return helper.make_node(kind, ins, out.split(), domain=domain, name="n_" + out.split()[0], **attributes)

    body = helper.make_graph(
        [helper.make_node("Add", ["s_in", "x_in"], ["s_out"]), helper.make_node("Tanh", ["s_out"], ["y_out"])], "body",
        [helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, ["n", 8]) for n in ("s_in", "x_in")],
        [helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, ["n", 8]) for n in ("s_out", "y_out")])
    ms = "com.microsoft"
    nodes = [
        node("FusedConv", ["input", weight("w1", 4, 2, 3, 3), weight("b1", 4)], "conv", ms, activation="Relu",
             kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2]),
        node("CenterCropPad", ["conv", integers("size", 8, 8)], "crop", axes=[2, 3]),
        node("DeformConv", ["crop", weight("w2", 4, 4, 1, 1), weight("offset", 1, 2, 8, 8)], "deform",
             kernel_shape=[1, 1]),
        node("Reshape", ["deform", integers("flat", -1, 4, 64)], "columns"),
        node("Col2Im", ["columns", integers("image", 8, 8), integers("block", 1, 1)], "image_of"),
        node("Gelu", ["image_of"], "gelu", approximate="tanh"),
        node("Reshape", ["gelu", integers("tokens", -1, 32, 8)], "token"),
        node("SkipLayerNormalization", ["token", "token", weight("gamma", 8), weight("beta", 8)], "skip", ms),
        node("Attention", ["skip", weight("qkv", 8, 24), weight("bias", 24)], "attend", ms, num_heads=2),
        node("RMSNormalization", ["attend", weight("scale", 8)], "rms"),
        node("RotaryEmbedding", ["rms", weight("cos", 32, 2), weight("sin", 32, 2), "position"], "rotary", num_heads=2),
        node("Attention", ["rotary", "rms", "attend"], "attend24", q_num_heads=2, kv_num_heads=2),
        node("Swish", ["attend24"], "swish"),
        node("Scan", ["state", "swish"], "last each", body=body, num_scan_inputs=1, scan_input_axes=[1],
             scan_output_axes=[1]),
        node("BiasGelu", ["last", weight("b3", 8)], "biased", ms),
        node("FusedGemm", ["biased", weight("w3", 8, 3), weight("b4", 3)], "output", ms, activation="LeakyRelu",
             activation_alpha=0.1),
    ]
    weights.append(onnx.numpy_helper.from_array(np.zeros((1, 8), np.float32), "state"))
    weights.append(onnx.numpy_helper.from_array(np.arange(32, dtype=np.int64).reshape(1, 32), "position"))
    graph = helper.make_graph(
        nodes, "newer", [helper.make_tensor_value_info("input", onnx.TensorProto.FLOAT, [1, 2, 16, 16])],
        [helper.make_tensor_value_info("output", onnx.TensorProto.FLOAT, [1, 3])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 24), helper.make_opsetid(ms, 1)])
    onnx.save(model, file)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore")
    for name, net in {"pixels": Pixels(), "attends": Attends(), "shapes": Shapes()}.items():
        torch.manual_seed(7)
        for p in net.parameters():
            nn.init.normal_(p, std=0.5)
        net.eval()
        x = torch.randn(1, 2, 16, 16)
        np.save(folder / f"{name}.input.npy", x.numpy())
        np.save(folder / f"{name}.output.npy", net(x).detach().numpy())
        torch.onnx.export(net, x, folder / f"{name}.onnx", opset_version=17, input_names=["input"],
                          output_names=["output"], dynamic_axes={"input": {0: "n"}})
        script = torch.jit.trace(net, x) if name == "pixels" else torch.jit.script(net)
        script.save(str(folder / f"{name}.pt"))
    newer(str(folder / "newer.onnx"))
    torch.manual_seed(8)
    np.save(folder / "newer.input.npy", torch.randn(1, 2, 16, 16).numpy())


if __name__ == "__main__":
    with torch.no_grad():
        main(pathlib.Path(sys.argv[1]))
