"""Where the facts of a text go, and the words that tell what stands next to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.cues import Cues
    from dedupe.fold import FoldTable

    Codes = npt.NDArray[np.int32]


class Reader(NamedTuple):
    """The tables that reading needs."""

    fold: FoldTable
    cues: Cues


class Sink(NamedTuple):
    """Where the facts of one text go: kinds uint8 and values int64 (MOST_FACTS each), count int64 (1)."""

    kinds: npt.NDArray[np.uint8]
    values: npt.NDArray[np.int64]
    count: npt.NDArray[np.int64]  # type: ignore[assignment]  # hides tuple.count, which nobody wants here


@kernel
def put(sink: Sink, kind: int, value: int | np.int64) -> None:
    """Insert a fact in order; doubles and whatever exceeds the sink are dropped."""
    n = sink.count[0]
    at = 0
    while at < n and (sink.kinds[at] < kind or (sink.kinds[at] == kind and sink.values[at] < value)):
        at += 1
    if n == len(sink.kinds) or (at < n and sink.kinds[at] == kind and sink.values[at] == value):
        return
    for i in range(n, at, -1):
        sink.kinds[i], sink.values[i] = sink.kinds[i - 1], sink.values[i - 1]
    sink.kinds[at], sink.values[at] = kind, value
    sink.count[0] = n + 1


@kernel
def match(codes: Codes, p: int, end: int, cues: Cues) -> int:
    """The longest cue that starts at p, or -1."""
    code = codes[p]
    if code >= 0x10000:
        return -1
    for word in range(cues.first[code], cues.first[code + 1]):
        a, b = cues.ends[word], cues.ends[word + 1]
        if p + b - a > end:
            continue
        i = 1
        while i < b - a and codes[p + i] == cues.chars[a + i]:
            i += 1
        if i == b - a:
            return int(word)
    return -1
