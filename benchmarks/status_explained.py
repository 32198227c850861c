"""Writes docs/status-explained.md: what `houxu status explain` says of five hard cases of the labelled worlds.

python -m benchmarks.status_explained > docs/status-explained.md
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from benchmarks.status_texts import HERE
from benchmarks.status_worlds import Result, evaluate_file
from pipeline.status.explain import explain

CASES = (
    ("dev_h.jsonl", "h076", "Medicine that leaves tonight is not in hand"),
    ("dev_h.jsonl", "h038", "The fever is gone, the dialysis is still missing"),
    ("dev_h.jsonl", "h069", "Three of five are in, two are promised tomorrow"),
    ("dev_h.jsonl", "h206", "A yes to a precise question"),
    ("dev_h.jsonl", "h138", "One post about two pleas of the author: the father's case"),
)
_HEAD = """# Five hard cases, explained

Made by `python -m benchmarks.status_explained`; the text of each block is what `houxu status explain CASE_ID` prints.
The cases are invented (`benchmarks/labelled/status/`); [status.md](status.md) has every rule and guard.
"""
_MOST_SIGNS = 60
# Reposters who add a word or two, and the author's other pleas, change nothing; they and headings are left out.
_LEFT_OUT = re.compile(r"^(?:\d+\. .* (?:旁人 (?:转发自己|搬运)|作者 求助帖) |求助帖 |逐句判读)")


def main() -> None:
    """Write the page to standard output."""
    sys.stdout.write("\n".join(_page()) + "\n")


def _page() -> Iterator[str]:
    yield _HEAD
    for name, case, title in CASES:
        result = next(one for one in evaluate_file(HERE / name) if one.case == case)
        yield f"## {title}"
        yield from ("```text", f"求助：{_short(result.case_file.plea.text)}", *_explained(result), "```", "")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST_SIGNS else line[:_MOST_SIGNS] + "…"


def _explained(result: Result) -> Iterator[str]:
    is_left_out = False
    for line in explain(result.decision, result.case_file, "zh").splitlines():
        if line and not line.startswith(" "):
            is_left_out = _LEFT_OUT.match(line) is not None
        if line and not is_left_out:
            yield line


if __name__ == "__main__":
    main()
