"""Records of JSON exports: one object a line, or one list (at the top, or under a member), item by item."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from pipeline.intake.formats.records import Record
from pipeline.intake.lines import lines_of

_CHUNK_BYTES = 1 << 16
_BLANKS = re.compile(r"[ \t\r\n,]*")
_DECODER = json.JSONDecoder()


def read_json_lines(file: IO[bytes], max_bytes: int) -> Iterator[Record]:
    """Yield the objects of a file that has one a line."""
    for line in lines_of(file, max_bytes):
        if line.problem is not None:
            yield Record(line.number, {}, line.problem)
        elif line.data.strip():
            yield _record_of_line(line.number, line.data)


def read_json_list(file: IO[bytes], items: str | None, max_bytes: int) -> Iterator[Record]:
    """Yield the objects of a list, each with the line on which it begins, holding no more than one of them.

    `items` names the member of the outermost object that holds the list; None: the list is outermost. Where the
    JSON breaks off, or an item is longer than `max_bytes` characters, the last record is a problem that says so.
    """
    text = _Text(file, max_bytes)
    try:
        if items is not None:
            text.enter_member(items)
        text.expect("[")
        while text.peek() != "]":
            line = text.skip_blanks()
            value = text.take_value()
            yield Record(line, value) if isinstance(value, dict) else Record(line, {}, "不是 JSON 对象 / not an object")
    except _BrokenError as error:
        reason = f"JSON 在这里断了，后面的没有读 / the JSON breaks off here, the rest was not read: {error}"
        yield Record(text.line, {}, reason)


def read_json_values(file: IO[bytes], max_bytes: int) -> Iterator[Record]:
    """Yield the objects of a file that has one behind the other, each over as many lines as it likes."""
    text = _Text(file, max_bytes)
    try:
        while not text.is_at_end():
            line = text.line
            value = text.take_value()
            yield Record(line, value) if isinstance(value, dict) else Record(line, {}, "不是 JSON 对象 / not an object")
    except _BrokenError as error:
        reason = f"JSON 在这里断了，后面的没有读 / the JSON breaks off here, the rest was not read: {error}"
        yield Record(text.line, {}, reason)


class _BrokenError(Exception):
    """The text is not JSON from here on."""


@dataclass(slots=True)
class _Text:
    """A window on a file of JSON that moves forward value by value."""

    file: IO[bytes]
    max_characters: int
    line: int = 1
    _window: str = ""
    _at: int = 0
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8-sig")("replace")
    )

    def skip_blanks(self) -> int:
        """Move to the next sign that is no blank and no comma; its line."""
        while True:
            match = _BLANKS.match(self._window, self._at)
            end = match.end() if match else self._at
            self._move(end)
            if end < len(self._window) or not self._read_more(_CHUNK_BYTES):
                return self.line

    def peek(self) -> str:
        """The next sign that is no blank."""
        self.skip_blanks()
        if self._at >= len(self._window):
            raise _BrokenError("文件到头了 / the file ends")
        return self._window[self._at]

    def is_at_end(self) -> bool:
        """Whether nothing but blanks is left."""
        self.skip_blanks()
        return self._at >= len(self._window)

    def expect(self, sign: str) -> None:
        """Move over a sign."""
        if self.peek() != sign:
            raise _BrokenError(f"{sign!r} expected")
        self._move(self._at + 1)

    def enter_member(self, name: str) -> None:
        """Move into the outermost object, to the value of a member."""
        self.expect("{")
        while self.peek() == '"':
            key = self.take_value()
            self.expect(":")
            if key == name:
                return
            self.skip_blanks()
            self.take_value()
        raise _BrokenError(f"no member {name}")

    def take_value(self) -> object:
        """The value that begins here. What is read is doubled each time it does not reach the value's end."""
        step = _CHUNK_BYTES
        while True:
            try:
                value, end = _DECODER.raw_decode(self._window, self._at)
            except (ValueError, RecursionError) as error:
                if len(self._window) - self._at > self.max_characters or not self._read_more(step):
                    raise _BrokenError(str(error)) from error
                step *= 2
            else:
                # A number that ends with the window may go on behind it.
                if end < len(self._window) or not self._read_more(step):
                    self._move(end)
                    return value

    def _move(self, end: int) -> None:
        self.line += self._window.count("\n", self._at, end)
        self._at = end

    def _read_more(self, size: int) -> bool:
        data = self.file.read(size)
        more = self._decoder.decode(data, final=not data)
        self._window, self._at = self._window[self._at :] + more, 0
        return bool(data)


def _record_of_line(number: int, data: bytes) -> Record:
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Record(number, {}, f"不是 UTF-8 编码 / not UTF-8: byte {data[error.start]:#04x} at {error.start + 1}")
    except (ValueError, RecursionError) as error:
        return Record(number, {}, f"不是合法的 JSON / not JSON: {error}")
    if not isinstance(value, dict):
        return Record(number, {}, "这一行不是 JSON 对象 / not a JSON object")
    return Record(number, value)
