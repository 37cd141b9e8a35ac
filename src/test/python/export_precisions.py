"""Writes one small network with its numbers in float16, bfloat16, float64 and quantised, as ONNX and TorchScript.

    python3 export_precisions.py FOLDER

For each network NAME.onnx or NAME.pt the folder gets NAME.output.npy, what it answers to input.npy: PyTorch's own answer
in the precision of the file, for quantised ONNX that of the formulas written out in numpy. Needs PyTorch and onnx.
"""
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.relu = nn.ReLU()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(self.relu(self.conv(x)).mean((2, 3)))


class Quantised(nn.Module):
    """Keeps the weights of a convolution in eight bits, which needs no quantised convolution of the machine's."""

    def __init__(self, inner):
        super().__init__()
        w = inner.conv.weight.detach()
        self.register_buffer('weight', torch.quantize_per_tensor(w, float(w.abs().max()) / 127, 0, torch.qint8))
        self.bias = nn.Parameter(inner.conv.bias.detach())
        self.fc = inner.fc

    def forward(self, x):
        x = torch.quantize_per_tensor(x, 1 / 127., 0, torch.quint8).dequantize()
        x = torch.conv2d(x, self.weight.dequantize(), self.bias, padding=1)
        return self.fc(x.relu().mean((2, 3)))


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.quant = torch.ao.quantization.QuantStub()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.relu = nn.ReLU()
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(4 * 64, 3)
        self.dequant = torch.ao.quantization.DeQuantStub()

    def forward(self, x):
        return self.dequant(self.fc(self.flatten(self.relu(self.conv(self.quant(x))))))


def statically_quantised(x):
    """As torch.ao.quantization makes it, with packed parameters."""
    torch.backends.quantized.engine = 'qnnpack'
    module = Plain().eval()
    module.qconfig = torch.ao.quantization.get_default_qconfig('qnnpack')
    torch.ao.quantization.prepare(module, inplace=True)
    module(x)
    return torch.ao.quantization.convert(module)


class Cast(nn.Module):
    """Takes and gives float32, computes in another precision."""

    def __init__(self, inner, dtype):
        super().__init__()
        self.inner = inner.to(dtype)
        self.dtype = dtype

    def forward(self, x):
        return self.inner(x.to(self.dtype)).float()


def save(folder, name, module, x, formats):
    module.eval()
    with torch.no_grad():
        traced = torch.jit.trace(module, x)
        np.save(folder / f'{name}.output.npy', module(x).float().numpy())
    if 'pt' in formats:
        traced.save(str(folder / f'{name}.pt'))
    if 'onnx' in formats:
        torch.onnx.export(module, x, str(folder / f'{name}.onnx'), opset_version=13, input_names=['x'],
                          output_names=['scores'])


def quantised_onnx(folder, module, x):
    """The convolution between QuantizeLinear and DequantizeLinear, as exporters for edge devices write it."""
    w = module.conv.weight.detach().numpy()
    scale_w = np.abs(w).max() / 127
    scale_x = np.float32(np.abs(x).max() / 127)
    q = np.clip(np.rint(w / scale_w), -127, 127).astype(np.int8)
    constants = {'q': q, 'sw': np.float32(scale_w), 'zw': np.int8(0), 'sx': scale_x, 'zx': np.int8(0),
                 'b': module.conv.bias.detach().numpy(), 'fw': module.fc.weight.detach().numpy(),
                 'fb': module.fc.bias.detach().numpy()}
    nodes = [helper.make_node('QuantizeLinear', ['x', 'sx', 'zx'], ['xq']),
             helper.make_node('DequantizeLinear', ['xq', 'sx', 'zx'], ['xd']),
             helper.make_node('DequantizeLinear', ['q', 'sw', 'zw'], ['wd']),
             helper.make_node('Conv', ['xd', 'wd', 'b'], ['c'], pads=[1, 1, 1, 1]),
             helper.make_node('Relu', ['c'], ['r']),
             helper.make_node('ReduceMean', ['r'], ['m'], axes=[2, 3], keepdims=0),
             helper.make_node('Gemm', ['m', 'fw', 'fb'], ['scores'], transB=1)]
    graph = helper.make_graph(nodes, 'quantised', [helper.make_tensor_value_info('x', TensorProto.FLOAT, list(x.shape))],
                              [helper.make_tensor_value_info('scores', TensorProto.FLOAT, [1, 3])],
                              [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, str(folder / 'quantised.onnx'))
    xd = np.clip(np.rint(x / scale_x), -128, 127) * scale_x
    with torch.no_grad():
        c = torch.conv2d(torch.from_numpy(xd.astype(np.float32)), torch.from_numpy((q * scale_w).astype(np.float32)),
                         module.conv.bias, padding=1)
        np.save(folder / 'quantised.output.npy', module.fc(c.relu().mean((2, 3))).numpy())


def float16_onnx(folder, module, x):
    """Parameters in float16 and a Cast behind each, as converters write them that keep float32 at the ends."""
    path = str(folder / 'float16.onnx')
    torch.onnx.export(module.eval(), x, path, opset_version=13, input_names=['x'], output_names=['scores'])
    model = onnx.load(path)
    casts = []
    for t in model.graph.initializer:
        narrow = numpy_helper.from_array(numpy_helper.to_array(t).astype(np.float16), t.name + '_half')
        casts.append(helper.make_node('Cast', [narrow.name], [t.name], to=TensorProto.FLOAT))
        t.CopyFrom(narrow)
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(casts + nodes)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def main(folder):
    torch.manual_seed(3)
    x = torch.rand(1, 1, 8, 8)
    np.save(folder / 'input.npy', x.numpy())
    save(folder, 'float64', Cast(Small(), torch.float64), x, ['pt', 'onnx'])
    save(folder, 'bfloat16', Cast(Small(), torch.bfloat16), x, ['pt'])
    # PyTorch has no float16 convolution on a CPU: the answer is that of the narrowed parameters in float32.
    half = narrowed(Small())
    np.save(folder / 'float16.output.npy', half(x).detach().numpy())
    float16_onnx(folder, half, x)
    torch.jit.script(half).half().save(str(folder / 'float16.pt'))  # which narrows 'half' itself, too
    save(folder, 'quantised_packed', statically_quantised(x), x, ['pt'])
    save(folder, 'quantised_weights', Quantised(Small()), x, ['pt'])
    quantised_onnx(folder, Small().eval(), x.numpy())


def narrowed(module):
    """The same network whose parameters have gone through float16."""
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(p.half().float())
    return module


if __name__ == '__main__':
    main(Path(sys.argv[1]))
