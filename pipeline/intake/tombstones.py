"""What a platform writes where a post should be (data/tombstones.tsv): it is an availability, and nobody's words."""

from __future__ import annotations

import re
from functools import cache

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.text.html import html_to_text

# A tombstone is its sentence with a help link behind it; a longer text is somebody's words about one.
_SLACK = 60
_LONGEST = 400


def tombstone_in(text: str) -> str | None:
    """The availability that a text without an author tells, where it begins with a platform's sentence."""
    words = _words_of(text)
    found = [(len(sentence), told) for sentence, told in _sentences() if sentence in words[:_SLACK]]
    length, availability = max(found, default=(0, None))
    return availability if len(words) <= length + _SLACK else None


def only_tombstone(text: str) -> str | None:
    """The availability that a text tells which is a platform's sentence with its help link, and nothing besides."""
    if len(text) > _LONGEST:
        return None
    match = _whole().fullmatch(_words_of(text))
    return dict(_sentences())[match["sentence"]] if match else None


def _words_of(text: str) -> str:
    return "".join(html_to_text(text).split())


@cache
def _sentences() -> tuple[tuple[str, str], ...]:
    rows = (row for _, row in read_table(DATA_DIR / "tombstones.tsv"))
    return tuple((row["value"], row["availability"]) for row in rows if row["match"] == "sentence")


@cache
def _whole() -> re.Pattern[str]:
    longest_first = sorted((sentence for sentence, _ in _sentences()), key=len, reverse=True)
    named = "|".join(map(re.escape, longest_first))
    help_link = r"(?:查看帮助[:：]?)?(?:网页链接|https?://[\w./?=&-]+)?"
    return re.compile(rf"(?:很?抱歉[，,])?(?P<sentence>{named})[。.！!]?{help_link}")
