"""What the spiders of message boards share: lists by keyword back to the known past, then each message's own page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crawler.boards.asking import fill_call
from crawler.boards.description import Board, load_board
from crawler.boards.reading import BoardPage, Message, bare_id, make_known, read_detail, read_list
from crawler.items import Observation
from crawler.orders import OrderError, read_orders
from crawler.page import Refused
from crawler.rechecking_spider import RecheckingSpider
from crawler.refusals import read_gone, read_words
from crawler.source_spider import check_addresses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.boards.description import Call
    from crawler.night_spider import Yields
    from crawler.page import Page
    from crawler.targets import Target

CUT_MARK = "...全文"  # how the pipeline knows a text that is not whole


class BoardsSpider(RecheckingSpider):
    """Reads `boards` for each keyword: a query is `BOARD KEYWORD`. `targets` are messages that are looked at again."""

    fixed_boards: tuple[str, ...] = ()

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._read_whole: set[str] = set()
        self._boards: Mapping[str, Board] = {}

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

    def start_discovery(self) -> Iterator[Request]:
        """The first page of each board for each keyword."""
        self._boards = {name: load_board(name) for name in self.fixed_boards or self.sources.boards}
        wanted = {f"{name} {keyword}": (name, keyword) for name in self._boards for keyword in self.find_keywords()}
        for query in self.orders.put_holes_first(wanted):
            board = self._boards[wanted[query][0]]
            yield self._ask_list(query, wanted[query], board.list.first_page, "")

    def has_platform(self, platform: str) -> bool:
        """Messages of the boards that are read here."""
        return any(board.platform == platform for board in self._boards.values())

    def has_met(self, target: Target) -> bool:
        """Whether its own page was read; a list may show less."""
        return target.id in self._read_whole

    def ask_target(self, target: Target) -> Request | None:
        """A message's own page, where its board has such pages."""
        for name, board in self._boards.items():
            is_its = board.platform == target.platform and target.id.startswith(board.id_prefix)
            if is_its and board.detail is not None and ":" not in target.id:
                known = make_known(board, target.id, self.orders.read_clock())
                return self._ask_detail(self.targets_query, name, known, "again")
        return None

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
        found = read_detail(page, self._boards[name], message)
        self._read_whole.add(found.post.id)
        yield from self._give(query, found)

    def on_detail_refused(self, query: str, name: str, message: Message) -> Yields:
        """What the list showed is better than nothing; where that is a title, it ends as cut texts end."""
        board, post = self._boards[name], message.post
        is_cut = not board.item.text
        shown = replace(post, text=f"{post.text} {CUT_MARK}") if is_cut else post
        yield from self._give(query, Message(shown, message.official))

    def on_again(self, page: Page, query: str, name: str, message: Message) -> Yields:
        """A message that is looked at again."""
        board = self._boards[name]
        gone = board.read_gone(page.status, read_words(page)) or read_gone(
            page, board.platform, trusts_unverified=self.sources.trust_unverified
        )
        if gone is not None:
            yield from self.give(query, [Observation(board.platform, message.post.id, page.seen_at, availability=gone)])
            return
        yield from self._give(query, read_detail(page, board, message))

    def on_again_refused(self, query: str, name: str, message: Message) -> Yields:
        """We were refused, which says nothing of the message."""
        yield from self.give_blocked(message.post.id)

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
        start = self.orders.window_start_of(query)
        times = [one.posted_at for one in (message.post, *message.official)]
        return start is not None and all(one is not None and one < start for one in times)

    def _is_known_past(self, query: str, board: Board, found: BoardPage) -> bool:
        """Only where the board is in order, and the whole page is older: one old message may stand out of line."""
        start = self.orders.window_start_of(query)
        times = [message.post.posted_at for message in found.messages]
        return (
            board.list.is_newest_first and start is not None and all(one is not None and one < start for one in times)
        )

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
