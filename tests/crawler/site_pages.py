"""Recorded pages of the other sites, pages/sites/<kind>/<case>, and the reader of each kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from crawler.boards.description import Board, load_board
from crawler.boards.reading import BoardPage, Message, make_known, read_detail, read_list
from crawler.feeds.reading import read_feed
from crawler.items import Observation
from crawler.mastodon.statuses import read_status, read_tag_timeline, read_thread
from crawler.page import Page
from crawler.tieba.threads import read_thread_page
from crawler.weibo.lists import ListPage
from crawler.weibo_pc.official import read_api_comments, read_api_post
from crawler.weibo_pc.results import ResultPage, read_results
from crawler.weibo_pc.supertopic import read_supertopic

FOLDER = Path(__file__).parent / "pages" / "sites"
CASES = sorted(path.parent for path in FOLDER.glob("*/*/meta.json"))


@cache
def _load(board: str) -> Board:
    return load_board(board)  # once, as a spider does


def _read_board_list(page: Page, board: str) -> BoardPage:
    return read_list(page, _load(board))


def _read_board_detail(page: Page, board: str, native_id: str) -> Message:
    described = _load(board)
    return read_detail(page, described, make_known(described, native_id, page.seen_at))


def _read_mastodon_thread(page: Page, native_id: str, local_id: str, author_id: str) -> tuple[Observation, ...]:
    return read_thread(page, Observation("mastodon", native_id, page.seen_at, author_id=author_id), local_id)


READERS: dict[str, Callable[..., object]] = {
    "feed": read_feed,
    "pc_results": read_results,
    "supertopic": read_supertopic,
    "api_post": read_api_post,
    "api_comments": read_api_comments,
    "mastodon_tag": read_tag_timeline,
    "mastodon_status": read_status,
    "mastodon_thread": _read_mastodon_thread,
    "board_list": _read_board_list,
    "board_detail": _read_board_detail,
    "tieba": read_thread_page,
}


def read_case(case: Path) -> tuple[Page, list[Any]]:
    """The page of a case, and what its reader needs besides."""
    meta = json.loads((case / "meta.json").read_text(encoding="utf-8"))
    seen_at = datetime.fromisoformat(meta["seen_at"])
    body = next(case.glob("page.*")).read_bytes()
    page = Page(meta["url"], meta["status"], meta["content_type"], body, seen_at, meta.get("headers", {}))
    return page, meta.get("arguments", [])


def list_observations(value: object) -> Iterator[Observation]:
    """Every observation in what a reader gave, however it is wrapped."""
    if isinstance(value, Observation):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from list_observations(one)
    elif is_dataclass(value):
        for part in fields(value):
            yield from list_observations(getattr(value, part.name))


def describe(value: object) -> Iterator[dict[str, Any]]:
    """What a reader gave, one JSON object a line: observations first, then the rest of the page."""
    for one in list_observations(value):
        yield json.loads(one.to_line())
    if is_dataclass(value) and not isinstance(value, type | Observation | Message):
        kept = ("sightings", "statuses", "messages", "observations", "observation")
        rest = {name: str(part) for name, part in asdict(value).items() if name not in kept}
        if isinstance(value, ResultPage | ListPage):
            rest["cut"] = ",".join(one.observation.id for one in value.sightings if one.is_cut)
        yield rest
