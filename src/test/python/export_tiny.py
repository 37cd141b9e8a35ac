"""Makes the small-width networks of TinyArchitecturesTest: the hard architectures of docs/coverage.md, a few channels wide.

    python3 export_tiny.py src/test/resources/tiny [NAME ...]

writes FOLDER/NAME/ as export_coverage.py does, less the debugging information in TorchScript archives.
"""
import os
import sys
import warnings
import zipfile
from functools import partial

import torch
from torch import nn
from torchvision.models import convnext, densenet, efficientnet, maxvit, mobilenetv3, shufflenetv2, swin_transformer
from torchvision.models import vision_transformer
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.models.segmentation import fcn, lraspp
from torchvision.models.video import mvit

import export_coverage
from handwritten import UNet, VNet


def swin(block, merging):
    return swin_transformer.SwinTransformer([4, 4], 8, [2, 2], [2, 2], [4, 4], num_classes=5, block=block,
                                            downsample_layer=merging)


def tiny_mvit():
    settings = [mvit.MSBlockConfig(1, 8, 8, [], [3, 3, 3], [], [1, 2, 2]),
                mvit.MSBlockConfig(2, 8, 16, [3, 3, 3], [3, 3, 3], [1, 2, 2], [1, 1, 1])]
    return mvit.MViT((32, 32), 4, settings, residual_pool=False, residual_with_cls_embed=True, rel_pos_embed=False,
                     proj_after_attn=False, num_classes=5)


def tiny_mobilenet(classes=5):
    row = partial(mobilenetv3.InvertedResidualConfig, width_mult=1.0)
    return mobilenetv3.MobileNetV3([row(8, 3, 8, 8, True, "RE", 2, 1), row(8, 5, 16, 8, True, "HS", 1, 1)], 16, classes)


def tiny_lraspp():
    features = IntermediateLayerGetter(tiny_mobilenet().features, {"1": "low", "3": "high"})
    return lraspp.LRASPP(features, 8, 48, 4, 8)


def tiny_fcn():
    features = nn.Sequential()
    features.add_module("a", nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.ReLU(True)))
    features.add_module("b", nn.Sequential(nn.Conv2d(8, 16, 3, 2, 2, 2), nn.BatchNorm2d(16), nn.ReLU(True)))
    return fcn.FCN(IntermediateLayerGetter(features, {"b": "out", "a": "aux"}), fcn.FCNHead(16, 4), fcn.FCNHead(8, 4))


NETWORKS = {
    "swin_v1": (lambda: swin(swin_transformer.SwinTransformerBlock, swin_transformer.PatchMerging), (3, 48, 32)),
    "swin_v2": (lambda: swin(swin_transformer.SwinTransformerBlockV2, swin_transformer.PatchMergingV2), (3, 32, 32)),
    "maxvit": (lambda: maxvit.MaxVit((32, 32), 8, 2, [8, 16], [1, 1], 4, 0.0, num_classes=5), (3, 32, 32)),
    "vit": (lambda: vision_transformer.VisionTransformer(16, 4, 2, 2, 8, 16, num_classes=5), (3, 16, 16)),
    "mvit": (tiny_mvit, (3, 4, 32, 32)),
    "convnext": (lambda: convnext.ConvNeXt([convnext.CNBlockConfig(8, 12, 1), convnext.CNBlockConfig(12, None, 1)],
                                           num_classes=5), (3, 33, 32)),
    "efficientnet": (lambda: efficientnet.EfficientNet([efficientnet.MBConvConfig(1, 3, 1, 8, 8, 1),
                                                        efficientnet.FusedMBConvConfig(2, 3, 2, 8, 8, 1),
                                                        efficientnet.MBConvConfig(4, 5, 2, 8, 8, 2)], 0.1,
                                                       num_classes=5, last_channel=16), (3, 32, 40)),
    "mobilenet_v3": (tiny_mobilenet, (3, 32, 32)),
    "shufflenet": (lambda: shufflenetv2.ShuffleNetV2([1, 2, 1], [8, 8, 16, 16, 16], num_classes=5), (3, 64, 64)),
    "densenet": (lambda: densenet.DenseNet(4, (2, 2), 8, num_classes=5), (3, 32, 32)),
    "lraspp": (tiny_lraspp, (3, 40, 32)),
    "fcn": (tiny_fcn, (3, 32, 32)),
    "unet_bilinear": (lambda: UNet(1, 2, 2, True), (1, 24, 20)),
    "vnet": (lambda: VNet(2), (1, 8, 12, 12)),
}


def without_debugging(file):
    with zipfile.ZipFile(file) as archive:
        entries = [(e, archive.read(e)) for e in archive.infolist() if not e.filename.endswith(".debug_pkl")]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in entries:
            archive.writestr(entry.filename, data)


def main():
    warnings.filterwarnings("ignore")
    for name in sys.argv[2:] or NETWORKS:
        build, shape = NETWORKS[name]
        export_coverage.build = lambda _: (build(), shape)
        folder = os.path.join(sys.argv[1], name)
        print(name, export_coverage.export(name, folder) or "", flush=True)
        for file in ("model.pt", "model.scripted.pt"):
            if os.path.exists(os.path.join(folder, file)):
                without_debugging(os.path.join(folder, file))


if __name__ == "__main__":
    main()
