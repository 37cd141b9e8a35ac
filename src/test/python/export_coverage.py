"""Exports every architecture of docs/coverage.md with seeded random weights, in every format PyTorch can.

    python3 export_coverage.py FOLDER [NAME ...]
    python3 export_coverage.py FOLDER --opset 9,11,13 [NAME ...]

writes FOLDER/NAME/ with input.npy, logits.npy, model.onnx (opset 17), model.pt (traced) and model.scripted.pt; a format
that PyTorch itself cannot export leaves errors.json with the reason. Needs PyTorch 1.13 and torchvision 0.14, as Debian
12 has them (python3-torch, python3-torchvision, python3-onnx). All of them take some 20 GB; a folder that is complete is
left as it is. With --opset it writes FOLDER/OPSET/NAME/ with input.npy, logits.npy and a model.onnx of that operator set
alone; "11-17" is written in 11 and converted to 17 by onnx.version_converter.
"""
import argparse
import json
import os
import warnings

import numpy
import torch
import torchvision
from torchvision.models import detection, segmentation, video  # noqa: F401

from handwritten import HANDWRITTEN

CLASSIFIERS = [
    "squeezenet1_0", "squeezenet1_1",
    "shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0",
    "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large",
    "mnasnet0_5", "mnasnet0_75", "mnasnet1_0", "mnasnet1_3",
    "resnet18", "swin_t", "swin_v2_t", "maxvit_t", "vit_b_16", "convnext_tiny", "googlenet", "inception_v3",
    "efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3", "efficientnet_b4", "efficientnet_v2_s",
    "regnet_x_400mf", "regnet_x_800mf", "regnet_x_1_6gf", "regnet_x_3_2gf", "regnet_x_8gf",
    "regnet_y_400mf", "regnet_y_800mf", "regnet_y_1_6gf", "regnet_y_3_2gf", "regnet_y_8gf",
    "densenet121", "densenet161", "densenet169", "densenet201",
    "resnet34", "resnet50", "resnet101", "resnet152",
    "resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2",
    "convnext_small", "vit_b_32",
    "alexnet", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn",
]
SEGMENTERS = ["lraspp_mobilenet_v3_large", "deeplabv3_mobilenet_v3_large", "fcn_resnet50", "deeplabv3_resnet50"]
VIDEOS = ["r3d_18", "mc3_18", "r2plus1d_18", "s3d", "mvit_v1_b"]
SIZES = {"inception_v3": (299, 299), "swin_v2_t": (256, 256), "s3d": (16, 224, 224), "mvit_v1_b": (16, 224, 224)}


def build(name):
    if name in HANDWRITTEN:
        return HANDWRITTEN[name]()
    if name in SEGMENTERS:
        return getattr(segmentation, name)(weights=None, weights_backbone=None), (3, 224, 224)
    if name in VIDEOS:
        return getattr(video, name)(weights=None), (3,) + SIZES.get(name, (16, 112, 112))
    options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    return getattr(torchvision.models, name)(weights=None, **options), (3,) + SIZES.get(name, (224, 224))


def randomise(model):
    """Batch statistics that are not the identity."""
    for module in model.modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.7, 1.4)
            module.weight.data.uniform_(0.8, 1.2)
            module.bias.data.uniform_(-0.2, 0.2)
        if isinstance(module, torch.nn.Linear) and not module.weight.any():  # a head that starts at zero scores nothing
            module.weight.data.normal_(std=0.02)


def first(output):
    """The scores: of several outputs the first, of a dictionary the one called 'out'."""
    if isinstance(output, dict):
        return output["out"]
    return output[0] if isinstance(output, tuple) else output


def seeded(name):
    """The network and an image for it."""
    torch.manual_seed(1)
    model, shape = build(name)
    model.eval()
    randomise(model)
    return model, torch.rand(1, *shape, generator=torch.Generator().manual_seed(7))


def write(folder, model, image, formats):
    """Writes the image, the scores and each format; returns why PyTorch cannot write some."""
    os.makedirs(folder, exist_ok=True)
    path = lambda file: os.path.join(folder, file)  # noqa: E731
    numpy.save(path("input.npy"), image.numpy())
    errors = {}
    with torch.no_grad():
        numpy.save(path("logits.npy"), first(model(image)).numpy())
        for file, export in formats.items():
            try:
                export(path(file))
            except Exception as e:  # what PyTorch cannot export is a finding, not a failure
                reason = (str(e).strip() or type(e).__name__).splitlines()[0]
                if "_native_multi_head_attention" not in reason:
                    errors[file] = reason
                    continue
                with torch.enable_grad():  # without PyTorch's fused inference kernels
                    export(path(file))
    with open(path("errors.json"), "w") as f:
        json.dump(errors, f, indent=1)
    return errors


def onnx_export(model, image, opset):
    """How model.onnx is written: by PyTorch in an operator set, or ("11-17") in one and converted to the other."""
    written, *converted = (int(o) for o in opset.split("-"))

    def write_onnx(file):
        torch.onnx.export(model, image, file, opset_version=written, input_names=["input"])
        for to in converted:
            import onnx.version_converter
            onnx.save(onnx.version_converter.convert_version(onnx.load(file), to), file)
    return write_onnx


def export(name, folder, opset=None):
    """In every format PyTorch can, or as ONNX of one operator set alone."""
    model, image = seeded(name)
    formats = {"model.onnx": onnx_export(model, image, opset or "17")}
    if opset is None:
        formats["model.pt"] = lambda f: torch.jit.trace(model, image, strict=False).save(f)
        formats["model.scripted.pt"] = lambda f: torch.jit.script(model).save(f)
    return write(folder, model, image, formats)


def main():
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--opset", help="ONNX alone, in these operator sets: 9,11,13")
    arguments = parser.parse_intermixed_args()
    for name in arguments.names or list(HANDWRITTEN) + CLASSIFIERS + SEGMENTERS + VIDEOS:
        for opset in arguments.opset.split(",") if arguments.opset else [None]:
            folder = os.path.join(arguments.folder, opset or "", name)
            if not os.path.exists(os.path.join(folder, "errors.json")):
                print(name, opset or "", export(name, folder, opset) or "", flush=True)


if __name__ == "__main__":
    main()
