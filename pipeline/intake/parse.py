"""One line of the import format (ARCHITECTURE B2) to an observation, or one clear reason why not."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from crawler.items import AUTHOR_KINDS, AVAILABILITIES, Counts, Observation
from pipeline.datafiles import DATA_DIR, read_table
from pipeline.ids import weibo_time
from pipeline.intake.tombstones import only_tombstone
from pipeline.settings import ImportSettings
from pipeline.times import parse_time

_MAX_ID_CHARACTERS = 200
_FULL_WIDTH = re.compile(r"[０-９]+")
_SCIENTIFIC = re.compile(r"\d\.\d+[eE]\+\d+")
_NEVER_IN_AN_ID = re.compile(r"[\s\x00-\x1f\ud800-\udfff]")
# A lone surrogate (half of an emoji that somebody cut) is no UTF-8, and NUL ends a text for half of all readers.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


class LineError(Exception):
    """Why a line was rejected, in one sentence."""


@dataclass(frozen=True, slots=True)
class Parser:
    """What a line is checked against; `now` bounds times from above."""

    limits: ImportSettings
    now: datetime

    def parse(self, data: bytes) -> Observation:
        """The observation in one line of UTF-8 JSON.

        Raises:
            LineError: with the reason, Chinese and English.
        """
        value = _decode(data)
        platform = self._platform(value)
        native_id = _native_id(value)
        text, availability = self._words(value, platform)
        posted_at, observed_at = self._times(value, platform, native_id)
        return Observation(
            platform=platform,
            id=native_id,
            observed_at=observed_at,
            availability=availability,
            text=text,
            url=_string(value, "url"),
            author_id=_identifier(value, "author_id"),
            author_name=_string(value, "author_name"),
            author_kind=_choice(value, "author_kind", AUTHOR_KINDS, "person"),
            posted_at=posted_at,
            repost_of=_identifier(value, "repost_of"),
            reply_to=_identifier(value, "reply_to"),
            edited_at=self._time(value, "edited_at"),
            images=_images(value),
            counts=_counts(value),
        )

    def _platform(self, value: Mapping[str, Any]) -> str:
        platform = value.get("platform")
        if platform is None or platform == "":
            raise LineError("没有 platform / platform is missing")
        if not isinstance(platform, str):
            raise LineError(f"platform 不是文本 / platform is not a text: {platform!r:.40}")
        if platform not in known_platforms() and platform not in self.limits.extra_platforms:
            raise LineError(
                f"不认识的平台 {platform[:40]!r}，可在 houxu.toml 的 [import] extra_platforms 里加上"
                f" / unknown platform {platform[:40]!r}; add it to [import] extra_platforms in houxu.toml"
            )
        return platform

    def _words(self, value: Mapping[str, Any], platform: str) -> tuple[str | None, str]:
        """Text and availability. Where the platform's sentence stands for a text, it is no text but an availability."""
        text = self._text(value)
        availability = _choice(value, "availability", AVAILABILITIES, "visible")
        if text is None and value.get("availability") is None:
            raise LineError("text 和 availability 都没有 / neither text nor availability")
        told = only_tombstone(text) if text is not None and platform == "weibo" else None
        if told is None or value.get("repost_of"):
            return text, availability
        if value.get("observed_at") is None:
            # Dated when the post was written, it would be the first of the two sightings that a deletion needs.
            raise LineError(
                "正文是平台的提示语，又没有观测时间，不知道是什么时候看到的"
                " / the text is the platform's notice, and observed_at, when it was seen, is missing"
            )
        return None, told if availability == "visible" else availability

    def _text(self, value: Mapping[str, Any]) -> str | None:
        text = _string(value, "text")
        limit = self.limits.max_text_characters
        if text is not None and len(text) > limit:
            raise LineError(
                f"正文有 {len(text)} 字，超过上限 {limit} / text has {len(text)} characters, the limit is {limit}"
            )
        return text

    def _times(self, value: Mapping[str, Any], platform: str, native_id: str) -> tuple[datetime | None, datetime]:
        posted_at = self._time(value, "posted_at")
        if posted_at is None and platform == "weibo":
            posted_at = self._plausible(weibo_time(native_id))
        observed_at = self._time(value, "observed_at") or posted_at
        if observed_at is None:
            raise LineError("没有 observed_at，也推不出发布时间 / observed_at is missing and posted_at is unknown")
        if posted_at is not None and posted_at > observed_at + timedelta(hours=self.limits.future_slack_hours):
            raise LineError(f"发布时间晚于观测时间 / posted_at {posted_at.isoformat()} is later than observed_at")
        return posted_at, observed_at

    def _time(self, value: Mapping[str, Any], name: str) -> datetime | None:
        text = value.get(name)
        if text is None or text == "":
            return None
        if not isinstance(text, str):
            raise LineError(f"{name} 不是时间文本 / {name} is not a text: {text!r:.40}")
        try:
            moment = parse_time(text)
        except (ValueError, OverflowError) as error:
            raise LineError(
                f"{name} 不是带时区的 ISO 8601 时间 / {name} is not ISO 8601 with an offset: {error}"
            ) from error
        if self._plausible(moment) is None:
            raise LineError(f"{name} 的时间不可信 / {name} is out of range: {text[:40]}")
        return moment

    def _plausible(self, moment: datetime | None) -> datetime | None:
        """The moment itself, or None before the earliest year or beyond our own clock."""
        if moment is None:
            return None
        latest = self.now + timedelta(hours=self.limits.future_slack_hours)
        earliest = datetime(self.limits.earliest_year, 1, 1, tzinfo=UTC)
        return moment if earliest <= moment <= latest else None


