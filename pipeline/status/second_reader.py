"""A statistical second reader: how sure words of the author are of each kind, from hashed characters alone.

It knows no rule and names no reason; the rules decide and quote. It serves to doubt a rule that fires wrongly, to
propose a clause that no rule names, and to send the middling ones to review. Weights: data/status/second_reader.bin,
made by `python -m benchmarks.fit_second_reader --write`.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.datafiles import DATA_DIR
from pipeline.errors import UserError
from pipeline.status import second_reader_traits
from pipeline.status.second_reader_features import (
    BITS,
    GRAMS,
    Buckets,
    Cut,
    count_cues,
    cue_names,
    cut,
    hash_grams,
    new_words,
    table_hash,
)
from pipeline.status.second_reader_traits import NO_TRAITS, Traits

KINDS = ("resolved", "progress", "none", "closed", "reopened", "review")
WEIGHTS = DATA_DIR / "status" / "second_reader.bin"
_FORMAT = "houxu second reader 2"
# A clause of fewer grams counts as if it had so many: three signs alone are thin evidence.
_FEWEST_GRAMS = 60

Sums = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kinds:
    """How probable each kind is; they sum to 1."""

    resolved: float
    progress: float
    none: float
    closed: float
    reopened: float
    review: float

    @property
    def best(self) -> str:
        """The most probable kind; the first in the order of KINDS where two are equal."""
        return max(KINDS, key=lambda kind: float(getattr(self, kind)))


@dataclass(frozen=True, slots=True)
class ReadClause:
    """One clause, verbatim, and how probable each kind would be if its text said nothing else."""

    quote: str
    kinds: Kinds


@dataclass(frozen=True, slots=True)
class Second:
    """What the second reader makes of a text: of all its new words together, and of each clause."""

    kinds: Kinds
    clauses: tuple[ReadClause, ...]

    @property
    def quote(self) -> str | None:
        """The clause with the highest evidence of a resolution; None where nothing new was said."""
        if not self.clauses:
            return None
        return max(self.clauses, key=lambda clause: clause.kinds.resolved).quote


_SILENT = Second(Kinds(resolved=0.0, progress=0.0, none=1.0, closed=0.0, reopened=0.0, review=0.0), ())


@dataclass(frozen=True, slots=True)
class SecondReader:
    """Weights of the grams (2**BITS rows, one column a kind, whole numbers), traits and cues, each column with its
    scale."""

    grams: npt.NDArray[np.int8]
    traits: npt.NDArray[np.int8]
    cues: npt.NDArray[np.int16]
    gram_scales: Sums
    trait_scales: Sums
    cue_scales: Sums

    def read(self, plea: str, text: str, traits: Traits = NO_TRAITS) -> Second:
        """What `text`, said after `plea`, means; `traits` are what the rules saw in it. Pure: the same words give the
        same answer."""
        words = new_words(plea, text)
        laid = cut(words)
        if not laid.quotes:
            return _SILENT
        buckets = hash_grams(laid.signs)
        seen = np.unique(np.concatenate(buckets))
        cues: Sums = (count_cues(plea, words) @ self.cues) * self.cue_scales
        cues = cues + (traits.weights @ self.traits[traits.buckets]) * self.trait_scales
        sums = self.grams[seen].sum(axis=0, dtype=np.int64) * self.gram_scales
        return Second(_share(sums / math.sqrt(len(seen)) + cues), self._read_clauses(laid, buckets, cues))

    def _read_clauses(self, laid: Cut, buckets: list[Buckets], cues: Sums) -> tuple[ReadClause, ...]:
        starts, ends = np.array(laid.bounds[:-1]), np.array(laid.bounds[1:])
        sums = np.zeros((len(starts), len(KINDS)), dtype=np.int64)
        counts = np.zeros(len(starts), dtype=np.int64)
        for size, found in zip(GRAMS, buckets, strict=False):
            running = np.zeros((len(found) + 1, len(KINDS)), dtype=np.int64)
            np.cumsum(self.grams[found], axis=0, dtype=np.int64, out=running[1:])
            lasts = np.maximum(ends - size + 2, starts)
            sums += running[lasts] - running[starts]
            counts += lasts - starts
        lengths = np.sqrt(np.maximum(counts, _FEWEST_GRAMS))[:, None]
        weighed = sums * self.gram_scales / lengths + cues
        return tuple(ReadClause(quote, _share(row)) for quote, row in zip(laid.quotes, weighed, strict=True))


@cache
def load_second_reader(path: Path = WEIGHTS) -> SecondReader:
    """The shipped weights: one line of JSON, then grams and traits (int8) and the cues (int16, little-endian).

    Raises:
        UserError: the file is not of this format, or its cues are not those of the table.
    """
    header_line, _, body = path.read_bytes().partition(b"\n")
    header = json.loads(header_line) if header_line.startswith(b"{") else {}
    expected = _parameters()
    wrong = sorted(name for name, value in expected.items() if header.get(name) != value)
    split = len(KINDS) << BITS
    traits_end = split + (len(KINDS) << second_reader_traits.BITS)
    if wrong or len(body) != traits_end + 2 * len(KINDS) * len(cue_names()):
        raise UserError(f"{path}: not these weights ({', '.join(wrong) or 'length'}); fit them anew")
    return SecondReader(
        np.frombuffer(body[:split], dtype=np.int8).reshape(-1, len(KINDS)),
        np.frombuffer(body[split:traits_end], dtype=np.int8).reshape(-1, len(KINDS)),
        np.frombuffer(body[traits_end:], dtype="<i2").astype(np.int16).reshape(-1, len(KINDS)),
        np.array(header["gram_scales"]),
        np.array(header["trait_scales"]),
        np.array(header["cue_scales"]),
    )


def store_second_reader(reader: SecondReader, trained_on: dict[str, str], path: Path = WEIGHTS) -> None:
    """Write the weights with their parameters; `trained_on` is file name to sha256."""
    header = {
        **_parameters(),
        "gram_scales": reader.gram_scales.tolist(),
        "trait_scales": reader.trait_scales.tolist(),
        "cue_scales": reader.cue_scales.tolist(),
        "trained_on": trained_on,
    }
    line = json.dumps(header, ensure_ascii=False).encode() + b"\n"
    path.write_bytes(line + reader.grams.tobytes() + reader.traits.tobytes() + reader.cues.astype("<i2").tobytes())


def _parameters() -> dict[str, object]:
    return {
        "format": _FORMAT,
        "bits": BITS,
        "trait_bits": second_reader_traits.BITS,
        "grams": list(GRAMS),
        "kinds": list(KINDS),
        "cues": list(cue_names()),
        "table": table_hash(),
    }


def _share(sums: Sums) -> Kinds:
    highest = float(sums.max())
    raised = [math.exp(value - highest) for value in sums.tolist()]
    total = sum(raised)
    return Kinds(*(value / total for value in raised))
