"""Owen values of small games on images, as SHAP's Partition explainer finds them: writes src/test/resources/partition.

A second writing of the algorithm of shap 0.49 (shap/explainers/_partition.py, shap/maskers/_image.py) for images of one channel:
the tree is built upside down as a table of clusters, coalitions are masks of all pixels, and credit is lowered through the table.
PartitionShapTest has the same game as score(mask), below.
"""
import heapq
import os
import numpy as np

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "partition")
AT_ONCE = 16  # combinations scored before the queue is looked at again


def clusters(height, width):
    """For each cluster its two children and its size; a box is a cluster, children come before parents."""
    children, names = [], {}

    def add(top, left, h, w):
        if h == 1 and w == 1:
            return top * width + left
        if h >= w:
            a, b = add(top, left, h // 2, w), add(top + h // 2, left, h - h // 2, w)
        else:
            a, b = add(top, left, h, w // 2), add(top, left + w // 2, h, w - w // 2)
        children.append((a, b, h * w))
        return height * width + len(children) - 1

    add(0, 0, height, width)
    return children


def score(mask):
    """Two scores of an image of ones where the mask is set, 0 elsewhere: saturating, with products of neighbours; nothing ties."""
    m = mask.astype(np.float64)
    k = np.arange(len(m))
    single, pairs = np.sin(1.3 * k + 1), m[1:] * m[:-1]
    return np.array([3 * np.tanh((m * single).sum()) + (pairs * np.cos(2.1 * k[1:])).sum(),
                     1 / (1 + np.exp((m * single[::-1]).sum())) - (pairs * np.sin(0.7 * k[1:])).sum()], np.float32)


def partition(height, width, samples):
    n = height * width
    table = clusters(height, width)
    masks = np.zeros((n + len(table), n), bool)
    masks[:n] = np.eye(n, dtype=bool)
    for i, (a, b, _) in enumerate(table):
        masks[n + i] = masks[a] | masks[b]
    values = np.zeros((n + len(table), 2))
    nothing = np.zeros(n, bool)
    order = 0
    queue = [(0.0, order, nothing, score(nothing).astype(float), score(~nothing).astype(float), n + len(table) - 1, 1.0)]
    scored = 2
    while queue and scored < samples - 1:
        batch = []
        while queue and 2 * len(batch) < AT_ONCE and scored + 2 * len(batch) < samples - 1:
            _, _, m00, f00, f11, node, weight = heapq.heappop(queue)
            if node < n:
                values[node] += (f11 - f00) * weight
            else:
                batch.append((m00, f00, f11, node, weight))
        scored += 2 * len(batch)
        for m00, f00, f11, node, weight in batch:
            a, b, _ = table[node - n]
            m10, m01 = m00 | masks[a], m00 | masks[b]
            f10, f01 = score(m10).astype(float), score(m01).astype(float)
            for mask, lo, hi, child in ((m00, f00, f10, a), (m00, f00, f01, b), (m01, f01, f11, a), (m10, f10, f11, b)):
                order += 1
                heapq.heappush(queue, (-np.max(np.abs(hi - lo)) * weight / 2, order, mask, lo, hi, child, weight / 2))
    for _, _, _, f00, f11, node, weight in queue:
        values[node] += (f11 - f00) * weight
    for i in reversed(range(len(table))):
        a, b, size = table[i]
        for child in (a, b):
            values[child] += values[n + i] * (1 if child < n else table[child - n][2]) / size
    return values[:n].astype(np.float32), scored


os.makedirs(OUT, exist_ok=True)
for name, height, width, samples in (("all", 3, 5, 10000), ("some", 8, 8, 300)):
    values, scored = partition(height, width, samples)
    np.save(os.path.join(OUT, name + ".npy"), values.T.reshape(2, height, width))
    print(name, scored, values.sum(0))
