"""Expected values for the settings of class activation maps, by PyTorch and NumPy alone.

    python3 src/test/python/cam_settings.py

Writes src/test/resources/cam. The networks are those of src/test/resources/reference.
"""
import itertools
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
RESOURCES = os.path.join(HERE, '..', 'resources')
OUT = os.path.join(RESOURCES, 'cam')


def save(name, array):
    array = np.ascontiguousarray(np.asarray(array, dtype=np.float32))
    np.save(os.path.join(OUT, name + '.npy'), array)


def upsampling():
    torch.manual_seed(1)
    coarse = torch.randn(1, 1, 3, 5)
    save('coarse', coarse)
    for extents in ((8, 11), (2, 15)):
        text = '%dx%d' % extents
        save('bicubic_' + text, F.interpolate(coarse, extents, mode='bicubic', align_corners=False))
        save('nearest_' + text, F.interpolate(coarse, extents, mode='nearest-exact'))


def guided(p, guide, radius, epsilon):
    """Equations 5 to 8 and 14 to 16, window by window."""
    space = p.shape
    channels = guide.shape[0]
    a = np.zeros((channels,) + space)
    b = np.zeros(space)

    def window(at):
        return tuple(slice(max(0, i - r), i + r + 1) for i, r in zip(at, radius))

    for at in np.ndindex(*space):
        w = window(at)
        i = guide[(slice(None),) + w].reshape(channels, -1)
        values = p[w].reshape(-1)
        covariance = np.cov(i, bias=True).reshape(channels, channels)
        with_map = (i * values).mean(1) - i.mean(1) * values.mean()
        a[(slice(None),) + at] = np.linalg.solve(covariance + epsilon * np.eye(channels), with_map)
        b[at] = values.mean() - a[(slice(None),) + at] @ i.mean(1)
    q = np.zeros(space)
    for at in np.ndindex(*space):
        w = window(at)
        means = a[(slice(None),) + w].reshape(channels, -1).mean(1)
        q[at] = means @ guide[(slice(None),) + at] + b[w].mean()
    return q


def guided_filter():
    random = np.random.default_rng(2)
    for name, channels, space, radius in (('gray', 1, (9, 14), (2, 3)), ('colour', 3, (9, 14), (1, 2)),
                                          ('volume', 2, (5, 6, 7), (1, 2, 1))):
        guide = np.float32(random.normal(size=(channels,) + space) * 40 + 7)
        p = np.float32(random.normal(size=space))
        unit = (guide.astype(np.float64) - guide.min()) / (float(guide.max()) - float(guide.min()))
        save('guide_' + name, guide[None])
        save('map_' + name, p[None, None])
        save('guided_' + name, guided(p.astype(np.float64), unit, radius, 1e-3)[None, None])


def network(name):
    """The network as PyTorch runs it, its description, and its input."""
    folder = os.path.join(RESOURCES, 'reference', name)
    case = json.load(open(os.path.join(folder, 'case.json')))
    module = torch.jit.load(os.path.join(folder, 'model.pt')).eval()
    return module, case, torch.from_numpy(np.load(os.path.join(folder, 'input.npy')))


def activations_and_gradient(module, layer, target, x):
    """What the layer gives, and the derivative of the class score by it; the network is a chain of its modules."""
    values = x
    taken = None
    for name, child in module.named_children():
        if name == 'fc':
            values = values.flatten(1) if values.dim() > 2 else values
        values = child(values)
        if name == layer:
            taken = values.detach().requires_grad_(True)
            values = taken
    score = values[0, target]
    score.backward()
    return taken.detach()[0].double().numpy(), taken.grad[0].double().numpy(), values


def first_component(weighted):
    """Places by channels, centred, projected on the first right singular vector; the sign goes with the channels' sum."""
    flat = weighted.reshape(weighted.shape[0], -1).T
    centred = flat - flat.mean(0)
    _, _, vt = np.linalg.svd(centred, full_matrices=False)
    p = centred @ vt[0]
    if p @ flat.sum(1) < 0:
        p = -p
    return p.reshape(weighted.shape[1:])


FORMULAS = {
    'grad_cam': lambda a, g: g.mean((1, 2), keepdims=True) * a,
    'hires_cam': lambda a, g: g * a,
    'layer_cam': lambda a, g: np.maximum(g, 0) * a,
}


def scaled(cam):
    cam = cam - cam.min()
    return cam / (1e-7 + cam.max())


def smoothing():
    module, case, x = network('gapcnn')
    layer, target = case['cam_layer']['name'], case['target_class']
    with torch.no_grad():
        wanted = module(x)
    a, g, logits = activations_and_gradient(module, layer, target, x)
    assert torch.allclose(wanted, logits, atol=1e-5), 'the network is no chain of its modules'
    for name, formula in FORMULAS.items():
        save('eigen_' + name, first_component(formula(a, g))[None, None])
    for eigen in (False, True):
        maps = []
        for flip, factor in itertools.product((False, True), (0.9, 1, 1.1)):
            view = (x.flip(-1) if flip else x) * factor
            a, g, _ = activations_and_gradient(module, layer, target, view)
            weighted = FORMULAS['grad_cam'](a, g)
            cam = np.maximum(first_component(weighted) if eigen else weighted.sum(0), 0)
            fine = F.interpolate(torch.from_numpy(scaled(cam))[None, None], x.shape[2:], mode='bilinear', align_corners=False)
            fine = scaled(np.maximum(fine[0, 0].numpy(), 0))
            maps.append(fine[:, ::-1] if flip else fine)
        save('augmented' + ('_eigen' if eigen else '') + '_grad_cam', np.mean(maps, 0))


if __name__ == '__main__':
    os.makedirs(OUT, exist_ok=True)
    upsampling()
    guided_filter()
    smoothing()
