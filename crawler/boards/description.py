"""A board's description, `data/boards/NAME.toml`: where its pages are, and where in them the facts stand.

Selectors are JMESPath in JSON and CSS (with `::text`, `::attr(name)`) in HTML. A wrong description is one line with
file and line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from crawler.boards.checking import find_fault
from crawler.datatables import DATA_DIR
from crawler.orders import OrderError

BOARDS_DIR = DATA_DIR / "boards"

_SELECTORS = ("ok", "items", "total", "cursor", "next", "id", "title", "text", "author", "posted_at", "state", "office")
_WRITTEN = (*_SELECTORS, "answered_at", "said_at", "kind", "id_pattern", "body")

Selector = Annotated[str, Field(description="JMESPath or CSS; empty where the page has no such thing")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Call(_Part):
    """A request. `{keyword}`, `{page}`, `{rows}`, `{cursor}`, `{id}` in path and body are filled in."""

    method: Literal["GET", "POST"] = "GET"
    path: Annotated[str, Field(pattern="^/")]
    body: Annotated[str, Field(description="JSON; a number stands where its placeholder stands without quotes")] = ""
    ok: Annotated[Selector, Field(description="what must be there, or must be `ok_value`, or the page is refused")] = ""
    ok_value: str = ""


class ListCall(Call):
    """The list of messages."""

    items: Selector
    total: Annotated[Selector, Field(description="how many messages there are in all")] = ""
    cursor: Annotated[Selector, Field(description="what asks for the next page, in place of its number")] = ""
    next: Annotated[Selector, Field(description="HTML: what is there while there is a next page")] = ""
    rows: Annotated[int, Field(ge=1)] = 20
    first_page: int = 1
    is_newest_first: Annotated[bool, Field(description="whether reading may stop at the known past")] = False


class MessageFields(_Part):
    """Where the facts of one message stand, in a list or on its own page."""

    id: Selector = ""
    id_pattern: Annotated[str, Field(description="a regular expression; its first group is the id")] = ""
    title: Selector = ""
    text: Selector = ""
    author: Selector = ""
    posted_at: Selector = ""
    state: Selector = ""
    office: Selector = ""
    answered_at: Selector = ""


class ReplyFields(_Part):
    """Where the official replies stand on a message's page; `items` is empty where there are none."""

    items: Selector = ""
    kind: Selector = ""
    kind_value: str = ""
    text: Selector = ""
    said_at: Selector = ""
    office: Selector = ""


class Tombstone(_Part):
    """How a board says that a message is not there, and what that means."""

    status: Annotated[int, Field(ge=100, le=599)] = 200
    sentence: Annotated[str, Field(min_length=4, description="contained in the page, blanks taken out")]
    availability: Literal["deleted_by_author", "removed_by_platform", "not_found", "hidden_by_author"]


class Board(_Part):
    """A board. `states` says what a handling state means in words; a state that is not in it is not handed over."""

    platform: str
    label: str
    grade: Literal["A", "B", "C", "U"]
    source: str
    base_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+$")]
    referer: str = ""
    web_url: Annotated[str, Field(description="a message's address for people, with {id}")] = ""
    format: Literal["json", "html"] = "json"
    signer: Literal["", "liuyan"] = ""
    app_code: str = ""
    offset_hours: Annotated[int, Field(ge=-12, le=14)] = 8
    id_prefix: Annotated[str, Field(pattern=r"^[a-z0-9-]*$")] = ""
    list: ListCall
    item: MessageFields
    detail: Call | None = None
    message: MessageFields = MessageFields()
    reply: ReplyFields = ReplyFields()
    states: dict[str, str] = {}
    gone: tuple[Tombstone, ...] = ()

    def read_gone(self, status: int, words: str) -> str | None:
        """The availability that a page's status and words mean; None where no tombstone of the board is in them."""
        return next((one.availability for one in self.gone if one.status == status and one.sentence in words), None)

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Board:
        if not self.item.id:
            raise ValueError("[item] needs an id")
        if self.platform == "board" and not self.id_prefix:
            raise ValueError("id_prefix must keep the ids of this board apart from those of others on `board`")
        return self


def load_board(name: str) -> Board:
    """The description of `data/boards/NAME.toml`, or of the file at a path that ends with `.toml`.

    Raises:
        OrderError: there is no such file, or it is wrong; the message names file and line.
    """
    path = Path(name) if name.endswith(".toml") else BOARDS_DIR / f"{name}.toml"
    try:
        text = path.read_text(encoding="utf-8")
        board = Board.model_validate(tomllib.loads(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OrderError(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        keys = [str(part) for part in first["loc"]]
        raise OrderError(f"{path}:{_find_line(text, keys)}: {'.'.join(keys)}: {first['msg']}") from error
    for keys, selector in _list_selectors(board):
        if reason := find_fault(board.format, keys[1], selector):
            raise OrderError(f"{path}:{_find_line(text, keys)}: {'.'.join(keys)}: {reason}")
    return board


def _list_selectors(board: Board) -> Iterator[tuple[list[str], str]]:
    """Whatever is written in a language of its own: selectors, patterns, bodies."""
    for section in ("list", "item", "detail", "message", "reply"):
        part = getattr(board, section)
        names = [name for name in _WRITTEN if getattr(part, name, "")]
        yield from (([section, name], getattr(part, name)) for name in names)


def _find_line(text: str, keys: list[str]) -> int:
    section, key = (keys[0], keys[1]) if len(keys) > 1 else ("", keys[0] if keys else "")
    current, best = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            current = stripped.strip("[]")
            best = number if current == (section or key) else best
        elif current == section and stripped.partition("=")[0].strip() == key:
            return number
    return best
