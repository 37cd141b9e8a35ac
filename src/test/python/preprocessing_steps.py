"""Computes preprocessing steps as their specifications define them, for PreprocessingStepsTest.

NumPy for bioimage.io (https://bioimage.io/docs, formats 0.4 and 0.5), PyTorch for torchvision's normalize; MONAI's
intensity transforms are written out from their documentation. Each case is a line in cases.txt: the step as Glassbox
writes it, then the file with the result. Run in src/test/resources/steps.
"""
import numpy as np
import torch
from torchvision.transforms import functional as tv

rng = np.random.default_rng(5)
plane = (rng.random((3, 7, 9)) * 300 - 40).astype(np.float32)
plane[0, 2] = 0
plane[1] = 7  # a channel of one value
volume = (rng.random((2, 4, 5, 6)) * 2000 - 1000).astype(np.float32)
volume[:, 1, 2:4] = 0

LETTERS = {3: "cyx", 4: "czyx"}


def over(x, axes):
    return tuple(LETTERS[x.ndim].index(a) for a in axes if a in LETTERS[x.ndim])


def zero_mean_unit_variance(x, axes, eps):
    a = over(x, axes)
    return (x - x.mean(axis=a, keepdims=True)) / (x.std(axis=a, keepdims=True) + eps)


def scale_range(x, low, high, axes, eps):
    a = over(x, axes)
    lower = np.percentile(x, low, axis=a, keepdims=True)
    upper = np.percentile(x, high, axis=a, keepdims=True)
    return (x - lower) / (upper - lower + eps)


def per_channel(x, numbers):
    return np.asarray(numbers, np.float64).reshape((-1,) + (1,) * (x.ndim - 1))


def normalize_nonzero(x):
    """MONAI's NormalizeIntensity(nonzero=True, channel_wise=True)."""
    y = x.copy()
    for c in range(len(x)):
        mask = x[c] != 0
        values = x[c][mask]
        std = values.std()
        y[c][mask] = (values - values.mean()) / (std if std != 0 else 1)
    return y


def scale_intensity_range(x, a_min, a_max, b_min, b_max):
    """MONAI's ScaleIntensityRange(clip=True)."""
    return np.clip((x - a_min) / (a_max - a_min) * (b_max - b_min) + b_min, b_min, b_max)


cases = []


def case(name, x, text, result):
    cases.append(f"{name} | {'plane' if x is plane else 'volume'} | {text}")
    np.save(name + ".npy", result.astype(np.float32))


x = plane.astype(np.float64)
v = volume.astype(np.float64)
case("zscore_yx", plane, "zscore axes=yx eps=1e-6", zero_mean_unit_variance(x, "yx", 1e-6))
case("zscore_all", plane, "zscore axes=cyx eps=1e-6", zero_mean_unit_variance(x, "cyx", 1e-6))
case("zscore_c", plane, "zscore axes=c eps=1e-3", zero_mean_unit_variance(x, "c", 1e-3))
case("zscore_slices", volume, "zscore axes=yx eps=1e-6", zero_mean_unit_variance(v, "yx", 1e-6))
case("zscore_volume", volume, "zscore axes=zyx eps=1e-6", zero_mean_unit_variance(v, "zyx", 1e-6))
case("zscore_x", volume, "zscore axes=czx eps=0.5", zero_mean_unit_variance(v, "czx", 0.5))
case("range_yx", plane, "percentiles low=1 high=99.8 axes=yx eps=1e-6", scale_range(x, 1, 99.8, "yx", 1e-6))
case("range_all", plane, "percentiles low=5 high=90 eps=1e-6", scale_range(x, 5, 90, "cyx", 1e-6))
case("range_slices", volume, "percentiles low=0 high=100 axes=cyx eps=1e-6", scale_range(v, 0, 100, "cyx", 1e-6))
case("linear", plane, "linear gain=0.5,2,-1 offset=1,0,3", x * per_channel(x, [0.5, 2, -1]) + per_channel(x, [1, 0, 3]))
case("fixed", plane, "standardize mean=1,2,3 std=4,5,6 eps=1e-6",
     (x - per_channel(x, [1, 2, 3])) / (per_channel(x, [4, 5, 6]) + 1e-6))
case("torchvision", plane, "imagenet",
     tv.normalize(torch.from_numpy(plane), [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]).numpy())
case("clip", plane, "clip min=-10 max=128.5", np.clip(x, -10, 128.5))
case("binarize", plane, "binarize threshold=7,6,100", (x > per_channel(x, [7, 6, 100])).astype(np.float32))
case("sigmoid", plane, "linear gain=0.02; sigmoid", 1 / (1 + np.exp(-0.02 * x)))
case("nonzero", volume, "zscore axes=zyx nonzero=true", normalize_nonzero(v))
case("window", volume, "linear gain=0.0025 offset=0.4; clip min=0 max=1", scale_intensity_range(v, -160, 240, 0, 1))
case("chain", plane, "clip min=0 max=200; percentiles low=2 high=98 axes=yx eps=1e-6; zscore axes=cyx eps=1e-6",
     zero_mean_unit_variance(scale_range(np.clip(x, 0, 200), 2, 98, "yx", 1e-6), "cyx", 1e-6))
np.save("plane.npy", plane)
np.save("volume.npy", volume)
open("cases.txt", "w").write("\n".join(cases) + "\n")
