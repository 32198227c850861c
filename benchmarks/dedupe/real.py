"""Precision and recall on real posts whose pairs by phone are known; prints figures only, never a text."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path

import numpy as np

from dedupe.clusters import cluster
from dedupe.counting import weigh
from dedupe.craft import Craft
from dedupe.link import link_reading
from dedupe.parameters import Parameters
from dedupe.reading import Batch, read_batch

PHONE = re.compile(r"1[3-9][0-9](?:[-\s]?[0-9]){8}")
_LANDLINE = re.compile(r"(?<!\d)\d{7,8}(?!\d)")
ROUND_UP_PHONES = 5


def phones_in(text: str) -> set[str]:
    """Mobile numbers as digits."""
    return {re.sub(r"\D", "", found) for found in PHONE.findall(text)}


def measure_real(paths: list[Path]) -> None:
    """Both modes for every set; `paths` alternate: posts (JSON lines with id and text), pairs (two ids a line).

    Raises:
        ValueError: an odd number of paths.
    """
    if len(paths) % 2:
        raise ValueError("each file of posts needs its file of pairs")
    for posts_path, pairs_path in zip(paths[::2], paths[1::2], strict=True):
        rows = [json.loads(line) for line in posts_path.open("rb")]
        places = {row["id"]: place for place, row in enumerate(rows)}
        lines = (line.split() for line in pairs_path.read_text(encoding="utf-8").splitlines())
        pairs = {tuple(sorted((places[a], places[b]))) for a, b in lines if a in places and b in places}
        for mode in ("phones masked", "phones used"):
            measure_set(f"{posts_path.stem}, {mode}", [row.get("text") or "" for row in rows], pairs)


def measure_set(name: str, raw: list[str], pairs: set[tuple[int, ...]]) -> None:
    """One line: recall of pairs in one case, or linked as household or round-up; precision where both show a phone."""
    phones = [phones_in(text) for text in raw]
    texts = [_LANDLINE.sub("", PHONE.sub("", text)) for text in raw] if "masked" in name else raw
    reading = read_batch(Batch(texts, None, np.array([len(found) >= ROUND_UP_PHONES for found in phones])))
    parameters = Parameters()
    weights = weigh(reading, parameters)
    links = link_reading(reading, parameters, weights)
    labels = cluster(reading, links, Craft(parameters, weights)).tolist()
    aside = {pair for part in (links.households, links.round_ups) for pair in zip(part.left, part.right, strict=True)}
    same = sum(labels[a] == labels[b] for a, b in pairs)
    linked = sum(labels[a] == labels[b] or (a, b) in aside for a, b in pairs)
    groups: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        if phones[place]:
            groups.setdefault(label, []).append(place)
    found = [pair for group in groups.values() for pair in combinations(group, 2)]
    good = sum(bool(phones[a] & phones[b]) for a, b in found)
    print(
        f"{name}: {len(pairs)} pairs, one case {same / len(pairs):.3f}, or household or round-up "
        f"{linked / len(pairs):.3f}; precision {good / max(len(found), 1):.3f} of {len(found)}"
    )
