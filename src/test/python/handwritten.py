"""Networks as people write them by hand, for export_coverage.py: each entry gives the model and the shape of one image."""
from typing import Optional

import torch
from torch import nn
from torch.nn import functional as F


class DoubleConv(nn.Sequential):

    def __init__(self, inputs, outputs):
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class UNet(nn.Module):
    """Ronneberger et al. 2015, padded, with the usual crop-free pad before each concatenation."""

    def __init__(self, channels=1, classes=2, width=16, bilinear=False):
        super().__init__()
        w = width
        self.inc = DoubleConv(channels, w)
        self.down = nn.ModuleList([nn.Sequential(nn.MaxPool2d(2), DoubleConv(w << i, w << i + 1)) for i in range(3)])
        self.up = nn.ModuleList()
        self.conv = nn.ModuleList()
        for i in reversed(range(3)):
            self.up.append(nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
                                         nn.Conv2d(w << i + 1, w << i, 1)) if bilinear
                           else nn.ConvTranspose2d(w << i + 1, w << i, 2, stride=2))
            self.conv.append(DoubleConv(w << i + 1, w << i))
        self.outc = nn.Conv2d(w, classes, 1)

    def forward(self, x):
        x = self.inc(x)
        skips = [x]
        for down in self.down:
            x = down(x)
            skips.append(x)
        i = 2
        for up, conv in zip(self.up, self.conv):
            x = up(x)
            skip = skips[i]
            dy = skip.size(2) - x.size(2)
            dx = skip.size(3) - x.size(3)
            x = F.pad(x, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
            x = conv(torch.cat([skip, x], dim=1))
            i -= 1
        return self.outc(x)


class AttentionGate(nn.Module):
    """Oktay et al. 2018."""

    def __init__(self, gate, skip, inner):
        super().__init__()
        self.W_g = nn.Sequential(nn.Conv2d(gate, inner, 1), nn.BatchNorm2d(inner))
        self.W_x = nn.Sequential(nn.Conv2d(skip, inner, 1), nn.BatchNorm2d(inner))
        self.psi = nn.Sequential(nn.Conv2d(inner, 1, 1), nn.BatchNorm2d(1), nn.Sigmoid())
        self.relu = nn.ReLU(inplace=True)

    def forward(self, g, x):
        psi = self.relu(self.W_g(g) + self.W_x(x))
        return x * self.psi(psi)


class AttentionUNet(nn.Module):

    def __init__(self, width=16):
        super().__init__()
        w = width
        self.pool = nn.MaxPool2d(2, 2)
        self.conv1, self.conv2, self.conv3 = DoubleConv(3, w), DoubleConv(w, 2 * w), DoubleConv(2 * w, 4 * w)
        self.up3 = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(4 * w, 2 * w, 3, padding=1), nn.ReLU())
        self.att3 = AttentionGate(2 * w, 2 * w, w)
        self.up_conv3 = DoubleConv(4 * w, 2 * w)
        self.up2 = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(2 * w, w, 3, padding=1), nn.ReLU())
        self.att2 = AttentionGate(w, w, w // 2)
        self.up_conv2 = DoubleConv(2 * w, w)
        self.out = nn.Conv2d(w, 1, 1)

    def forward(self, x):
        e1 = self.conv1(x)
        e2 = self.conv2(self.pool(e1))
        e3 = self.conv3(self.pool(e2))
        d3 = self.up3(e3)
        d3 = self.up_conv3(torch.cat((self.att3(d3, e2), d3), dim=1))
        d2 = self.up2(d3)
        d2 = self.up_conv2(torch.cat((self.att2(d2, e1), d2), dim=1))
        return torch.sigmoid(self.out(d2))


class VNetBlock(nn.Module):

    def __init__(self, channels, convolutions):
        super().__init__()
        layers = []
        for i in range(convolutions):
            layers.append(nn.Conv3d(channels, channels, 5, padding=2))
            layers.append(nn.InstanceNorm3d(channels, affine=True))
            if i < convolutions - 1:
                layers.append(nn.PReLU(channels))
        self.body = nn.Sequential(*layers)
        self.act = nn.PReLU(channels)

    def forward(self, x):
        return self.act(self.body(x) + x)


class VNet(nn.Module):
    """Milletari et al. 2016, small: residual blocks in 3D, strided convolutions down, transposed ones up."""

    def __init__(self, width=4):
        super().__init__()
        w = width
        self.inp = nn.Sequential(nn.Conv3d(1, w, 3, padding=1), nn.GroupNorm(2, w), nn.ELU())
        self.block1, self.block2, self.block3 = VNetBlock(w, 1), VNetBlock(2 * w, 2), VNetBlock(4 * w, 2)
        self.down1 = nn.Sequential(nn.Conv3d(w, 2 * w, 2, stride=2), nn.PReLU())
        self.down2 = nn.Sequential(nn.Conv3d(2 * w, 4 * w, 2, stride=2), nn.PReLU())
        self.up2 = nn.ConvTranspose3d(4 * w, 2 * w, 2, stride=2)
        self.up1 = nn.ConvTranspose3d(2 * w, w, 3, stride=2, padding=1, output_padding=1)
        self.fuse2, self.fuse1 = nn.Conv3d(4 * w, 2 * w, 1), nn.Conv3d(2 * w, w, 1)
        self.out = nn.Conv3d(w, 2, 1)
        self.drop = nn.Dropout3d(0.2)

    def forward(self, x):
        x1 = self.block1(self.inp(x))
        x2 = self.block2(self.down1(x1))
        x3 = self.drop(self.block3(self.down2(x2)))
        y = F.leaky_relu(self.fuse2(torch.cat([self.up2(x3), x2], 1)), 0.1)
        y = self.fuse1(torch.cat([self.up1(y), x1], 1))
        y = F.interpolate(F.avg_pool3d(y, 2), size=x.shape[2:], mode="trilinear", align_corners=False) + y
        return F.softmax(self.out(y), dim=1)


class Attention(nn.Module):
    """As timm writes it."""

    def __init__(self, dim, heads):
        super().__init__()
        self.num_heads = heads
        self.scale = (dim // heads) ** -0.5
        self.qkv = nn.Linear(dim, dim * 3)
        self.attn_drop = nn.Dropout(0.1)
        self.proj = nn.Linear(dim, dim)
        self.proj_drop = nn.Dropout(0.1)

    def forward(self, x):
        B, N, C = x.shape
        qkv = self.qkv(x).reshape(B, N, 3, self.num_heads, C // self.num_heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        attn = (q @ k.transpose(-2, -1)) * self.scale
        attn = self.attn_drop(attn.softmax(dim=-1))
        x = (attn @ v).transpose(1, 2).reshape(B, N, C)
        return self.proj_drop(self.proj(x))


class Mlp(nn.Module):

    def __init__(self, dim, hidden):
        super().__init__()
        self.fc1, self.act, self.fc2 = nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class Block(nn.Module):

    def __init__(self, dim, heads):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(dim, eps=1e-6), Attention(dim, heads)
        self.norm2, self.mlp = nn.LayerNorm(dim, eps=1e-6), Mlp(dim, 4 * dim)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class DeiT(nn.Module):
    """Touvron et al. 2021: class and distillation token, the mean of two heads."""

    def __init__(self, size=64, patch=8, dim=48, depth=3, heads=3, classes=5):
        super().__init__()
        self.patch_embed = nn.Conv2d(3, dim, patch, patch)
        self.cls_token = nn.Parameter(torch.randn(1, 1, dim) * 0.1)
        self.dist_token = nn.Parameter(torch.randn(1, 1, dim) * 0.1)
        self.pos_embed = nn.Parameter(torch.randn(1, (size // patch) ** 2 + 2, dim) * 0.1)
        self.blocks = nn.Sequential(*[Block(dim, heads) for _ in range(depth)])
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.head, self.head_dist = nn.Linear(dim, classes), nn.Linear(dim, classes)

    def forward(self, x):
        x = self.patch_embed(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.cls_token.expand(x.shape[0], -1, -1), self.dist_token.expand(x.shape[0], -1, -1), x), dim=1)
        x = self.norm(self.blocks(x + self.pos_embed))
        return (self.head(x[:, 0]) + self.head_dist(x[:, 1])) / 2


def window_partition(x, window: int):
    B, H, W, C = x.shape
    x = x.view(B, H // window, window, W // window, window, C)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, window, window, C)


def window_reverse(windows, window: int, H: int, W: int):
    B = int(windows.shape[0] / (H * W / window / window))
    x = windows.view(B, H // window, W // window, window, window, -1)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(B, H, W, -1)


class WindowAttention(nn.Module):

    def __init__(self, dim, window, heads):
        super().__init__()
        self.num_heads = heads
        self.scale = (dim // heads) ** -0.5
        self.relative_position_bias_table = nn.Parameter(torch.randn((2 * window - 1) ** 2, heads) * 0.1)
        coords = torch.stack(torch.meshgrid(torch.arange(window), torch.arange(window), indexing="ij")).flatten(1)
        relative = (coords[:, :, None] - coords[:, None, :]).permute(1, 2, 0) + window - 1
        self.register_buffer("relative_position_index", relative[..., 0] * (2 * window - 1) + relative[..., 1])
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x, mask: Optional[torch.Tensor] = None):
        B_, N, C = x.shape
        qkv = self.qkv(x).reshape(B_, N, 3, self.num_heads, C // self.num_heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        attn = (q * self.scale) @ k.transpose(-2, -1)
        bias = self.relative_position_bias_table[self.relative_position_index.view(-1)].view(N, N, -1)
        attn = attn + bias.permute(2, 0, 1).contiguous().unsqueeze(0)
        if mask is not None:
            nW = mask.shape[0]
            attn = attn.view(B_ // nW, nW, self.num_heads, N, N) + mask.unsqueeze(1).unsqueeze(0)
            attn = attn.view(-1, self.num_heads, N, N)
        x = (attn.softmax(-1) @ v).transpose(1, 2).reshape(B_, N, C)
        return self.proj(x)


class SwinBlock(nn.Module):

    def __init__(self, dim, size, heads, window, shift):
        super().__init__()
        self.size, self.window, self.shift = size, window, shift
        self.norm1, self.attn = nn.LayerNorm(dim), WindowAttention(dim, window, heads)
        self.norm2, self.mlp = nn.LayerNorm(dim), Mlp(dim, 4 * dim)
        mask = None
        if shift > 0:
            image = torch.zeros(1, size, size, 1)
            cuts = (slice(0, -window), slice(-window, -shift), slice(-shift, None))
            for i, h in enumerate(cuts):
                for j, w in enumerate(cuts):
                    image[:, h, w, :] = 3 * i + j
            windows = window_partition(image, window).view(-1, window * window)
            mask = windows.unsqueeze(1) - windows.unsqueeze(2)
            mask = mask.masked_fill(mask != 0, -100.0).masked_fill(mask == 0, 0.0)
        self.register_buffer("attn_mask", mask)

    def forward(self, x):
        H = W = self.size
        B, L, C = x.shape
        assert L == H * W, "input feature has wrong size"
        shortcut = x
        x = self.norm1(x).view(B, H, W, C)
        shifted = torch.roll(x, shifts=(-self.shift, -self.shift), dims=(1, 2)) if self.shift > 0 else x
        windows = window_partition(shifted, self.window).view(-1, self.window * self.window, C)
        attended = self.attn(windows, self.attn_mask).view(-1, self.window, self.window, C)
        shifted = window_reverse(attended, self.window, H, W)
        x = torch.roll(shifted, shifts=(self.shift, self.shift), dims=(1, 2)) if self.shift > 0 else shifted
        x = shortcut + x.view(B, L, C)
        return x + self.mlp(self.norm2(x))


class PatchMerging(nn.Module):

    def __init__(self, dim, size):
        super().__init__()
        self.size = size
        self.norm, self.reduction = nn.LayerNorm(4 * dim), nn.Linear(4 * dim, 2 * dim, bias=False)

    def forward(self, x):
        B, L, C = x.shape
        x = x.view(B, self.size, self.size, C)
        x = torch.cat([x[:, 0::2, 0::2, :], x[:, 1::2, 0::2, :], x[:, 0::2, 1::2, :], x[:, 1::2, 1::2, :]], -1)
        return self.reduction(self.norm(x.view(B, -1, 4 * C)))


class Swin(nn.Module):
    """Liu et al. 2021, as its authors wrote it, small."""

    def __init__(self, size=64, dim=24, window=4, classes=5):
        super().__init__()
        self.patch_embed = nn.Conv2d(3, dim, 4, 4)
        side = size // 4
        self.layers = nn.ModuleList([
            nn.Sequential(SwinBlock(dim, side, 3, window, 0), SwinBlock(dim, side, 3, window, window // 2),
                          PatchMerging(dim, side)),
            nn.Sequential(SwinBlock(2 * dim, side // 2, 6, window, 0),
                          SwinBlock(2 * dim, side // 2, 6, window, window // 2))])
        self.norm = nn.LayerNorm(2 * dim)
        self.avgpool = nn.AdaptiveAvgPool1d(1)
        self.head = nn.Linear(2 * dim, classes)

    def forward(self, x):
        x = self.patch_embed(x).flatten(2).transpose(1, 2)
        for layer in self.layers:
            x = layer(x)
        x = self.avgpool(self.norm(x).transpose(1, 2))
        return self.head(torch.flatten(x, 1))


HANDWRITTEN = {
    "unet": lambda: (UNet(), (1, 96, 80)),
    "unet_bilinear": lambda: (UNet(bilinear=True), (1, 96, 80)),
    "attention_unet": lambda: (AttentionUNet(), (3, 64, 64)),
    "vnet": lambda: (VNet(), (1, 16, 24, 24)),
    "deit": lambda: (DeiT(), (3, 64, 64)),
    "swin": lambda: (Swin(), (3, 64, 64)),
}
