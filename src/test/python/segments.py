"""Segments of small images by scikit-image (0.19.3), to compare with: writes src/test/resources/segments.

Images are scaled to between 0 and 1. Gray images are given to slic and quickshift as gray RGB, as LIME's users do.
"""
import os
import numpy as np
from skimage import color, filters, io, segmentation, transform

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "resources", "segments")


def scaled(image):
    image = image.astype(np.float32)
    return (image - image.min()) / (image.max() - image.min())


def phantom():
    image = io.imread(os.path.join(HERE, "..", "..", "..", "test-images", "malignant_1.png"), as_gray=True)
    return scaled(transform.resize(image, (96, 96), anti_aliasing=True))


def colours():
    """Discs and a gradient in colour, with a little noise, so that hardly anything ties."""
    y, x = np.mgrid[:80, :96] / 80.0
    image = np.stack([0.3 + 0.3 * x, 0.5 - 0.3 * y, 0.4 + 0.2 * x * y], -1)
    for cy, cx, r, rgb in [(0.3, 0.3, 0.2, (0.9, 0.2, 0.1)), (0.65, 0.8, 0.25, (0.1, 0.8, 0.2)), (0.2, 0.9, 0.13, (0.9, 0.9, 0.2))]:
        image[(y - cy) ** 2 + (x - cx) ** 2 < r * r] = rgb
    image += np.random.RandomState(1).normal(0, 0.02, image.shape)
    return scaled(image)


def volume():
    z, y, x = np.mgrid[:16, :32, :40] / 32.0
    image = 0.3 + 0.2 * x + 0.5 * ((z - 0.25) ** 2 + (y - 0.4) ** 2 + (x - 0.5) ** 2 < 0.04)
    image += 0.3 * ((z - 0.2) ** 2 + (y - 0.75) ** 2 + (x - 0.95) ** 2 < 0.03)
    image = image + np.random.RandomState(2).normal(0, 0.02, image.shape)
    return scaled(image)


def save(name, array):
    np.save(os.path.join(OUT, name + ".npy"), array)


def segments(name, image, rgb, gray):
    lab = color.rgb2lab(rgb)
    light = lab[..., 0] / 100
    out = {"slic": segmentation.slic(rgb, 50, compactness=10, sigma=1, start_label=0, channel_axis=-1),
           "watershed": segmentation.watershed(filters.sobel(light), markers=50, compactness=0.001)}
    if image.ndim == 2 or rgb is image:
        out["felzenszwalb"] = segmentation.felzenszwalb(image, scale=100, sigma=0.5, min_size=20,
                                                        channel_axis=None if gray else -1)
        out["quickshift"] = segmentation.quickshift(rgb.astype(np.float64), kernel_size=4, max_dist=200, ratio=0.2,
                                                    random_seed=1)
    for method, labels in out.items():
        save(name + "_" + method, labels.astype(np.int32))
        print(name, method, len(np.unique(labels)))


os.makedirs(OUT, exist_ok=True)
for name, image, gray in [("phantom", phantom(), True), ("colours", colours(), False), ("volume", volume(), True)]:
    save(name, (image[None, None] if gray else np.moveaxis(image, -1, 0)[None]).astype(np.float32))
    segments(name, image, color.gray2rgb(image) if gray else image, gray)
