"""Exports torchvision networks with seeded random weights for TorchvisionFamiliesTest.

    python export_torchvision.py FOLDER [NAME ...]

writes FOLDER/NAME/ with model.pt (traced), model.scripted.pt, model.onnx13.onnx, model.onnx17.onnx, input.npy and
logits.npy for each network; without names, for the families AlexNet, VGG, ResNet, SqueezeNet, DenseNet and MobileNet.
Then: mvn test -Dtest=TorchvisionFamiliesTest -Dglassbox.torchvision=FOLDER
"""
import os
import sys

import numpy
import torch
import torchvision

FAMILIES = ["alexnet", "vgg11", "vgg16", "vgg16_bn", "resnet18", "squeezenet1_1", "densenet121", "mobilenet_v2"]


def randomise(model):
    """Weights that keep activations alive through the depth, and batch statistics that are not the identity."""
    for module in model.modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.7, 1.4)
            module.weight.data.uniform_(0.8, 1.2)
            module.bias.data.uniform_(-0.2, 0.2)


def export(name, folder, image):
    torch.manual_seed(1)
    model = getattr(torchvision.models, name)(weights=None).eval()
    randomise(model)
    os.makedirs(folder, exist_ok=True)
    with torch.no_grad():
        numpy.save(os.path.join(folder, "input.npy"), image.numpy())
        numpy.save(os.path.join(folder, "logits.npy"), model(image).numpy())
        torch.jit.trace(model, image).save(os.path.join(folder, "model.pt"))
        torch.jit.script(model).save(os.path.join(folder, "model.scripted.pt"))
        for opset in (13, 17):
            torch.onnx.export(model, image, os.path.join(folder, f"model.onnx{opset}.onnx"), opset_version=opset,
                              input_names=["input"], output_names=["output"],
                              dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}})


def main():
    root, names = sys.argv[1], sys.argv[2:] or FAMILIES
    torch.set_num_threads(2)
    image = torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(7))
    for name in names:
        export(name, os.path.join(root, name), image)
        print(name)


if __name__ == "__main__":
    main()
