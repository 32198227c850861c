"""What apps write around posts (data/images/chrome.tsv) and how they write times (data/images/times.tsv)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError

_KINDS = ("status", "title", "tab", "button", "counter", "number", "origin", "mark", "tail")
_BLANKS = re.compile(r"\s+")
_SOURCE = re.compile(r"(来自|发布于|IP属地)[:：]?(?P<place>.+)")
# What may follow a time on its line; more than that is a sentence that begins with a time.
_LONGEST_SOURCE = 24


@dataclass(frozen=True, slots=True)
class SourceTime:
    """When and from where a post says it was made, as written."""

    time: str
    source: str | None


def squeeze(text: str) -> str:
    """Without blanks, full-width forms folded."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def kind_of(text: str, is_top: bool) -> str | None:
    """The kind of app text that a whole line is; None for words. Status bars are looked for at the top only."""
    words = squeeze(text)
    return next((kind for kind, pattern in _whole_lines(is_top) if pattern.fullmatch(words)), None)


def platform_of(lines: Iterable[str]) -> str | None:
    """Whose page these lines stand on (data/images/platforms.tsv), or None."""
    words = [squeeze(line) for line in lines]
    return next((name for name, pattern in _platforms() if any(pattern.fullmatch(one) for one in words)), None)


def read_time(text: str) -> SourceTime | None:
    """The time at the beginning of a line that says nothing else; None for words."""
    words = squeeze(text)
    found = max((m for pattern in _times() if (m := pattern.match(words))), key=lambda m: m.end(), default=None)
    if found is None:
        return None
    rest = words[found.end() :].strip("·|,，-— ")
    source = _SOURCE.search(rest)
    if len(rest) > _LONGEST_SOURCE or (rest and source is None and not _is_remark(rest)):
        return None
    return SourceTime(found[0], source["place"] if source else None)


def cut_tail(text: str) -> tuple[str, bool]:
    """The line without an app's 全文 at its end, and whether there was one."""
    for pattern in _tails():
        found = pattern.search(text)
        if found and (found[0][0] in ".…·。" or found.start() == 0):
            return text[: found.start()].rstrip(), True
    return text, False


def _is_remark(rest: str) -> bool:
    """已编辑, a counter or a floor behind the time."""
    return re.fullmatch(r"(已编辑|编辑过|\d{1,6}|回复|删除|置顶|[·.\-|]|更多|第\d+楼|L\d+)+", rest) is not None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    path = DATA_DIR / "images" / "chrome.tsv"
    return tuple(
        (row["kind"], _compiled(path, number, row["kind"], row["pattern"])) for number, row in read_table(path)
    )


def _compiled(path: Path, number: int, kind: str, pattern: str) -> re.Pattern[str]:
    if kind not in _KINDS:
        raise UserError(f"{path}:{number}: unknown kind {kind}")
    try:
        return re.compile(pattern)
    except re.error as error:
        raise UserError(f"{path}:{number}: not a regular expression: {error}") from error


@cache
def _whole_lines(is_top: bool) -> tuple[tuple[str, re.Pattern[str]], ...]:
    left_out = {"tail"} if is_top else {"tail", "status"}
    return tuple((kind, pattern) for kind, pattern in _patterns() if kind not in left_out)


@cache
def _tails() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(f"(?:{pattern.pattern})$") for kind, pattern in _patterns() if kind == "tail")


@cache
def _platforms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    path = DATA_DIR / "images" / "platforms.tsv"
    rows = read_table(path)
    return tuple((row["platform"], _compiled(path, number, "mark", row["pattern"])) for number, row in rows)


@cache
def _times() -> tuple[re.Pattern[str], ...]:
    path = DATA_DIR / "images" / "times.tsv"
    return tuple(_compiled(path, number, "status", row["pattern"]) for number, row in read_table(path))
