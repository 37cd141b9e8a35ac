"""Small detectors with dense heads, as ONNX and TorchScript, and the gradients PyTorch finds of single boxes' scores.

    OMP_NUM_THREADS=1 python3 export_detectors.py ../resources/detectors

pair    two outputs: scores 1 x 48 x 3 (logits) and boxes 1 x 48 x 4 (left, top, right, bottom in pixels), like RetinaNet
columns one output 1 x (4 + 3) x 48: centre x, y, width, height in pixels, scores after a sigmoid, like YOLOv8
softmax the same as pair, with a softmax over the classes, like SSD
rows    one output 1 x 48 x (5 + 3): centre and extent as fractions, objectness, scores after a sigmoid, like YOLOv5
For each: <name>.onnx, <name>.pt (traced), <name>.gradients.npy; and one input.npy, cases.txt. The gradients are those of the
score of the box that cases.txt names, before a softmax: for the most likely of all, and for each of three rectangles.
"""
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

HEIGHT, WIDTH, STRIDE, CLASSES = 24, 32, 4, 3
RECTANGLES = [(1, 1, 12, 10), (14, 8, 30, 20), (5, 12, 17, 23)]


class Detector(nn.Module):
    """A backbone, a head that scores the places of a grid, a head that moves and stretches a box at each."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        self.stem = nn.Conv2d(3, 8, 4, 2, 1)
        self.body = nn.Conv2d(8, 12, 4, 2, 1)
        self.cls = nn.Conv2d(12, CLASSES, 3, 1, 1)
        self.obj = nn.Conv2d(12, 1, 3, 1, 1)
        self.box = nn.Conv2d(12, 4, 3, 1, 1)
        y, x = torch.meshgrid(torch.arange(HEIGHT // STRIDE), torch.arange(WIDTH // STRIDE), indexing="ij")
        self.register_buffer("centre", (torch.stack([x, y]).float() + 0.5) * STRIDE)

    def forward(self, image):
        f = torch.relu(self.body(torch.relu(self.stem(image))))
        moved = self.box(f)
        centre = (self.centre + STRIDE * torch.tanh(moved[:, :2])).flatten(2)
        extent = (10 * torch.exp(0.5 * torch.tanh(moved[:, 2:]))).flatten(2)
        scores = self.cls(f).flatten(2)
        if self.kind in ("pair", "softmax"):
            corners = torch.cat([centre - extent / 2, centre + extent / 2], 1)
            scores = scores.transpose(1, 2)
            return torch.softmax(scores, 2) if self.kind == "softmax" else scores, corners.transpose(1, 2)
        if self.kind == "columns":
            return torch.cat([centre, extent, torch.sigmoid(scores)], 1)
        size = torch.tensor([WIDTH, HEIGHT], dtype=torch.float32).reshape(1, 2, 1)
        objectness = torch.sigmoid(self.obj(f).flatten(2))
        return torch.cat([centre / size, extent / size, objectness, torch.sigmoid(scores)], 1).transpose(1, 2)


def boxes_and_scores(kind, output):
    """Corners in pixels, and scores, a box a row."""
    if kind in ("pair", "softmax"):
        return output[1][0], output[0][0]
    rows = output[0].transpose(0, 1) if kind == "columns" else output[0]
    scale = torch.tensor([1.0, 1.0] if kind == "columns" else [WIDTH, HEIGHT])
    centre, extent = rows[:, :2] * scale, rows[:, 2:4] * scale
    # The score of YOLOv5's classes is the product with whether there is an object at all.
    scores = rows[:, -CLASSES:] * rows[:, 4:5] if kind == "rows" else rows[:, -CLASSES:]
    return torch.cat([centre - extent / 2, centre + extent / 2], 1), scores


def overlap(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    both = max(w, 0) * max(h, 0)
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def pointed_at(boxes, probabilities, rectangle, k):
    """The box of class k at a rectangle, plainly."""
    near = [b for b in range(len(boxes)) if overlap(boxes[b], rectangle) > 0]
    own = [b for b in near if probabilities[b].argmax() == k] or near
    most = max(probabilities[b][k] for b in own)
    close = [b for b in own if probabilities[b][k] >= 0.5 * most]
    return max(close, key=lambda b: (overlap(boxes[b], rectangle), probabilities[b][k]))


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(11)
    image = torch.rand(1, 3, HEIGHT, WIDTH)
    np.save(folder / "input.npy", image.numpy())
    cases = []
    for kind in ("pair", "columns", "rows", "softmax"):
        torch.manual_seed(5)
        net = Detector(kind).eval()
        for head in (net.cls, net.box, net.obj):
            head.weight.data *= 4
        names = ["scores", "boxes"] if kind in ("pair", "softmax") else ["output"]
        torch.onnx.export(net, image, str(folder / f"{kind}.onnx"), opset_version=17, input_names=["image"], output_names=names)
        torch.jit.trace(net, image).save(str(folder / f"{kind}.pt"))
        net.kind = "pair" if kind == "softmax" else kind
        with torch.no_grad():
            boxes, scores = boxes_and_scores(kind, net(image))
        scores_ = scores.numpy()
        probabilities = scores_
        if kind == "pair":
            probabilities = 1 / (1 + np.exp(-scores_))
        if kind == "softmax":
            probabilities = torch.softmax(scores, 1).numpy()
        top = np.unravel_index(probabilities.argmax(), scores_.shape)
        asked = [(int(top[0]), int(top[1]), "top")]
        for i, r in enumerate(RECTANGLES):
            asked.append((pointed_at(boxes.numpy(), probabilities, r, i), i, " ".join(map(str, r))))
        gradients = []
        for b, k, where in asked:
            x = image.clone().requires_grad_()
            boxes_and_scores(kind, net(x))[1][b, k].backward()
            gradients.append(x.grad.numpy())
            corners = " ".join(f"{v:.4f}" for v in boxes[b].tolist())
            cases.append(f"{kind};{where};{k};{b};{scores_[b, k]:.6f};{corners}")
        np.save(folder / f"{kind}.gradients.npy", np.concatenate(gradients))
    (folder / "cases.txt").write_text("\n".join(cases) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
