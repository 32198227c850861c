"""Many spans of one text, asked in logarithmic time: a hostile post may hold a hundred thousand of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


class SpanIndex:
    """Spans (start, end) of a text, merged where they overlap."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    @property
    def is_empty(self) -> bool:
        """Whether there is no span."""
        return not self._starts

    def overlaps(self, start: int, end: int) -> bool:
        """Whether some span shares a character with `start` to `end`."""
        index = bisect_right(self._starts, end - 1) - 1
        return index >= 0 and self._ends[index] > start

    def holds(self, position: int) -> bool:
        """Whether the character at `position` lies in some span."""
        return self.overlaps(position, position + 1)
