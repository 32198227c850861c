"""What a reader sees: pleas carry invisible code points and reversed words to slip past filters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# Default-ignorable code points, controls, tag characters, soft hyphens, lone surrogates (Unicode 15,
# DerivedCoreProperties).
_UNSEEN_SIGNS = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
_UNSEEN = re.compile(f"[{_UNSEEN_SIGNS}]+")
_LINE_END = re.compile(f"\r\n|[{_LINE_ENDS}]")
_SPECIAL = re.compile(f"[{_UNSEEN_SIGNS}{_LINE_ENDS}]")
_OVERRIDE = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HAS_OVERRIDE = re.compile("[\u202d\u202e]")
_LTR_OVERRIDE, _RTL_OVERRIDE = "\u202d", "\u202e"
_EMBEDDINGS = "\u202a\u202b"
_ISOLATES = "\u2066\u2067\u2068"
_POP, _POP_ISOLATE = "\u202c", "\u2069"
# A base character with the marks that sit on it stays together when a run is reversed (1 + U+20E3 is one keycap).
_CLUSTER = re.compile("[^\u0300-\u036f\u20d0-\u20ff][\u0300-\u036f\u20d0-\u20ff]*+|[\u0300-\u036f\u20d0-\u20ff]++")
_MIRRORED = str.maketrans("()（）<>《》[]【】{}「」『』〔〕", ")(）（><》《][】【}{」「』『〕〔")


def as_displayed(text: str) -> str:
    """`text` as its reader sees it, on lines that end with a newline. Idempotent and linear.

    Reversed by a right-to-left override, words are put in the order in which they are shown (UAX #9: an override
    ends with its pop or with the line); then everything that has no shape is dropped.
    """
    if _SPECIAL.search(text) is None:
        return text
    text = _LINE_END.sub("\n", text)
    if _HAS_OVERRIDE.search(text):
        text = "\n".join(_reorder(line) if _HAS_OVERRIDE.search(line) else line for line in text.split("\n"))
    return _UNSEEN.sub("", text)


@dataclass(slots=True)
class _Run:
    """A stretch with one direction: words and inner runs in logical order."""

    opener: str
    is_reversed: bool
    parts: list[str | _Run] = field(default_factory=list)


def _reorder(line: str) -> str:
    root = _Run(opener="", is_reversed=False)
    open_runs = [root]
    position = 0
    for mark in _OVERRIDE.finditer(line):
        _add_words(open_runs[-1], line[position : mark.start()])
        _apply_mark(mark[0], open_runs)
        position = mark.end()
    _add_words(open_runs[-1], line[position:])
    return _laid_out(root)


def _add_words(run: _Run, words: str) -> None:
    if words:
        run.parts.append(_UNSEEN.sub("", words))


def _apply_mark(mark: str, open_runs: list[_Run]) -> None:
    if mark == _POP:
        if len(open_runs) > 1 and open_runs[-1].opener not in _ISOLATES:
            open_runs.pop()
    elif mark == _POP_ISOLATE:
        _close_isolate(open_runs)
    else:
        # An embedding or isolate keeps the order of Chinese and Latin words; only an override turns them round.
        run = _Run(opener=mark, is_reversed=mark == _RTL_OVERRIDE)
        open_runs[-1].parts.append(run)
        open_runs.append(run)


def _close_isolate(open_runs: list[_Run]) -> None:
    """Close the innermost isolate and the overrides opened inside it; a stray pop closes nothing."""
    depth = len(open_runs) - 1
    while depth > 0 and open_runs[depth].opener not in _ISOLATES:
        depth -= 1
    if depth > 0:
        del open_runs[depth:]


def _laid_out(root: _Run) -> str:
    """The words of the tree in visual order, each touched once."""
    shown: list[str] = []
    stack: list[str | _Run] = [root]
    within: list[bool] = [False]
    while stack:
        part = stack.pop()
        is_reversed = within.pop()
        if isinstance(part, str):
            shown.append(_turned_round(part) if is_reversed else part)
            continue
        children = part.parts if part.is_reversed else part.parts[::-1]
        stack.extend(children)
        within.extend([part.is_reversed] * len(children))
    return "".join(shown)


def _turned_round(words: str) -> str:
    return "".join(_CLUSTER.findall(words.translate(_MIRRORED))[::-1])
