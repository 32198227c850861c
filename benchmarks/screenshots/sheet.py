"""`python -m benchmarks.screenshots.sheet SET OUT.png`: a contact sheet with what was read drawn over the pictures.

Boxes are lines (green: sure, orange: less); posts are blue, with the name, the time and the first words above the
picture. Lines that `rowcache` kept are taken as they are.
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from benchmarks.screenshots.fonts import load_font
from benchmarks.screenshots.rowcache import RowReader, open_rows
from benchmarks.screenshots.truth import Truth, read_truth
from pipeline.images.reading import Reading

CELL = (320, 640)
COLUMNS = 6
_CAPTION = 92
_COLOURS = 128
_MOST_POSTS = 3
_SURE = 0.9


def draw_cell(reader: RowReader, truth: Truth) -> Image.Image:
    """One picture with its reading."""
    reading = reader.read(truth).to_reading()
    with Image.open(reader.folder / truth.file) as picture:
        image = picture.convert("RGB")
    factor = min(CELL[0] / image.width, (CELL[1] - _CAPTION) / image.height)
    image = image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))))
    _draw_boxes(ImageDraw.Draw(image), reading, factor)
    cell = Image.new("RGB", CELL, (70, 70, 78))
    cell.paste(image, (0, _CAPTION))
    _write_caption(ImageDraw.Draw(cell), truth, reading)
    return cell


def draw_sheet(folder: Path, truths: Sequence[Truth]) -> Image.Image:
    """All cells, row by row."""
    reader = open_rows(folder, os.cpu_count() or 1)
    rows = -(-len(truths) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * CELL[0], rows * CELL[1]))
    for at, truth in enumerate(truths):
        sheet.paste(draw_cell(reader, truth), (at % COLUMNS * CELL[0], at // COLUMNS * CELL[1]))
    reader.decoder.close()
    return sheet


def choose(truths: Sequence[Truth], count: int, seed: int) -> list[Truth]:
    """Pictures of as many transformations as there is room for."""
    shuffled = random.Random(seed).sample(list(truths), len(truths))
    firsts = {truth.transform: truth for truth in shuffled}
    rest = [truth for truth in shuffled if truth not in firsts.values()]
    return [*random.Random(seed).sample(list(firsts.values()), len(firsts)), *rest][:count]


def _draw_boxes(draw: ImageDraw.ImageDraw, reading: Reading, factor: float) -> None:
    for line in reading.lines:
        colour = (40, 200, 80) if line.confidence >= _SURE else (250, 150, 30)
        draw.rectangle([side * factor for side in line.box], outline=colour)
    for post in reading.posts:
        draw.rectangle([side * factor for side in post.box], outline=(60, 120, 255), width=3)


def _write_caption(draw: ImageDraw.ImageDraw, truth: Truth, reading: Reading) -> None:
    font = load_font(13)
    said = [f"{truth.transform} · {truth.surface} · {truth.half} · {len(reading.lines)} lines"]
    longest = sorted(reading.posts, key=lambda post: -len(post.body))[:_MOST_POSTS]
    said += [f"@{post.author or '–'} {post.posted_at or '–'}: {post.body[:24]}" for post in longest]
    for at, words in enumerate(said):
        draw.text((4, 4 + at * 21), " ".join(words.split()), font=font, fill=(240, 240, 240))


def main() -> None:
    """Read some pictures of a set and write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--half", choices=("dev", "held"), default="dev")
    given = parser.parse_args()
    truths = [truth for truth in read_truth(given.folder) if truth.half == given.half]
    sheet = draw_sheet(given.folder, choose(truths, given.count, given.seed))
    sheet.quantize(_COLOURS, dither=Image.Dither.NONE).save(given.out, optimize=True)


if __name__ == "__main__":
    main()
