"""One post asked for by its id: as JSON, as a page, and its whole text (platforms.md §2.3-2.5)."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass

from crawler.page import Page, Refused
from crawler.weibo.mblog import Sighting, read_dict, read_mblog, read_text
from crawler.weibo.tombstones import load_tombstones
from crawler.weibo.walls import check_answer, read_json

_RENDER_DATA = re.compile(r"\$render_data = (?=\[)")
_ERROR_MESSAGE = re.compile(r'<p class="h5-4con">(.*?)</p>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Gone:
    """The site answered, and its answer is that the post is not to be seen."""

    availability: str


def read_show(page: Page, native_id: str) -> tuple[Sighting, ...] | Gone:
    """`/statuses/show`: the post (and the post it carries), or what its error code says.

    The error page of §2.4 may come in place of JSON, whatever it calls itself; its sentence counts as well.

    Raises:
        Refused: neither this post nor a code or sentence that the table knows.
    """
    if page.body.lstrip()[:1] == b"<":
        return read_detail(page, native_id)
    value = read_json(page, "show")
    if value.get("ok") == 1 and isinstance(value.get("data"), dict):
        return _check_post(read_mblog(value["data"], page.seen_at), native_id)
    table = load_tombstones()
    code = value.get("errno", value.get("error_code"))
    message = str(value.get("msg") or value.get("message") or "")
    availability = table.read_code(code) if code is not None else table.read_sentence(message)
    return _gone(availability, f"code {code}, {message or 'no message'}")


def read_detail(page: Page, native_id: str) -> tuple[Sighting, ...] | Gone:
    """`/detail/<id>`: the post inside its `$render_data`, or what the error page says.

    Raises:
        Refused: neither this post nor a sentence that the table knows.
    """
    check_answer(page, "detail")
    markup = page.body.decode("utf-8", "replace")
    if start := _RENDER_DATA.search(markup):
        return _check_post(_read_render_data(markup, start.end(), page), native_id)
    if message := _ERROR_MESSAGE.search(markup):
        sentence = html.unescape(message[1]).strip()
        return _gone(load_tombstones().read_sentence(sentence), sentence)
    raise Refused("not a post page" if markup.strip() else "empty body")


def read_long_text(page: Page) -> str:
    """`/statuses/extend`: the whole text, as HTML.

    Raises:
        Refused: there is none in the page.
    """
    value = read_json(page, "extend")
    text = read_text(read_dict(value.get("data")).get("longTextContent"))
    if value.get("ok") != 1 or text is None:
        raise Refused("no long text")
    return text


def settle(first: Gone, second: Gone) -> Gone:
    """The more exact of two answers on one post. A page may say who took it; a code does not."""
    return first if second.availability == "not_found" else second


def _read_render_data(markup: str, start: int, page: Page) -> tuple[Sighting, ...]:
    # Decoded from its bracket on and not cut out by a pattern: a post's own text may hold `][0]` or `</script>`.
    try:
        value, _end = json.JSONDecoder().raw_decode(markup, start)
    except ValueError as error:
        raise Refused("broken render data") from error
    status = value[0].get("status") if value and isinstance(value[0], dict) else None
    if not isinstance(status, dict):
        raise Refused("render data without a post")
    return read_mblog(status, page.seen_at)


def _check_post(sightings: tuple[Sighting, ...], native_id: str) -> tuple[Sighting, ...] | Gone:
    if not sightings or sightings[0].observation.id != native_id:
        raise Refused("another post than asked for")
    availability = sightings[0].observation.availability
    return sightings if availability == "visible" else _gone(availability, "a tombstone not in the table")


def _gone(availability: str | None, said: str) -> Gone:
    if availability is None or availability == "blocked":
        raise Refused(f"not in the table: {said[:60]}" if availability is None else said[:60])
    return Gone(availability)
