"""What the spiders of message boards share: lists by keyword back to the known past, then each message's own page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crawler.boards.asking import fill_call
from crawler.boards.description import Board, load_board
from crawler.boards.reading import BoardPage, Message, bare_id, make_known, read_detail, read_list
from crawler.items import Observation
from crawler.orders import OrderError, read_orders
from crawler.page import Refused
from crawler.source_spider import SourceSpider, check_addresses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.boards.description import Call
    from crawler.night_spider import Yields
    from crawler.page import Page

TARGETS = "targets"
CUT_MARK = "...全文"  # how the pipeline knows a text that is not whole


class BoardsSpider(SourceSpider):
    """Reads `boards` for each keyword: a query is `BOARD KEYWORD`. `targets` are messages that are looked at again."""

    fixed_boards: tuple[str, ...] = ()

    @classmethod
    def check_sources(cls, sources: Any, settings: BaseSettings) -> None:
        """There must be a board, and something to search for."""
        boards = [load_board(name) for name in cls.fixed_boards or sources.boards]
        if not boards:
            raise OrderError(f"{cls.site}: no boards: name them in [{cls.site}] of HOUXU_SOURCES, or by -a boards=NAME")
        if not sources.keywords and not read_orders(settings).keywords:
            raise OrderError(
                f"{cls.site}: no keywords: HOUXU_KEYWORDS, [{cls.site}] of HOUXU_SOURCES, or -a keywords=A|B"
            )
        check_addresses([sources.base_url] if sources.base_url else [board.base_url for board in boards], settings)

    async def start(self) -> AsyncIterator[Any]:
        """The first page of each board for each keyword, and the targets."""
        self._boards: Mapping[str, Board] = {
            name: load_board(name) for name in self.fixed_boards or self.sources.boards
        }
        for name, board in self._boards.items():
            for keyword in self.find_keywords():
                yield self._ask_list(f"{name} {keyword}", (name, keyword), board.list.first_page, "")
            for target in self.read_own_targets(board.platform):
                if target.id.startswith(board.id_prefix) and ":" not in target.id:
                    known = make_known(board, target.id, self.orders.read_clock())
                    yield self._ask_detail(TARGETS, name, known, "again")

    def on_list(self, page: Page, query: str, wanted: tuple[str, str], number: int) -> Yields:
        """A page of the list; each message by its own page, where the board has one."""
        board = self._boards[wanted[0]]
        found = read_list(page, board)
        is_first = number == board.list.first_page
        if not found.messages and is_first and found.total != 0:
            raise Refused("empty answer, not proven empty")
        for message in found.messages:
            yield from self._take(query, wanted[0], message)
        if not found.messages or self._is_known_past(query, board, found) or not _has_more(board, found, number):
            return
        limit = self.settings.getint("HOUXU_SEARCH_PAGES")
        if number - board.list.first_page + 1 >= limit:
            self.ledger.tally(query).leave_hole(f"page limit {limit} reached")
            return
        yield self._ask_list(query, wanted, number + 1, found.cursor)

    def on_detail(self, page: Page, query: str, name: str, message: Message) -> Yields:
        """A message's own page."""
        yield from self._give(query, read_detail(page, self._boards[name], message))

    def on_detail_refused(self, query: str, name: str, message: Message) -> Yields:
        """What the list showed is better than nothing; where that is a title, it ends as cut texts end."""
        board, post = self._boards[name], message.post
        is_cut = not board.item.text
        shown = replace(post, text=f"{post.text} {CUT_MARK}") if is_cut else post
        yield from self._give(query, Message(shown, message.official))

    def on_again(self, page: Page, query: str, name: str, message: Message) -> Yields:
        """A message that is looked at again."""
        yield from self._give(query, read_detail(page, self._boards[name], message))

    def on_again_refused(self, query: str, name: str, message: Message) -> Yields:
        """We were refused, which says nothing of the message."""
        post = message.post
        if not self.has_given(post.platform, post.id):
            yield Observation(post.platform, post.id, self.orders.read_clock(), availability="blocked")

    def _take(self, query: str, name: str, message: Message) -> Yields:
        board, post = self._boards[name], message.post
        if self.has_given(post.platform, post.id):
            return
        if self._is_known(query, message):
            return  # its whole text is there, and the office has said nothing since
        if board.detail is None:
            yield from self._give(query, message)
        elif self.sources.details:
            yield self._ask_detail(query, name, message, "detail")
        else:
            yield from self.on_detail_refused(query, name, message)

    def _give(self, query: str, message: Message) -> Yields:
        yield from self.give(query, (message.post, *message.official))

    def _is_known(self, query: str, message: Message) -> bool:
        """Whether letter and answer are older than the window; one whose time is not shown may be new."""
        start = self.orders.window_start_of(self._keyword_of(query))
        times = [one.posted_at for one in (message.post, *message.official)]
        return start is not None and all(one is not None and one < start for one in times)

    def _is_known_past(self, query: str, board: Board, found: BoardPage) -> bool:
        """Only where the board is in order, and the whole page is older: one old message may stand out of line."""
        start = self.orders.window_start_of(self._keyword_of(query))
        times = [message.post.posted_at for message in found.messages]
        return (
            board.list.is_newest_first and start is not None and all(one is not None and one < start for one in times)
        )

    @staticmethod
    def _keyword_of(query: str) -> str:
        return query.partition(" ")[2]

    def _ask_list(self, query: str, wanted: tuple[str, str], number: int, cursor: str) -> Request:
        name, keyword = wanted
        board = self._boards[name]
        values: dict[str, str | int] = {"keyword": keyword, "page": number, "rows": board.list.rows, "cursor": cursor}
        return self._ask_call(query, (name, board.list), values, "list", wanted=wanted, number=number)

    def _ask_detail(self, query: str, name: str, message: Message, step: str) -> Request:
        board = self._boards[name]
        values: dict[str, str | int] = {"id": bare_id(board, message.post.id)}
        return self._ask_call(query, (name, board.detail or board.list), values, step, name=name, message=message)

    def _ask_call(
        self, query: str, call: tuple[str, Call], values: dict[str, str | int], step: str, **context: Any
    ) -> Request:
        name, wanted = call
        board = self._boards[name]
        asking = fill_call(board, wanted, self.sources.base_url or board.base_url, values)
        request = self.ask(query, f"{name} {step}", asking.url, step, **context)
        return request.replace(method=asking.method, body=asking.body, headers=asking.headers)


def _has_more(board: Board, found: BoardPage, number: int) -> bool:
    """Whether a further page is to be expected, by the board's own word where it gives one."""
    if board.list.cursor:
        return bool(found.cursor)
    if found.total is not None:
        return (number - board.list.first_page + 1) * board.list.rows < found.total
    if board.list.next:
        return found.has_next
    return len(found.messages) >= board.list.rows
