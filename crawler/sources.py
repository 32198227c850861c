"""What the operator orders of each site: sections of a TOML file (HOUXU_SOURCES), overridden by `scrapy crawl -a`.

A wrong value is one line with file and line. Every spider here is off until it stands in `crawl.spiders` of houxu.toml.
"""

from __future__ import annotations

import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawler.orders import OrderError

_HTTP = r"^https?://[^\s/]+"
Address = Annotated[str, Field(pattern=_HTTP)]


class Section(BaseModel, ABC):
    """The orders for one spider."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trust_unverified: Annotated[
        bool, Field(description="read facts of grade U in data/crawler/tombstones.tsv as facts, too")
    ] = False

    @abstractmethod
    def addresses(self) -> tuple[str, ...]:
        """The URLs whose hosts are asked; none where nothing is ordered."""


class _ListSection(Section):
    def addresses(self) -> tuple[str, ...]:
        fields = type(self).model_fields
        (listed,) = [name for name in fields if name in ("urls", "tags", "threads")]
        return tuple(getattr(self, listed))


class FeedSection(_ListSection):
    """RSS, Atom and JSON feeds that the operator hosts, RSSHub's among them."""

    urls: Annotated[tuple[Address, ...], Field(description="addresses of feeds; each is a query")] = ()


class MastodonSection(_ListSection):
    """Tag timelines."""

    tags: Annotated[tuple[Address, ...], Field(description="pages of tags, like https://HOST/tags/NAME")] = ()
    replies: Annotated[bool, Field(description="read what authors answered under their own posts")] = True
    homes: Annotated[bool, Field(description="look again at statuses of other instances where they are at home")] = True


class TiebaSection(_ListSection):
    """Threads of Baidu Tieba."""

    threads: Annotated[tuple[Address, ...], Field(description="threads, like https://tieba.baidu.com/p/NUMBER")] = ()
    only_author: Annotated[bool, Field(description="read the floors of the thread's author only (see_lz=1)")] = True
    base_url: Annotated[Address, Field(description="where threads are that are looked at again")] = (
        "https://tieba.baidu.com"
    )


class PcSearchSection(Section):
    """s.weibo.com; it wants a login, which only the operator can give."""

    base_url: Annotated[Address, Field(description="where it is")] = "https://s.weibo.com"
    keywords: Annotated[tuple[str, ...], Field(description="what to search for; empty takes those of the night")] = ()
    split_pages: Annotated[int, Field(ge=2, description="a span with as many pages is split: day, hour, region")] = 46
    splits_by_region: Annotated[bool, Field(description="split a full hour by province")] = True
    cookie_file: Annotated[str, Field(description="a file with the Cookie header of the operator's own session")] = ""

    def addresses(self) -> tuple[str, ...]:
        """The site."""
        return (self.base_url,)


class SuperTopicSection(Section):
    """Super-topics (超话) of m.weibo.cn; the site is HOUXU_BASE_URL."""

    topics: Annotated[
        tuple[Annotated[str, Field(pattern="^100808[0-9a-f]{32}$")], ...], Field(description="container ids")
    ] = ()
    order: Annotated[str, Field(pattern="^(sort_time|feed|soul)$", description="sort_time is newest first")] = (
        "sort_time"
    )

    def addresses(self) -> tuple[str, ...]:
        """None of its own: the mobile site is HOUXU_BASE_URL, which the order's reader has checked."""
        return ()


class ApiSection(Section):
    """The official API, for the posts of HOUXU_TARGETS; the token is in HOUXU_WEIBO_TOKEN or in a file."""

    base_url: Annotated[Address, Field(description="where it is")] = "https://api.weibo.com"
    token_file: Annotated[str, Field(description="a file with the token, where the environment has none")] = ""
    comments: Annotated[bool, Field(description="read the newest comments as well")] = True

    def addresses(self) -> tuple[str, ...]:
        """The site."""
        return (self.base_url,)


class BoardsSection(Section):
    """Message boards that are described by data/boards/NAME.toml or by a file of the operator's."""

    boards: Annotated[tuple[str, ...], Field(description="names in data/boards, or paths of such files")] = ()
    base_url: Annotated[str, Field(description="where they are, instead of what their files say")] = ""
    keywords: Annotated[tuple[str, ...], Field(description="what to search for; empty takes those of the night")] = ()
    details: Annotated[bool, Field(description="read each message's own page: its whole text, the replies")] = True

    def addresses(self) -> tuple[str, ...]:
        """The address given here; the boards' own are checked when their files are read."""
        return (self.base_url,) if self.base_url else ()


SECTIONS: dict[str, type[Section]] = {
    "feed": FeedSection,
    "weibo_pc_search": PcSearchSection,
    "weibo_supertopic": SuperTopicSection,
    "weibo_api": ApiSection,
    "mastodon": MastodonSection,
    "liuyan": BoardsSection,
    "rednet": BoardsSection,
    "board": BoardsSection,
    "tieba": TiebaSection,
}
_Read = TypeVar("_Read", bound=Section)


def read_section(path: Path | None, name: str, model: type[_Read], arguments: Mapping[str, str]) -> _Read:
    """The orders for the spider `name`: the file's section, where there is a file, with the arguments put over it.

    Raises:
        OrderError: the file cannot be read, or a value is wrong; the message names file and line, or the argument.
    """
    text = _read_text(path) if path is not None else ""
    values = _parse(path, text)
    unknown = next((key for key in values if key not in SECTIONS), None)
    if unknown is not None:
        raise OrderError(f"{path}:{_find_line(text, unknown, '')}: no such spider: {unknown}")
    section = values.get(name, {})
    if not isinstance(section, dict):
        raise OrderError(f"{path}:{_find_line(text, name, '')}: {name} must be a section, [{name}]")
    given = {key: _split(model, key, value) for key, value in arguments.items()}
    anchored = {key: _anchor(path, key, value) for key, value in section.items()} if path is not None else {}
    try:
        return model.model_validate({**anchored, **given})
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        place = f"-a {key}" if key in given else f"{path}:{_find_line(text, name, key)}: {key}"
        raise OrderError(f"{place}: {first['msg']}") from error


def list_sections(path: Path) -> list[tuple[int, str]]:
    """The sections of a file with their lines.

    Raises:
        OrderError: the file cannot be read.
    """
    text = _read_text(path)
    return [(_find_line(text, name, ""), name) for name in _parse(path, text)]


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OrderError(f"HOUXU_SOURCES: {path}: {error}") from error


def _parse(path: Path | None, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OrderError(f"{path}: {error}") from error


def _anchor(path: Path, key: str, value: object) -> object:
    """Files that the file of sources names stand where it stands, wherever the crawl runs."""
    if key in ("token_file", "cookie_file") and isinstance(value, str) and value:
        return str(path.parent / value)
    if key == "boards" and isinstance(value, list):
        return [str(path.parent / one) if isinstance(one, str) and one.endswith(".toml") else one for one in value]
    return value


def _split(model: type[Section], key: str, value: str) -> object:
    """A list is written with `|` between its members on the command line."""
    field = model.model_fields.get(key)
    is_list = field is not None and isinstance(field.default, tuple)
    return tuple(part.strip() for part in value.split("|") if part.strip()) if is_list else value


def _find_line(text: str, section: str, key: str) -> int:
    """Where a key stands in a TOML text, as exactly as a search by lines can tell."""
    section_line = 1
    is_inside = False
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            is_inside = stripped.strip("[] ") == section
            section_line = number if is_inside else section_line
        elif is_inside and key and stripped.partition("=")[0].strip() == key:
            return number
    return section_line
