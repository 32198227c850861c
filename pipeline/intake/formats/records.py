"""One record of an export to lines of our import format: the post, and the post that it carries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from pipeline.ids import weibo_time
from pipeline.intake.formats.layouts import ExportFormat, Layout, View
from pipeline.intake.formats.templates import fill_first
from pipeline.intake.formats.values import is_day_only, is_moment, read_count, read_identifier, read_time
from pipeline.intake.lines import Line
from pipeline.intake.parse import LineError
from pipeline.intake.tombstones import only_tombstone, tombstone_in

# A record's key for the name of its file without the ending: weibo-crawler names files after the author's uid.
STEM_KEY = "@stem"

_IDENTIFIERS = ("id", "author_id", "repost_of", "reply_to")
_TIMES = ("posted_at", "observed_at", "edited_at")
_COUNTS = ("reposts", "comments", "likes")
_PLAIN = ("url", "author_name", "author_kind", "availability")
# How Weibo ends a text that it shows in part: dots, the word 展开 as a link, invisible blanks.
_SHOWN_IN_PART = re.compile(r"\s*(?:\.\.\.|…)(?:<span[^>]*>(?:展开|全文)</span>|<a [^>]*>全文</a>|[\s\u200b])*\Z")
# What our own lists put at the end of a text that they show in part; it never replaces a whole one.
_CUT_MARK = "…全文"


@dataclass(frozen=True, slots=True)
class Record:
    """What stands under the keys of an export, and the line on which it begins. `problem`: why it cannot be read."""

    line: int
    fields: Mapping[str, object]
    problem: str | None = None


def convert(record: Record, export: ExportFormat, stem: str) -> Iterator[Line]:
    """The lines (ARCHITECTURE B2) that a record gives; one with a problem when it gives none."""
    if record.problem is not None:
        yield Line(record.line, b"", record.problem)
        return
    fields = {**record.fields, STEM_KEY: stem}
    layout = export.layout_of(fields)
    if layout is None:
        keys = ", ".join(list(record.fields)[:12])
        yield Line(
            record.line, b"", f"不认识的记录，它的键是 / unknown {export.name} record with the keys {keys}"[:300]
        )
        return
    reading = _Reading(layout, export.utc_offset, fields)
    try:
        yield _line(record.line, reading.read_post(layout.post))
        for reason in reading.spoilt:
            yield Line(record.line, b"", reason)
        if layout.carried is not None and (carried := reading.read_carried(layout.carried)) is not None:
            yield _line(record.line, carried)
    except LineError as error:
        yield Line(record.line, b"", str(error))


@dataclass(frozen=True, slots=True)
class _Reading:
    layout: Layout
    utc_offset: timedelta
    record: Mapping[str, object]
    # Why a reference to another post or account was left out, of a post that is taken all the same.
    spoilt: list[str] = field(default_factory=list)

    def read_carried(self, view: View) -> dict[str, object] | None:
        """The post inside a repost, if there is one; a tombstone gives an availability. Some tools write its author.

        Without its time a tombstone is left out: "gone" counts only when it was seen twice, hours apart (A3.3).
        """
        if self._identifier(view, "id") is None:
            return None
        value = self.read_post(view)
        read = tombstone_in if value["author_id"] is None else only_tombstone
        availability = read(str(value["text"] or ""))
        if availability is None:
            return value
        if value["observed_at"] is None:
            return None
        return {**value, "text": None, "availability": availability, "counts": {}}

    def read_post(self, view: View) -> dict[str, object]:
        """The members of B2.

        Raises:
            LineError: the post's own id was spoilt by Excel.
        """
        value: dict[str, object] = {"platform": self._platform(view)}
        value |= {name: self._identifier(view, name) for name in _IDENTIFIERS}
        value |= {name: self._time(view, name) for name in _TIMES}
        value |= {name: self._words(view, name) or None for name in _PLAIN}
        value["text"] = self._text(view)
        value["images"] = _image_paths(self._words(view, "images"))
        value["counts"] = {name: read_count(self._value(view, name)) for name in _COUNTS}
        return self._settle(value)

    def _settle(self, value: dict[str, object]) -> dict[str, object]:
        """Take out what only looks like a fact."""
        if value["reply_to"] == value["id"]:
            value["reply_to"] = None
        if value["platform"] == "weibo":
            posted_at = _text_or_none(value["posted_at"])
            is_known_by_id = weibo_time(str(value["id"])) is not None
            if is_day_only(posted_at) or (is_known_by_id and not is_moment(posted_at)):
                value["posted_at"] = None  # the id knows the second, also of 3分钟前
        if value["edited_at"] is not None and value["edited_at"] == value["posted_at"]:
            value["edited_at"] = None
        return value

    def _value(self, view: View, name: str) -> object:
        templates = view.fields.get(name)
        if templates is None:
            return None
        value = fill_first(templates, self.record)
        pattern = view.matches.get(name)
        if pattern is None or value is None:
            return value
        match = pattern.search(str(value))
        return match[1] if match else None

    def _words(self, view: View, name: str) -> str | None:
        value = self._value(view, name)
        return None if value is None else str(value).strip()

    def _identifier(self, view: View, name: str) -> str | None:
        try:
            return read_identifier(self._value(view, name), name)
        except LineError as error:
            if name == "id":
                raise
            self.spoilt.append(f"{error}；帖子已收下，只是没有这一项 / the post was taken without it")
            return None

    def _time(self, view: View, name: str) -> str | None:
        return read_time(self._value(view, name), self.utc_offset, self.layout.wall_clock)

    def _platform(self, view: View) -> str | None:
        named = self._words(view, "platform")
        if not view.hosts or named is None:
            return named
        host = urlsplit(named).hostname or ""
        return next((platform for suffix, platform in view.hosts.items() if f".{host}".endswith(f".{suffix}")), named)

    def _text(self, view: View) -> str | None:
        """The title above the text unless the text begins with it; a title alone is a text that was cut."""
        found, title = self._value(view, "text"), self._words(view, "title")
        text = None if found is None else str(found)
        if not text and title:
            return f"{title} {_CUT_MARK}" if text is None else title
        if text is not None and (len(text) == self.layout.cut_at or self._is_cut(view, text)):
            text = _SHOWN_IN_PART.sub("", text) + _CUT_MARK
        return f"{title}\n{text}" if text and title and not text.startswith(title) else text

    def _is_cut(self, view: View, text: str) -> bool:
        """Whether the record says that its text is longer than this, and the text ends as a list shows it."""
        return bool(self._value(view, "is_cut")) and _SHOWN_IN_PART.search(text) is not None


def _line(number: int, value: Mapping[str, object]) -> Line:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return Line(number, text.encode())
    except UnicodeEncodeError:
        # A browser cuts an emoji in two when it cuts a text: the half becomes U+FFFD, the text stays.
        return Line(number, text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode())


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _image_paths(listed: str | None) -> list[str]:
    """Paths of a list with commas or semicolons; addresses are no files beside the export and are left out."""
    parts = [part.strip() for part in (listed or "").replace(";", ",").split(",")]
    return [part for part in parts if part and "://" not in part]
