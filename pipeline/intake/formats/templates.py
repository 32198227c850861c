"""Templates such as `https://weibo.com/{user_id}/{bid}`: what fills a field of ours from a record of theirs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PLACE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """Text with `{key}` or `{outer.inner}` in it; text without is a constant."""

    text: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it asks for."""
        return tuple(_PLACE.findall(self.text))

    def fill(self, record: Mapping[str, object]) -> object:
        """The one value as it stands when the template is one key alone, else text; None when a key has nothing."""
        whole = _PLACE.fullmatch(self.text)
        if whole is not None:
            return find_value(record, whole[1])
        found = {key: find_value(record, key) for key in self.keys}
        if any(value is None or str(value).strip() == "" for value in found.values()):
            return None
        return _PLACE.sub(lambda place: str(found[place[1]]).strip(), self.text)


def find_value(record: Mapping[str, object], key: str) -> object:
    """The value of a key, or of a path through objects (`data.user.id`); None when there is none."""
    if key in record:
        return record[key]
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
    values = [value for template in templates if (value := template.fill(record)) is not None]
    return next((value for value in values if str(value).strip() != ""), values[0] if values else None)