@cache
def known_platforms() -> frozenset[str]:
    """The platforms of data/platforms.tsv."""
    return frozenset(row["platform"] for _, row in read_table(DATA_DIR / "platforms.tsv"))


def _decode(data: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LineError(f"不是 UTF-8 编码 / not UTF-8: byte {data[error.start]:#04x} at {error.start + 1}") from error
    except json.JSONDecodeError as error:
        raise LineError(f"不是合法的 JSON / not JSON: {error.msg} at column {error.colno}") from error
    except (RecursionError, ValueError) as error:
        raise LineError(f"不是合法的 JSON / not JSON: {error}") from error
    if not isinstance(value, dict):
        raise LineError("这一行不是 JSON 对象 / not a JSON object")
    return value


def _native_id(value: Mapping[str, Any]) -> str:
    native_id = _identifier(value, "id")
    if native_id is None:
        raise LineError("没有 id / id is missing")
    return native_id


def _identifier(value: Mapping[str, Any], name: str) -> str | None:
    """An id as text: sites write the same id as a number here and as a string there."""
    found = value.get(name)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if found is None or found == "":
        return None
    if isinstance(found, str):
        found = _as_the_site_writes(found, name, value.get("platform"))
    if not isinstance(found, str) or len(found) > _MAX_ID_CHARACTERS or _NEVER_IN_AN_ID.search(found):
        raise LineError(f"{name} 不是编号 / {name} is not an identifier: {found!r:.40}")
    return found


def _as_the_site_writes(found: str, name: str, platform: object) -> str:
    """An id without what other programs do to it: full-width digits, our own prefix `weibo:`."""
    if not found.isascii():
        found = _FULL_WIDTH.sub(lambda one: unicodedata.normalize("NFKC", one[0]), found)
    found = found.removeprefix(f"{platform}:")
    if _SCIENTIFIC.fullmatch(found):
        raise LineError(
            f"{name} {found} 被 Excel 改成了科学计数，后几位已丢失"
            f" / {name} was turned into {found} by Excel and lost digits"
        )
    return found


def _string(value: Mapping[str, Any], name: str) -> str | None:
    found = value.get(name)
    if found is None:
        return None
    if isinstance(found, str):
        return _UNSTORABLE.sub("", found)
    raise LineError(f"{name} 不是文本 / {name} is not a text: {found!r:.40}")


def _choice(value: Mapping[str, Any], name: str, choices: tuple[str, ...], default: str) -> str:
    found = value.get(name)
    if found is None:
        return default
    if found not in choices:
        raise LineError(f"{name} 的值 {str(found)[:40]!r} 不认识 / unknown {name}; one of {', '.join(choices)}")
    return str(found)


def _images(value: Mapping[str, Any]) -> tuple[str, ...]:
    found = value.get("images") or []
    if not isinstance(found, list) or not all(isinstance(path, str) for path in found):
        raise LineError("images 不是路径列表 / images is not a list of paths")
    return tuple(found)


def _counts(value: Mapping[str, Any]) -> Counts:
    found = value.get("counts") or {}
    if not isinstance(found, dict):
        raise LineError("counts 不是对象 / counts is not an object")
    return Counts(**{name: _count(found.get(name), name) for name in ("reposts", "comments", "likes")})


def _count(found: object, name: str) -> int | None:
    if found is None:
        return None
    if isinstance(found, str) and found.isascii() and found.isdigit():
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 2**53:
        raise LineError(f"counts.{name} 不是非负整数 / counts.{name} is not a count: {found!r:.40}")
    return found
