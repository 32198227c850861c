"""A board's pages to observations: messages, official replies, and the state in which a message is handled.

A reply is an observation with `reply_to`, by an account of kind official. So is a handling state: its id is the
message's with `:state`, its words are the board's own for it, and another state later is an edit of it.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from parsel import Selector

from crawler.boards.description import Board, Call, MessageFields
from crawler.boards.times import read_board_time
from crawler.items import Observation
from crawler.page import Page, Refused
from crawler.refusals import read_json_page, read_markup

STATE_SUFFIX = ":state"

_SPACE = re.compile(r"\s")
_TAG = re.compile(r"<[^<>]*>")
_LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Message:
    """A message, with what its office said of it: a state, replies."""

    post: Observation
    official: tuple[Observation, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of a list. `total` is None where the board does not say; `cursor` asks for the next page."""

    messages: tuple[Message, ...]
    total: int | None
    cursor: str
    has_next: bool


def read_list(page: Page, board: Board) -> BoardPage:
    """A page of a board's list.

    Raises:
        Refused: the page is no list, or holds items that are no messages.
    """
    reader = _Reader(board, page.seen_at)
    root = reader.open(page, board.list)
    items = reader.select(root, board.list.items)
    read = [reader.read_message(item) for item in items]
    messages = tuple(one for one in read if one is not None)
    if items and not messages:
        raise Refused("a list, but not of messages")
    total = reader.value(root, board.list.total)
    return BoardPage(
        messages=messages,
        total=int(total) if re.fullmatch(r"[0-9]{1,9}", total) else None,
        cursor=reader.value(root, board.list.cursor),
        has_next=bool(reader.select(root, board.list.next)),
    )


def read_detail(page: Page, board: Board, listed: Message) -> Message:
    """A message's own page: its whole text, its state now, and the official replies.

    Raises:
        Refused: the page is not that of a message.
    """
    reader = _Reader(board, page.seen_at)
    root = reader.open(page, board.detail or board.list)
    post = reader.read_whole(root, listed.post) if board.message.text else listed.post
    states = reader.read_state(root, board.message, post.id) or listed.official
    return Message(post, (*states, *reader.read_replies(root, post.id)))


def make_known(board: Board, native_id: str, seen_at: datetime) -> Message:
    """A message of which only its id is known, before its page is read."""
    return Message(Observation(board.platform, native_id, seen_at))


def bare_id(board: Board, native_id: str) -> str:
    """The id as the board itself writes it."""
    return native_id.removeprefix(f"{board.id_prefix}-") if board.id_prefix else native_id


@dataclass(frozen=True, slots=True)
class _Reader:
    board: Board
    seen_at: datetime

    def open(self, page: Page, call: Call) -> Selector:
        root = self._parse(page)
        if call.ok:
            found = self.value(root, call.ok)
            if not found or (call.ok_value and found != call.ok_value):
                raise Refused(f"{self.board.label}: {call.ok} is {found[:40] or 'missing'}")
        return root

    def _parse(self, page: Page) -> Selector:
        if self.board.format == "html":
            return Selector(text=read_markup(page, self.board.platform), type="html")
        value = read_json_page(page, self.board.platform)
        if not isinstance(value, dict | list):
            raise Refused("neither an object nor a list")
        return Selector(root=value, type="json")

    def select(self, root: Selector, selector: str) -> list[Selector]:
        if not selector:
            return []
        return list(root.css(selector) if self.board.format == "html" else root.jmespath(selector))

    def value(self, root: Selector, selector: str) -> str:
        """The first value of a selector as text; empty where there is none."""
        found = next(iter(self.select(root, selector)), None)
        value: object = found.get() if found is not None else None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return ""
        return str(value).strip()

    def time(self, root: Selector, selector: str) -> datetime | None:
        return read_board_time(self.value(root, selector), self.board.offset_hours)

    def read_message(self, item: Selector) -> Message | None:
        fields = self.board.item
        native_id = self._read_id(item)
        words = (self.value(item, fields.title), self.value(item, fields.text))
        if not native_id or not any(words):
            return None
        post = self._make_post(
            native_id, words, self.value(item, fields.author) or None, self.time(item, fields.posted_at)
        )
        return Message(post, self.read_state(item, fields, native_id))

    def read_whole(self, root: Selector, listed: Observation) -> Observation:
        fields = self.board.message
        text = self.value(root, fields.text)
        if not text:
            raise Refused("a page without its message")
        heading = self.value(root, fields.title) or (listed.text or "").partition("\n")[0]
        return self._make_post(
            listed.id,
            (heading, text),
            self.value(root, fields.author) or listed.author_name,
            self.time(root, fields.posted_at) or listed.posted_at,
        )

    def read_state(self, root: Selector, fields: MessageFields, post_id: str) -> tuple[Observation, ...]:
        words = self.board.states.get(self.value(root, fields.state), "")
        if not words:
            return ()
        said = (words, self.value(root, fields.office), self.time(root, fields.answered_at))
        return (self._make_official(post_id, "state", said),)

    def read_replies(self, root: Selector, post_id: str) -> Iterator[Observation]:
        fields = self.board.reply
        for item in self.select(root, fields.items):
            if fields.kind and self.value(item, fields.kind) != fields.kind_value:
                continue
            text, office = self.value(item, fields.text), self.value(item, fields.office)
            said_at = self.time(item, fields.said_at)
            if text:
                # Without ids of their own: the same office at the same second is the same reply, edited or not.
                mark = f"{said_at:%Y%m%d%H%M%S}-{_hash(office)[:6]}" if said_at else _hash(text)[:14]
                yield self._make_official(post_id, mark, (text, office, said_at))

    def _read_id(self, item: Selector) -> str:
        fields = self.board.item
        found = self.value(item, fields.id)
        if fields.id_pattern:
            match = re.search(fields.id_pattern, found)
            found = match[1] if match else ""
        if not found or len(found) > _LONGEST_ID or _SPACE.search(found):
            return ""
        return f"{self.board.id_prefix}-{found}" if self.board.id_prefix else found

    def _make_post(
        self, native_id: str, words: tuple[str, str], author: str | None, posted_at: datetime | None
    ) -> Observation:
        return Observation(
            platform=self.board.platform,
            id=native_id,
            observed_at=self.seen_at,
            text=_join(*words) or None,
            url=self.board.web_url.replace("{id}", bare_id(self.board, native_id)) or None,
            author_name=author,
            posted_at=posted_at,
        )

    def _make_official(self, post_id: str, mark: str, said: tuple[str, str, datetime | None]) -> Observation:
        text, office, said_at = said
        name = office or self.board.label
        return Observation(
            platform=self.board.platform,
            id=f"{post_id}:{mark}",
            observed_at=self.seen_at,
            text=text,
            author_id=f"office-{_hash(name)[:12]}",
            author_name=name,
            author_kind="official",
            posted_at=said_at,
            reply_to=post_id,
        )


def _join(heading: str, text: str) -> str:
    """The heading before the text, unless the text begins with it: many boards make a heading of the first words."""
    begins_so = _squeeze(_TAG.sub("", text)).startswith(_squeeze(heading))
    return text if heading and begins_so else "\n".join(filter(None, (heading, text)))


def _squeeze(text: str) -> str:
    return _SPACE.sub("", html.unescape(text))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
