"""Discovery and official replies: 红网百姓呼声 (people.rednet.cn)."""

from __future__ import annotations

from crawler.boards.spider import BoardsSpider


class RednetSpider(BoardsSpider):
    """One query a keyword; what it reads, and where, is data/boards/rednet.toml."""

    name = "rednet"
    site = "rednet"
    fixed_boards = ("rednet",)
