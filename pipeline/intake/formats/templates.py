"""Templates such as `https://weibo.com/{user_id}/{bid}`: what fills a field of ours from a record of theirs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Excel and pandas make 1800000001.0 of a number in a column with gaps.
_FLOAT_ID = re.compile(r"\A(\d{5,})\.0+\Z")
_PLACE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """Words and keys by turns, words first; `whole` is the key where there is nothing but that key."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    whole: str | None

    def fill(self, record: Mapping[str, object]) -> object:
        """The one value as it stands when the template is one key alone, else text; None when a key has nothing."""
        if self.whole is not None:
            return find_value(record, self.whole)
        filled = [self.words[0]]
        for key, words in zip(self.keys, self.words[1:], strict=True):
            value = find_value(record, key)
            text = "" if value is None else _FLOAT_ID.sub(r"\1", str(value).strip())
            if not text:
                return None
            filled += (text, words)
        return "".join(filled)


def parse_template(text: str) -> Template:
    """A template from text with `{key}` or `{outer.inner}` in it; text without is a constant."""
    parts = _PLACE.split(text)
    words, keys = tuple(parts[::2]), tuple(parts[1::2])
    return Template(words, keys, keys[0] if words == ("", "") else None)


def find_value(record: Mapping[str, object], key: str) -> object:
    """The value of a key, or of a path through objects (`data.user.id`); None when there is none."""
    if key in record:
        return record[key]
    if "." not in key:
        return None
    value: object = record
    for part in key.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def has_key(record: Mapping[str, object], key: str) -> bool:
    """Whether a record has a key or path, whatever stands under it."""
    if key in record:
        return True
    outer, dot, last = key.rpartition(".")
    inner = find_value(record, outer) if dot else None
    return isinstance(inner, Mapping) and last in inner


def fill_first(templates: tuple[Template, ...], record: Mapping[str, object]) -> object:
    """What the first template with something in it gives; the first blank when all that is there is blank."""
    blank: object = None
    for template in templates:
        value = template.fill(record)
        if value is not None and (not isinstance(value, str) or value.strip()):
            return value
        blank = value if blank is None else blank
    return blank
