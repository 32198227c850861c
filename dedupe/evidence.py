"""What facts weigh (data/dedupe/evidence.tsv) and how a link is explained in words."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedupe.facts import KINDS
from dedupe.fold import DATA_DIR


class Evidence(NamedTuple):
    """Weights by fact kind (by kind): float64 arrays of len(KINDS)."""

    agree: npt.NDArray[np.float64]
    contradict: npt.NDArray[np.float64]


@functools.cache
def _read_rows() -> dict[str, list[str]]:
    path = DATA_DIR / "evidence.tsv"
    rows: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith(("#", "kind\t")):
            continue
        fields = line.split("\t")
        if len(fields) != 5 or fields[0] not in KINDS:
            raise ValueError(f"{path}:{number}: expected kind, agree, contradict, zh, en")
        rows[fields[0]] = fields
    return rows


@functools.cache
def load_evidence() -> Evidence:
    """The weights (once a process).

    Raises:
        ValueError: a malformed line, with file and line, or a kind without one.
    """
    rows = _read_rows()
    missing = [kind for kind in KINDS[1:] if kind not in rows]
    if missing:
        raise ValueError(f"{DATA_DIR / 'evidence.tsv'}: no line for {', '.join(missing)}")
    return Evidence(
        np.array([0.0, *(float(rows[kind][1]) for kind in KINDS[1:])]),
        np.array([0.0, *(float(rows[kind][2]) for kind in KINDS[1:])]),
    )


@functools.cache
def contradicting_bits() -> int:
    """The kinds whose contradiction weighs anything (two authors of one plea say nothing against it)."""
    return sum(1 << kind for kind, weight in enumerate(load_evidence().contradict.tolist()) if weight)


def name_kinds(bits: int, language: str) -> list[str]:
    """The fact kinds of a bit set (bit k is kind k) as words; `language` is zh or en."""
    column = {"zh": 3, "en": 4}[language]
    rows = _read_rows()
    return [rows[kind][column] for code, kind in enumerate(KINDS) if code and bits >> code & 1]
