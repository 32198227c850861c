"""Tag timelines and threads of Mastodon instances (platforms.md §10)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.items import Counts, Observation
from crawler.page import Page, Refused
from crawler.refusals import read_json_page

PLATFORM = "mastodon"

_HOME = re.compile(r"https?://([^/]+)/(?:users/[^/]+/statuses|@[^/]+)/(\d+)")
_LINK = re.compile(r"<([^>]*)>\s*;\s*rel=\"?(\w+)\"?")
_PUBLIC = ("public", "unlisted")


@dataclass(frozen=True, slots=True)
class Status:
    """A status as one instance shows it; `local_id` is its id there, the observation's id is that of its home.

    `account_id` is its author's id there, empty where the instance shows none.
    """

    observation: Observation
    local_id: str
    replies_count: int
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of a timeline, newest first. `next_url` is None at the end."""

    statuses: tuple[Status, ...]
    next_url: str | None


def read_tag_timeline(page: Page) -> Timeline:
    """A page of `/api/v1/timelines/tag/TAG`, or of `/api/v1/accounts/ID/statuses`.

    Raises:
        Refused: the page is no list of statuses.
    """
    value = read_json_page(page, PLATFORM)
    if not isinstance(value, list):
        raise Refused(f"not a timeline: {_error_of(value)}")
    statuses = tuple(_read_all(value, page, {}))
    if value and not statuses:
        raise Refused("a list, but not of statuses")
    return Timeline(statuses, read_links(page.headers.get("link", "")).get("next"))


def read_thread(page: Page, root: Observation, local_id: str) -> tuple[Observation, ...]:
    """`/api/v1/statuses/ID/context`: what the root's author answered below it, and official accounts; others are left.

    Raises:
        Refused: the page is no thread.
    """
    value = read_json_page(page, PLATFORM)
    answers = value.get("descendants") if isinstance(value, dict) else None
    if not isinstance(answers, list):
        raise Refused(f"not a thread: {_error_of(value)}")
    statuses = _read_all(answers, page, {local_id: root.id})
    return tuple(one.observation for one in statuses if one.observation.author_id == root.author_id)


def read_status(page: Page) -> Status:
    """`/api/v1/statuses/ID`.

    Raises:
        Refused: the page is no status.
    """
    value = read_json_page(page, PLATFORM)
    status = _read_status(value, page, {}) if isinstance(value, dict) else None
    if status is None:
        raise Refused(f"not a status: {_error_of(value)}")
    return status


def read_links(header: str) -> dict[str, str]:
    """The URLs of a Link header by their `rel`."""
    return {rel: url for url, rel in _LINK.findall(header)}


def _error_of(value: object) -> str:
    return str(value.get("error") or "no message")[:60] if isinstance(value, dict) else "no message"


def _read_all(values: list[Any], page: Page, known: Mapping[str, str]) -> list[Status]:
    """Statuses in their order; `known` and the page itself say which home id a local one stands for."""
    homes = dict(known)
    for value in values:
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            homes[value["id"]] = _name(value, page)
    read = (_read_status(value, page, homes) for value in values if isinstance(value, dict))
    return [one for one in read if one is not None]


def _read_status(value: dict[str, Any], page: Page, homes: Mapping[str, str]) -> Status | None:
    local_id, account = value.get("id"), value.get("account")
    if not (isinstance(local_id, str) and local_id.isdecimal() and isinstance(account, dict)):
        return None
    if value.get("visibility", "public") not in _PUBLIC or value.get("reblog"):
        return None
    parent = value.get("in_reply_to_id")
    reply_to = homes.get(parent, f"{_host(page)}/{parent}") if isinstance(parent, str) and parent.isdecimal() else None
    heading, content = _text(value.get("spoiler_text")), _text(value.get("content"))
    observation = Observation(
        platform=PLATFORM,
        id=_name(value, page),
        observed_at=page.seen_at,
        text="\n".join(filter(None, (heading, content))) or None,
        url=_text(value.get("url")) or None,
        author_id=_name_account(account, page),
        author_name=_text(account.get("display_name")) or _text(account.get("username")) or None,
        posted_at=_read_time(value.get("created_at")),
        reply_to=reply_to,
        edited_at=_read_time(value.get("edited_at")),
        images=_read_pictures(value.get("media_attachments")),
        counts=Counts(
            reposts=_count(value.get("reblogs_count")),
            comments=_count(value.get("replies_count")),
            likes=_count(value.get("favourites_count")),
        ),
    )
    account_id = _text(account.get("id"))
    replies_count = _count(value.get("replies_count")) or 0
    return Status(observation, str(local_id), replies_count, account_id if account_id.isdecimal() else "")


def _read_pictures(attachments: object) -> tuple[str, ...]:
    listed = [one for one in attachments if isinstance(one, dict)] if isinstance(attachments, list) else []
    found = (_text(one.get("url")) for one in listed if one.get("type") == "image")
    return tuple(one for one in found if one.startswith(("https://", "http://")))


def _name(value: dict[str, Any], page: Page) -> str:
    """HOST/ID at home, so that one status seen from two instances is one post."""
    home = _HOME.match(_text(value.get("uri"))) or _HOME.match(_text(value.get("url")))
    return f"{home[1]}/{home[2]}" if home else f"{_host(page)}/{value['id']}"


def _name_account(account: dict[str, Any], page: Page) -> str | None:
    name = _text(account.get("acct")) or _text(account.get("username"))
    if not name or len(name) > 150 or re.search(r"\s", name):
        return None
    return name if "@" in name else f"{name}@{_host(page)}"


def _host(page: Page) -> str:
    return urlsplit(page.url).netloc


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def _read_time(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
