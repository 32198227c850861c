"""Every recorded page under pages/sites/<kind>/<case>, whole, with odd values in it, cut anywhere, and of nothing.

A case without expected.jsonl has it written, and fails once, so that somebody reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_values import ODD
from site_pages import CASES, READERS, describe, list_observations, read_case

from crawler.page import Page, Refused

ID = re.compile(r"[^\s]{1,200}")
JSON_CASES = [case for case in CASES if (case / "page.json").exists()]
GOOD = {
    "feed": "rss",
    "pc_results": "good",
    "supertopic": "good",
    "api_post": "good",
    "api_comments": "good",
    "mastodon_tag": "good",
    "mastodon_status": "edited",
    "mastodon_thread": "good",
    "board_list": "sample",
    "board_detail": "sample_board",
    "tieba": "good",
}


def find_places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a JSON value in which another value could stand."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from find_places(inner)


def read(kind: str, page: Page, arguments: list[Any]) -> None:
    """Read a page to the last observation; a refusal is fine, an observation that no import would take is not."""
    with suppress(Refused):
        for one in list_observations(READERS[kind](page, *arguments)):
            line = json.loads(one.to_line())
            assert ID.fullmatch(line["id"])
            assert line["author_id"] is None or ID.fullmatch(line["author_id"])
            assert isinstance(line["text"], str | None)
            assert line["availability"] == "visible" or kind in ("supertopic", "api_post")
            assert one.posted_at is None or one.posted_at.tzinfo is not None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_recorded_page_reads_as_expected(case: Path) -> None:
    """A page that a site really sends would be read as something else than what it says."""
    page, arguments = read_case(case)
    try:
        lines = list(describe(READERS[case.parent.name](page, *arguments)))
    except Refused as refusal:
        lines = [{"refused": refusal.reason}]
    expectation = case / "expected.jsonl"
    told = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    if not expectation.exists():
        expectation.write_text(told, encoding="utf-8")
        pytest.fail(f"{expectation} was missing; it is written now: read it, then run again")
    assert told == expectation.read_text(encoding="utf-8")


def test_there_are_pages_of_every_kind() -> None:
    """A reader without recorded pages, good ones and refusals, would never be tested against the wire."""
    assert {case.parent.name for case in CASES} == set(READERS) == set(GOOD)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_odd_value_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    """A member that is missing, null or of another type would crash the night."""
    case = data.draw(st.sampled_from(JSON_CASES))
    page, arguments = read_case(case)
    value = json.loads(page.body)
    places = list(find_places(value))
    if not places:
        return
    container, key = data.draw(st.sampled_from(places))
    container[key] = data.draw(ODD)
    read(case.parent.name, replace(page, body=json.dumps(value).encode()), arguments)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(CASES), st.floats(0, 1), st.binary(max_size=8))
def test_page_cut_anywhere_is_read_or_refused(case: Path, share: float, tail: bytes) -> None:
    """A connection that breaks in the middle of a page would crash the night."""
    page, arguments = read_case(case)
    body = page.body[: int(len(page.body) * share)] + tail
    read(case.parent.name, replace(page, body=body), arguments)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(CASES), st.sampled_from(["", "text/html; charset=gbk", "application/json; charset=nonsense"]))
def test_wrong_content_type_is_read_or_refused(case: Path, content_type: str) -> None:
    """A site that mislabels its pages (HTML as JSON, one charset as another) would crash the night."""
    page, arguments = read_case(case)
    read(case.parent.name, replace(page, content_type=content_type), arguments)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(GOOD)), st.floats(0.05, 0.95))
def test_observations_of_a_cut_page_are_those_of_the_whole_one(kind: str, share: float) -> None:
    """Half a post would be taken for what its author now says: an edit that nobody made."""
    page, arguments = read_case(next(case for case in CASES if case.parent.name == kind and case.name == GOOD[kind]))
    whole = {one.id: one.text for one in list_observations(READERS[kind](page, *arguments))}
    body = page.body[: int(len(page.body) * share)]
    with suppress(Refused):
        cut = READERS[kind](replace(page, body=body), *arguments)
        assert {one.id: one.text for one in list_observations(cut)}.items() <= whole.items()


@pytest.mark.parametrize("kind", sorted(READERS))
@pytest.mark.parametrize(
    "body", [b"", b" ", b"null", b"0", b'""', b"{}", b'{"ok":1}', b'{"code":0}', b"\xff\xfe", b"<html></html>"]
)
def test_page_of_nothing_is_refused(kind: str, body: bytes) -> None:
    """A page without anything in it would count as "nothing was posted"."""
    page, arguments = read_case(next(case for case in CASES if case.parent.name == kind and case.name == GOOD[kind]))
    with pytest.raises(Refused):
        READERS[kind](replace(page, status=200, body=body), *arguments)
