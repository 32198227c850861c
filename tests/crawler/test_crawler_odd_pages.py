"""Recorded pages with one value replaced by something odd, and pages cut anywhere: readers read or refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_values import ODD
from test_crawler_pages import CASES, READERS, read_case, write_lines

from crawler.page import Page, Refused

JSON_CASES = [case for case in CASES if (case / "page.json").exists() and (case / "page.json").stat().st_size > 200]
HTML_CASES = [case for case in CASES if (case / "page.html").exists()]

Place = tuple[Any, Any]  # a container, and the key of one of its values


def find_places(value: Any) -> Iterator[Place]:
    """Every place of a JSON value in which another value could stand."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from find_places(inner)


def read(kind: str, page: Page, arguments: list[str]) -> None:
    """Read a page to the last line; a refusal is fine, an observation without a proper id is not."""
    with suppress(Refused):
        for line in write_lines(READERS[kind](page, *arguments)):
            json.dumps(line)
            assert "id" not in line or line["id"].isdecimal()
            assert line.get("author_id") is None or line["author_id"].isdecimal()
            assert isinstance(line.get("text"), str | None)
            assert isinstance(line.get("author_name"), str | None)


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_odd_value_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    """A member that is missing, null or of another type would crash the night (platforms.md §2.2, §13)."""
    case = data.draw(st.sampled_from(JSON_CASES))
    page, arguments = read_case(case)
    try:
        value = json.loads(page.body)
    except ValueError:
        return
    container, key = data.draw(st.sampled_from(list(find_places(value))))
    container[key] = data.draw(ODD)
    read(case.parent.name, replace(page, body=json.dumps(value).encode()), arguments)


@settings(deadline=None)
@given(st.sampled_from(JSON_CASES + HTML_CASES), st.floats(0, 1), st.binary(max_size=8))
def test_page_cut_anywhere_is_read_or_refused(case: Any, share: float, tail: bytes) -> None:
    """A connection that breaks in the middle of a page would crash the night."""
    page, arguments = read_case(case)
    body = page.body[: int(len(page.body) * share)] + tail
    read(case.parent.name, replace(page, body=body), arguments)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"0", b'""', b"{}", b'{"ok":1}', b'{"ok":1,"data":null}', b"\xff\xfe"]
)
def test_page_of_nothing_is_refused(kind: str, body: bytes) -> None:
    """A page without anything in it would count as "nothing was posted"."""
    arguments = {"show": ["1"], "detail": ["1"], "comments": ["1", None], "thread": ["1", None]}.get(kind, [])
    page, _arguments = read_case(CASES[0])
    page = replace(page, status=200, body=body)
    with pytest.raises(Refused):
        READERS[kind](page, *arguments)
