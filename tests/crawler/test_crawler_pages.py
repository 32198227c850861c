"""Every recorded page under pages/<kind>/<case>: page.* and meta.json in, expected.jsonl out.

A case without expected.jsonl has it written, and fails once, so that somebody reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.items import Observation
from crawler.page import Page, Refused
from crawler.weibo.comments import CommentPage, read_comments, read_thread
from crawler.weibo.lists import ListPage, read_posts_count, read_search, read_timeline
from crawler.weibo.mblog import Sighting
from crawler.weibo.posts import read_detail, read_long_text, read_show

FOLDER = Path(__file__).parent / "pages"
CASES = sorted(path.parent for path in FOLDER.glob("*/*/meta.json"))
READERS = {
    "search": read_search,
    "timeline": read_timeline,
    "profile": read_posts_count,
    "show": read_show,
    "detail": read_detail,
    "extend": read_long_text,
    "comments": read_comments,
    "thread": read_thread,
}


def read_case(case: Path) -> tuple[Page, list[str]]:
    """The page of a case, and what its reader needs besides."""
    meta = json.loads((case / "meta.json").read_text(encoding="utf-8"))
    seen_at = datetime.fromisoformat(meta["seen_at"])
    body = next(case.glob("page.*")).read_bytes()
    return Page(meta["url"], meta["status"], meta["content_type"], body, seen_at), meta.get("arguments", [])


def write_lines(value: object) -> Iterator[dict[str, Any]]:
    """What a reader gave, one JSON object a line: observations first, then the rest of the page."""
    match value:
        case Observation():
            yield json.loads(value.to_line())
        case Sighting():
            yield {"is_cut": value.is_cut} | json.loads(value.observation.to_line())
        case tuple():
            for one in value:
                yield from write_lines(one)
        case ListPage():
            yield from write_lines(value.sightings)
            yield {"reached_at": str(value.reached_at), "since_id": value.since_id, "is_empty": value.is_empty}
        case CommentPage():
            yield from write_lines(value.observations)
            yield {name: getattr(value, name) for name in ("total", "max_id", "max_id_type", "threads")}
        case _:
            yield asdict(value) if is_dataclass(value) and not isinstance(value, type) else {"value": value}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_recorded_page_reads_as_expected(case: Path) -> None:
    """A page that the site really sends would be read as something else than what it says."""
    page, arguments = read_case(case)
    try:
        lines = list(write_lines(READERS[case.parent.name](page, *arguments)))
    except Refused as refusal:
        lines = [{"refused": refusal.reason}]
    expectation = case / "expected.jsonl"
    read = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    if not expectation.exists():
        expectation.write_text(read, encoding="utf-8")
        pytest.fail(f"{expectation} was missing; it is written now: read it, then run again")
    assert read == expectation.read_text(encoding="utf-8")


def test_there_are_pages_of_every_kind() -> None:
    """A reader without recorded pages would never be tested against the wire."""
    assert {case.parent.name for case in CASES} == set(READERS)
