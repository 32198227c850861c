"""A page of a super-topic on m.weibo.cn: container 100808…, paged by `pageInfo.since_id` (platforms.md §2.1)."""

from __future__ import annotations

import json
from dataclasses import replace

from crawler.page import Page, Refused
from crawler.weibo.lists import ListPage, read_search
from crawler.weibo.mblog import read_dict
from crawler.weibo.walls import read_json


def read_supertopic(page: Page) -> ListPage:
    """The posts of a page; `since_id` asks for the next one and is None at the end.

    Raises:
        Refused: the page is not one of a super-topic.
    """
    listing = read_search(page)
    data = read_dict(read_json(page, "supertopic").get("data"))
    since_id = read_dict(data.get("pageInfo")).get("since_id")
    if isinstance(since_id, dict):  # an object on some answers, text on others
        since_id = json.dumps(since_id, separators=(",", ":"))
    if since_id is not None and not isinstance(since_id, str | int):
        raise Refused("odd since_id")
    return replace(listing, since_id=str(since_id) if since_id else None)
