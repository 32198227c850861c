"""Search result pages and author timelines: cards of posts (platforms.md §2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.page import Page, Refused
from crawler.weibo.mblog import Sighting, read_dict, read_mblog
from crawler.weibo.tombstones import load_tombstones
from crawler.weibo.walls import read_json

POST_CARD = "9"
_EMPTY_MESSAGE = "这里还没有内容"


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list.

    `reached_at` is the publish time of the last post that is in order (pinned ones are not), `since_id` asks for
    the next page where the list pages so. `is_empty` is only what the page claims: a site that is asked too fast
    gives the same answer. `ids` are those of the posts in order.
    """

    sightings: tuple[Sighting, ...]
    reached_at: datetime | None
    since_id: str | None
    is_empty: bool
    ids: tuple[str, ...] = ()


def read_search(page: Page) -> ListPage:
    """A page of container 100103 (search).

    Raises:
        Refused: the page is not a search page.
    """
    return _read_list(page, "search")


def read_timeline(page: Page) -> ListPage:
    """A page of container 107603 (an author's posts).

    Raises:
        Refused: the page is not a timeline.
    """
    return _read_list(page, "timeline")


def read_posts_count(page: Page) -> int | None:
    """How many posts an author's profile claims (container 100505); None when the account is gone.

    Raises:
        Refused: the page is not a profile.
    """
    value = read_json(page, "profile")
    user = read_dict(read_dict(value.get("data")).get("userInfo"))
    if isinstance(user.get("statuses_count"), int):
        return int(user["statuses_count"])
    if load_tombstones().read_sentence(str(value.get("msg", ""))) == "account_gone":
        return None
    raise Refused("not a profile")


def _read_list(page: Page, kind: str) -> ListPage:
    value = read_json(page, kind)
    data = read_dict(value.get("data"))
    if value.get("ok") != 1:
        if _EMPTY_MESSAGE in str(value.get("msg", "")):
            return ListPage((), None, None, is_empty=True)
        raise Refused(f"ok {value.get('ok')}: {value.get('msg') or value.get('message') or 'no message'}")
    cards = data.get("cards")
    if not isinstance(cards, list):
        raise Refused("no cards")
    posts = list(_post_cards(cards))
    read = [(card, read_mblog(card["mblog"], page.seen_at)) for card in posts]
    in_order = [sightings[0] for card, sightings in read if sightings and not _is_pinned(card)]
    since_id = read_dict(data.get("cardlistInfo")).get("since_id")
    return ListPage(
        sightings=tuple(sighting for _card, sightings in read for sighting in sightings),
        reached_at=in_order[-1].observation.posted_at if in_order else None,
        since_id=str(since_id) if since_id else None,
        is_empty=not posts,
        ids=tuple(sighting.observation.id for sighting in in_order),
    )


def _post_cards(cards: list[Any]) -> Iterator[dict[str, Any]]:
    """The cards that hold posts, also those inside groups; unknown card types are skipped (§2.1)."""
    for card in cards:
        if not isinstance(card, dict):
            continue
        if str(card.get("card_type")) == POST_CARD and isinstance(card.get("mblog"), dict):
            yield card
        elif isinstance(card.get("card_group"), list):
            yield from _post_cards(card["card_group"])


def _is_pinned(card: dict[str, Any]) -> bool:
    mblog = card["mblog"]
    return (
        str(card.get("profile_type_id", "")).startswith("proweibotop")
        or mblog.get("isTop") == 1
        or mblog.get("mblogtype") == 2
        or read_dict(mblog.get("title")).get("text") == "置顶"
    )
