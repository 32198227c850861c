"""Discovery and official replies: 领导留言板 (liuyan.people.com.cn)."""

from __future__ import annotations

from crawler.boards.spider import BoardsSpider


class LiuyanSpider(BoardsSpider):
    """One query a keyword; what it reads, and where, is data/boards/liuyan.toml."""

    name = "liuyan"
    site = "liuyan"
    fixed_boards = ("liuyan",)
