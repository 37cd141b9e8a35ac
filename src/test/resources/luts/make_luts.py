"""Writes the lookup tables in src/main/resources/luts: 256 reds, 256 greens, 256 blues.

viridis, magma, inferno (Smith and van der Walt, CC0) and turbo (Mikhailov, Google, Apache 2.0) are the tables that
matplotlib carries. The diverging table is computed here: Moreland, Diverging Color Maps for Scientific Visualization
(2009), interpolates two colours in the polar form of CIELAB through a neutral middle; the ends are his blue
(59, 76, 192) and red (180, 4, 38).

usage: make_luts.py <folder>      needs matplotlib
"""
import math
import pathlib
import sys

from matplotlib._cm_listed import _inferno_data, _magma_data, _turbo_data, _viridis_data

WHITE = (0.95047, 1.0, 1.08883)
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
TO_RGB = ((3.2404542, -1.5371385, -0.4985314), (-0.9692660, 1.8760108, 0.0415560), (0.0556434, -0.2040259, 1.0572252))


def product(m, v):
    return [sum(a * b for a, b in zip(row, v)) for row in m]


def to_msh(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    x, y, z = (c / w for c, w in zip(product(TO_XYZ, linear), WHITE))
    f = [c ** (1 / 3) if c > 0.008856 else 7.787 * c + 16 / 116 for c in (x, y, z)]
    l, a, b = 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])
    m = math.sqrt(l * l + a * a + b * b)
    return m, math.acos(l / m), math.atan2(b, a)


def to_rgb(msh):
    m, s, h = msh
    l, a, b = m * math.cos(s), m * math.sin(s) * math.cos(h), m * math.sin(s) * math.sin(h)
    f = [(l + 16) / 116 + a / 500, (l + 16) / 116, (l + 16) / 116 - b / 200]
    xyz = [w * (c ** 3 if c ** 3 > 0.008856 else (c - 16 / 116) / 7.787) for c, w in zip(f, WHITE)]
    return [12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in product(TO_RGB, xyz)]


def adjusted_hue(saturated, m_neutral):
    m, s, h = saturated
    if m >= m_neutral:
        return h
    spin = s * math.sqrt(m_neutral ** 2 - m ** 2) / (m * math.sin(s))
    return h + spin if h > -math.pi / 3 else h - spin


def diverging(low, high):
    a, b = to_msh(low), to_msh(high)
    m_neutral = max(a[0], b[0], 88)
    table = []
    for i in range(256):
        t = i / 255
        end = a if t < 0.5 else b
        w = 1 - 2 * t if t < 0.5 else 2 * t - 1  # weight of the saturated end
        neutral = (m_neutral, 0, adjusted_hue(end, m_neutral))
        table.append(to_rgb([w * e + (1 - w) * n for e, n in zip(end, neutral)]))
    return table


def write(folder, name, table):
    levels = [[min(255, max(0, round(255 * rgb[c]))) for rgb in table] for c in range(3)]
    (folder / (name + '.lut')).write_bytes(bytes(levels[0] + levels[1] + levels[2]))


folder = pathlib.Path(sys.argv[1])
write(folder, 'viridis', _viridis_data)
write(folder, 'magma', _magma_data)
write(folder, 'inferno', _inferno_data)
write(folder, 'turbo', _turbo_data)
write(folder, 'Glassbox_Diverging', diverging((59 / 255, 76 / 255, 192 / 255), (180 / 255, 4 / 255, 38 / 255)))
