"""Which pictures nobody could tell: all that is left to see fits the stored post of another person as well.

Twins differ in one fact or, of a form, in all of them; where a crop or a mosaic hides that and no author is named, a
perfect reader must offer candidates. Whoever answers such a picture with a match is right by luck.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.screenshots.cer import fold
from benchmarks.screenshots.truth import Truth


def find_undecidable(truths: Sequence[Truth]) -> frozenset[str]:
    """Files of the pictures whose visible words fit a stored twin, and that do not name their own author."""
    stored: dict[str, dict[str, str]] = {}
    for truth in truths:
        if not truth.absent:
            stored.setdefault(truth.twin_of or truth.post_id, {})[truth.post_id] = _letters(truth.text)
    return frozenset(truth.file for truth in truths if not _names_its_author(truth) and _fits_twin(truth, stored))


def _names_its_author(truth: Truth) -> bool:
    return truth.author_visible and truth.is_author_origin


def _fits_twin(truth: Truth, stored: dict[str, dict[str, str]]) -> bool:
    group = stored.get(truth.twin_of or truth.post_id, {})
    seen = _letters(truth.visible_text)
    return any(_is_within(seen, text) for post_id, text in group.items() if post_id not in truth.posts)


def _is_within(seen: str, text: str) -> bool:
    """Whether all of `seen` stands in `text` in this order, with anything between."""
    rest = iter(text)
    return all(character in rest for character in seen)


def _letters(text: str) -> str:
    return "".join(character for character in fold(text) if character.isalnum())
