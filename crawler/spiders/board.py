"""Discovery and official replies: boards that the operator describes (data/boards/*.toml or a file of their own)."""

from __future__ import annotations

from crawler.boards.spider import BoardsSpider


class BoardSpider(BoardsSpider):
    """One query a board and keyword; the boards stand in [board] of HOUXU_SOURCES."""

    name = "board"
    site = "board"
