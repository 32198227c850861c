"""Changes that leave every character in its place: compression, filters, marks, watermarks."""

from __future__ import annotations

import io
import random
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from benchmarks.screenshots.fonts import draw_words, load_font, write_layer
from benchmarks.screenshots.grammar import load_grammar
from benchmarks.screenshots.shot import Box, Shot


def recompress(image: Image.Image, kind: str, quality: int) -> Image.Image:
    """The picture after one more lossy saving."""
    buffer = io.BytesIO()
    image.save(buffer, kind, quality=quality)
    return Image.open(buffer).convert("RGB")


def rescale(image: Image.Image, factor: float) -> Image.Image:
    """The picture in another size, as messengers do it."""
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def resend(_rng: random.Random, shot: Shot) -> Shot:
    """Three hands: saved, made smaller, saved again."""
    small = rescale(recompress(shot.image, "JPEG", 72), 0.75)
    return shot.with_image(recompress(small, "JPEG", 55))


def soften(rng: random.Random, shot: Shot) -> Shot:
    """Blown up from a smaller copy: soft edges."""
    small = rescale(shot.image, 0.6)
    soft = small.resize(shot.image.size, Image.Resampling.BICUBIC)
    return shot.with_image(soft.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 0.9))))


def darken(rng: random.Random, shot: Shot) -> Shot:
    """A night filter: darker, and warmer."""
    dim = ImageEnhance.Brightness(shot.image).enhance(rng.uniform(0.4, 0.65))
    warm = Image.new("RGB", shot.image.size, (255, 214, 170))
    return shot.with_image(ImageChops.multiply(dim, warm))


def invert(_rng: random.Random, shot: Shot) -> Shot:
    """A reader's inverted colours."""
    return shot.with_image(ImageOps.invert(shot.image))


def grey(_rng: random.Random, shot: Shot) -> Shot:
    """No colours."""
    return shot.with_image(shot.image.convert("L").convert("RGB"))


def sharpen(_rng: random.Random, shot: Shot) -> Shot:
    """A sharpening filter, too strong."""
    return shot.with_image(shot.image.filter(ImageFilter.UnsharpMask(3, 160, 2)))


def add_border(rng: random.Random, shot: Shot) -> Shot:
    """A coloured frame."""
    colour = rng.choice(((255, 255, 255), (0, 0, 0), (255, 180, 190), (90, 140, 220)))
    return shot.with_image(ImageOps.expand(shot.image, rng.randint(12, 90), colour))


def rotate(rng: random.Random, shot: Shot) -> Shot:
    """Crooked by one or two degrees."""
    angle = rng.uniform(1, 2) * rng.choice((-1, 1))
    fill = rng.choice(((255, 255, 255), (0, 0, 0), (40, 40, 40)))
    return shot.with_image(shot.image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=fill))


def add_watermark(rng: random.Random, shot: Shot) -> Shot:
    """The name of whoever passed it on, in a corner or all over, half transparent."""
    name = f"@{load_grammar().say(rng, '{nick}')}"
    image = shot.image.convert("RGBA")
    if rng.random() < 0.5:
        layer = write_layer(name, max(18, image.width // 28), (255, 255, 255, 170))
        image.alpha_composite(layer, (image.width - layer.width - 10, image.height - layer.height - 10))
        return shot.with_image(image.convert("RGB"))
    tile = write_layer(name, max(18, image.width // 26), (128, 128, 128, 60)).rotate(25, expand=True)
    for down in range(0, image.height, max(tile.height, image.width // 3)):
        for across in range(-tile.width // 2, image.width, tile.width + image.width // 8):
            image.alpha_composite(tile, (max(0, across), down))
    return shot.with_image(image.convert("RGB"))


def mark_red(rng: random.Random, shot: Shot) -> Shot:
    """Circles and underlines by hand, around what somebody wants seen."""
    image = shot.image.copy()
    draw = ImageDraw.Draw(image)
    pen = max(3, image.width // 180)
    lines = shot.find_words("".join(glyph.char for glyph in shot.glyphs))
    for line in rng.sample(lines, min(len(lines), rng.randint(1, 3))):
        if rng.random() < 0.5:
            start = rng.uniform(0, 0.5)
            ring = line.grown(pen * 2)
            right = ring.left + max(60, int(ring.width * rng.uniform(0.4, 1 - start / 2)))
            draw.ellipse((ring.left, ring.top, right, ring.bottom), outline=(235, 30, 40), width=pen)
        else:
            draw.line(_wavy(rng, line), fill=(235, 30, 40), width=pen, joint="curve")
    return shot.with_image(image)


def add_noise(rng: random.Random, shot: Shot) -> Shot:
    """Weak light: noise, less contrast."""
    dull = np.asarray(ImageEnhance.Contrast(shot.image).enhance(rng.uniform(0.5, 0.75)), dtype=np.float32)
    noise = np.random.default_rng(rng.randrange(1 << 30)).standard_normal(dull.shape[:2], dtype=np.float32) * 9
    return shot.with_image(_clip(dull + noise[:, :, None]))


def photograph(rng: random.Random, shot: Shot) -> Shot:
    """A phone's photo of another screen: askew, with stripes, uneven light, soft, a dark room around it."""
    screen = rescale(shot.image, min(1.0, 1000 / shot.image.width))
    width, height = screen.size
    margin = width // 12
    room = Image.new("RGB", (width + 2 * margin, height + 2 * margin), (26, 25, 28))
    room.paste(screen, (margin, margin))
    bend = width * 0.05
    corners = [(0, 0), (0, room.height), (room.width, room.height), (room.width, 0)]
    quad = [side + rng.uniform(0, bend) * (1 if side == 0 else -1) for corner in corners for side in corner]
    seen = room.transform(room.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    seen = seen.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.8)))
    return shot.with_image(recompress(_clip(_shine(rng, np.asarray(seen, dtype=np.float32))), "JPEG", 82))


def _shine(rng: random.Random, pixels: Any) -> Any:
    height, width = pixels.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    stripes = 1 + 0.05 * np.sin(across * rng.uniform(0.5, 1.4) + down * rng.uniform(0.1, 0.9))
    tilt = rng.uniform(-0.3, 0.3)
    light = 0.85 + tilt * (across / width - 0.5) + rng.uniform(-0.3, 0.3) * (down / height - 0.5)
    tint = np.array([rng.uniform(0.92, 1.05), 1.0, rng.uniform(0.88, 1.05)], dtype=np.float32)
    return pixels * (stripes * light)[:, :, None] * tint


def _clip(pixels: Any) -> Image.Image:
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _wavy(rng: random.Random, line: Box) -> list[tuple[int, int]]:
    steps = range(line.left, line.right, max(8, line.width // 12))
    return [(across, line.bottom + rng.randint(-2, 4)) for across in steps] + [(line.right, line.bottom)]


def add_caption(rng: random.Random, shot: Shot) -> Shot:
    """A white band above with the words of whoever passed it on."""
    words = load_grammar().say(rng, "{caption}").split("[", maxsplit=1)[0]
    size = max(22, shot.image.width // 20)
    band = size * 3
    image = Image.new("RGB", (shot.image.width, shot.image.height + band), (255, 255, 255))
    image.paste(shot.image, (0, band))
    draw_words(image, (size, size), words, load_font(size), (20, 20, 20))
    return shot.with_image(image)
