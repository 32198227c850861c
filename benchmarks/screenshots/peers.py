"""What others would reach for, on the same pictures: PDQ, pHash, and Tesseract in place of our OCR.

The hashes get the best that they could hope for: a reference picture of every present post, in the very frame (app,
theme, width) in which its pictures were taken. A store of posts has no such pictures.
"""

from __future__ import annotations

import csv
import io
import random
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
import pdqhash  # type: ignore[import-untyped]  # ships no type information
from PIL import Image

from benchmarks.screenshots.browser import open_printer
from benchmarks.screenshots.cer import error_rate
from benchmarks.screenshots.generate import PICTURES_A_POST, draw_plain, plan_groups
from benchmarks.screenshots.population import Pen, make_originals
from benchmarks.screenshots.truth import Truth

PDQ_THRESHOLD = 31  # of 256 bits: Meta's recommendation
PHASH_THRESHOLD = 10  # of 64 bits: the usual one


@dataclass(frozen=True, slots=True)
class References:
    """Hashes of plain renderings of the present posts, with their posts' ids."""

    posts: list[str] = field(default_factory=list)
    pdq: list[Any] = field(default_factory=list)
    phash: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HashRow:
    """A hash on the pictures of one transformation."""

    name: str
    recall: float | None
    precision: float | None


def hash_pdq(image: Image.Image) -> Any:
    """PDQ's 256 bits, as Meta's code gives them."""
    bits, _quality = pdqhash.compute(np.asarray(image.convert("RGB")))
    return np.asarray(bits, dtype=bool)


def hash_phash(image: Image.Image) -> Any:
    """The 64 bits of pHash: the low frequencies of a 32 by 32 grey picture, above their median."""
    grey = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.LANCZOS), dtype=np.float64)
    steps = np.arange(32)
    waves = np.cos(np.pi / 32 * np.outer(steps[:8], steps + 0.5))  # the first eight rows of the cosine transform
    low = (waves @ grey @ waves.T).flatten()
    return low > np.median(low)


def draw_references(count: int, seed: int, half: str) -> References:
    """Plain renderings of a set's present posts, drawn again from its count and seed."""
    posts = make_originals(Pen(seed), max(24, count // PICTURES_A_POST), seed)
    references = References()
    with open_printer() as printer:
        for group in plan_groups(posts, count, seed):
            if group.post.half == half and not group.post.is_absent:
                image = draw_plain(printer, group, seed).image
                references.posts.append(group.post.post_id)
                references.pdq.append(hash_pdq(image))
                references.phash.append(hash_phash(image))
    return references


def judge_hashes(folder: Path, truths: Sequence[Truth], references: References) -> dict[str, list[HashRow]]:
    """Rows by transformation for both hashes: the nearest reference within the threshold is the answer."""
    pdq, phash = np.array(references.pdq), np.array(references.phash)
    found: list[tuple[Truth, str | None, str | None]] = []
    for truth in truths:
        with Image.open(folder / truth.file) as picture:
            image = picture.convert("RGB")
        near = _nearest(references.posts, pdq, hash_pdq(image), PDQ_THRESHOLD)
        far = _nearest(references.posts, phash, hash_phash(image), PHASH_THRESHOLD)
        found.append((truth, near, far))
    present = frozenset(references.posts)
    return {
        "PDQ": list(_rows([(truth, near) for truth, near, _ in found], present)),
        "pHash": list(_rows([(truth, far) for truth, _, far in found], present)),
    }


def _nearest(posts: list[str], known: Any, bits: Any, threshold: int) -> str | None:
    distances = np.count_nonzero(known != bits, axis=1)
    best = int(distances.argmin())
    return posts[best] if distances[best] <= threshold else None


def _rows(found: list[tuple[Truth, str | None]], present: frozenset[str]) -> Iterator[HashRow]:
    names = sorted({truth.transform for truth, _ in found})
    for name in [*names, "all"]:
        some = [(truth, post) for truth, post in found if name in ("all", truth.transform)]
        wanted = [post in truth.posts for truth, post in some if present & set(truth.posts)]
        given = [post in truth.posts for truth, post in some if post is not None]
        yield HashRow(name, mean(wanted) if wanted else None, mean(given) if given else None)


def judge_tesseract(folder: Path, truths: Sequence[Truth], count: int) -> str:
    """A line on Debian's Tesseract (chi_sim, one thread) on a sample of the pictures."""
    sample = random.Random("tesseract").sample(list(truths), min(count, len(truths)))
    sample = [truth for truth in sample if truth.transform != "stitched" and truth.visible_text]
    rates, seconds = [], []
    for truth in sample:
        started = time.perf_counter()
        text = read_with_tesseract(folder / truth.file)
        seconds.append(time.perf_counter() - started)
        rates.append(error_rate(truth.visible_text, [text]))
    return (
        f"Tesseract chi_sim on {len(sample)} pictures: CER median {median(rates):.4f}, mean {mean(rates):.4f}, "
        f"{median(seconds):.2f} s a picture"
    )


def read_with_tesseract(path: Path) -> str:
    """The words that Tesseract reads, at the width that our reader uses, dark pictures turned light."""
    with Image.open(path) as picture:
        grey = picture.convert("L")
    if np.asarray(grey).mean() < 110:
        grey = grey.point(lambda value: 255 - value)
    width = 1080
    grey = grey.resize((width, max(1, round(grey.height * width / grey.width))), Image.Resampling.BILINEAR)
    buffer = io.BytesIO()
    grey.save(buffer, "PNG", compress_level=1)
    command = ["tesseract", "-", "-", "-l", "chi_sim", "--psm", "3", "tsv"]
    done = subprocess.run(
        command, input=buffer.getvalue(), capture_output=True, check=True, env={"OMP_THREAD_LIMIT": "1"}
    )
    rows = csv.DictReader(io.StringIO(done.stdout.decode()), delimiter="\t", quoting=csv.QUOTE_NONE)
    return "".join(row["text"] or "" for row in rows)
