"""House-level addresses: a street with a number, a compound or village with building, unit and room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.facts.model import Found
from pipeline.facts.spans import SpanIndex

_ARABIC = r"\d{1,5}[A-Za-z]?"
_CHINESE_DIGITS = "一二三四五六七八九十百零〇"
_CHINESE = rf"[{_CHINESE_DIGITS}]{{1,5}}"
_UNITS = r"号楼|号院|号门|号房|支弄|单元|[栋幢座室楼层户号弄门房#]"
# A unit behind the last sign of a number; beginning with a set of signs, the pattern is searched at full speed.
_NUMBERED_UNIT = re.compile(rf"[0-9A-Za-z{_CHINESE_DIGITS}] ?(?P<unit>{_UNITS})")
# Read backwards from a unit, so that only the few characters before one are looked at.
_NUMBER_BEFORE = re.compile(
    rf"(?:(?<![\dA-Za-z.]){_ARABIC}(?:[-—/、]\d{{1,4}}){{0,3}}"
    rf"|(?<![第{_CHINESE_DIGITS}]){_CHINESE}|(?<![A-Za-z])[A-Za-z]\d{{0,4}}) ?\Z"
)
_DASHED = re.compile(r"(?<![\d\-.])\d{1,4}(?:[-—]\d{1,4}){1,3}(?![\d\-])")
_REACH = 24
_ROOM = re.compile(r"[ \-—]?\d{3,4}(?![\d\-:.年月日元个米人号]|[多余])")
# The same in Chinese digits, of a room said digit by digit: 三栋五零一.
_SPOKEN_ROOM = re.compile(
    r"(?!一一[零〇九]|一二[零〇])[一二三四五六七八九][零〇一二三四五六七八九]{2,3}"
    r"(?![一二三四五六七八九零〇十百千万年月日元个米人号点多余])"
)
# 青石路No.12, as it stands on signs.
_SIGN_NUMBER = re.compile(r"(?<![A-Za-z])[Nn][Oo]\.? ?\d{1,5}(?!\d)")
_SIGN = "No."
_GAP = re.compile(r"[ ,\-—、]{0,2}\Z")
_STRONG = frozenset(("号楼", "号院", "号门", "号房", "栋", "幢", "单元", "支弄"))
_STREET_END = re.compile(r"(?:大道|大街|[路街道巷弄]|胡同)(?:[东西南北]段|[东西南北])? ?\Z")
_HOME_END = re.compile(
    r"(?:小区|花园|公寓|大厦|广场|社区|宿舍|家属[院区楼]|[苑园城府村庄湾坊庭居郡里厦期区院寓楼屯寨堡公馆组巷弄路街道])"
    r"(?:[东西南北]区|[A-Za-z一二三四五六七八九十\d]区|[一二三四五六七八九十\d]期)? ?\Z"
)
# A street's name begins behind these: a wider place, a word of place, a mark.
_BEFORE_STREET = re.compile(r"[省市区县镇乡]|街道|[住在于到是址至及和与]|[^\u4e00-\u9fff]")
_STREET_NAME = re.compile(r"([\u4e00-\u9fff]{1,10})\Z")
_DIGIT_PART = re.compile(rf"{_ARABIC}|{_CHINESE}|[A-Za-z]\d{{0,4}}")
_NO_HOUSE = re.compile(
    r"线|口|出口|台风|仓|机|病房|手术|方舱|文件|公告|令|患者|病例|种子|选手|球|馆|闸|坝|水位|高速|国道|省道|桥"
)


@dataclass(frozen=True, slots=True)
class _Part:
    unit: str
    is_arabic: bool
    start: int
    end: int


def find_addresses(text: str, taken: SpanIndex) -> Iterator[Found]:
    """House-level addresses of a normal text outside the spans `taken` (phones, ID numbers)."""
    for group in _groups(text, _free_parts(text, taken)):
        if _is_house(text, group):
            yield _address(text, group)


def _free_parts(text: str, taken: SpanIndex) -> list[_Part]:
    parts = [*_numbered_units(text), *(_dashed_numbers(text) if "-" in text or "—" in text else ())]
    parts += (_Part(_SIGN, True, found.start(), found.end()) for found in _SIGN_NUMBER.finditer(text))
    free = [part for part in parts if not taken.overlaps(part.start, part.end)]
    return _without_overlap(sorted(free, key=lambda part: (part.start, -part.end)))


def _numbered_units(text: str) -> Iterator[_Part]:
    for unit in _NUMBERED_UNIT.finditer(text):
        start = unit.start("unit")
        first = max(0, start - _REACH)
        number = _NUMBER_BEFORE.search(text[first:start])
        if number is not None:
            yield _Part(unit["unit"], number[0][0].isascii(), first + number.start(), unit.end())


def _dashed_numbers(text: str) -> Iterator[_Part]:
    for found in _DASHED.finditer(text):
        yield _Part("-", True, found.start(), found.end())


def _without_overlap(parts: Sequence[_Part]) -> list[_Part]:
    kept: list[_Part] = []
    for part in parts:
        if not kept or part.start >= kept[-1].end:
            kept.append(part)
    return kept


def _groups(text: str, parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    group: list[_Part] = []
    for part in parts:
        if group and not (part.start - group[-1].end <= 2 and _GAP.match(text[group[-1].end : part.start])):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _is_house(text: str, group: Sequence[_Part]) -> bool:
    first, last = group[0], group[-1]
    if last.unit in ("号", "座", "层", "楼") and _NO_HOUSE.match(text, last.end):
        return False
    before = text[max(0, first.start - 8) : first.start]
    if _STREET_END.search(before) or _HOME_END.search(before):
        return first.unit != "#" or first.is_arabic
    if any(part.unit in _STRONG and part.is_arabic for part in group) or _room_behind(text, last):
        return True
    is_room = first.unit == "室" and first.is_arabic and first.end - first.start >= 4
    is_inside = (
        len(group) > 1 and last.unit in ("室", "号", "单元", "户") and first.unit in ("楼", "层", "座", "号", "门")
    )
    return is_room or is_inside or (len(group) > 1 and any(part.unit in _STRONG for part in group))


def _address(text: str, group: Sequence[_Part]) -> Found:
    start = _street_start(text, group[0].start)
    end = group[-1].end
    room = _ROOM.match(text, end) if group[-1].unit != "室" else None
    room = room or _room_behind(text, group[-1])
    if room:
        end = room.end()
    street = text[start : group[0].start]
    masked = _masked_street(street) + _masked_numbers(text, group, end)
    return Found("address", re.sub(r"\s", "", text[start:end]), masked, start, end, "address.house")


def _room_behind(text: str, part: _Part) -> re.Match[str] | None:
    return _SPOKEN_ROOM.match(text, part.end) if part.unit in _STRONG else None


def _street_start(text: str, end: int) -> int:
    """Where the street before the number at `end` begins; `end` when no street is named (a compound keeps its
    name)."""
    before = text[max(0, end - 14) : end]
    suffix = _STREET_END.search(before)
    if suffix is None:
        return end
    name = _STREET_NAME.search(before[: suffix.start()])
    if name is None:
        return end
    words = name[1]
    boundaries = [found.end() for found in _BEFORE_STREET.finditer(words)]
    cut = boundaries[-1] if boundaries and boundaries[-1] < len(words) else 0
    return end - len(before) + name.start() + cut


def _masked_street(street: str) -> str:
    suffix = _STREET_END.search(street)
    return "××" + suffix[0].strip() if suffix else ""


def _masked_numbers(text: str, group: Sequence[_Part], end: int) -> str:
    pieces: list[str] = []
    position = group[0].start
    for part in group:
        pieces.append(text[position : part.start])
        unit = "" if part.unit == "-" else part.unit
        number = text[part.start : part.end - len(unit)]
        pieces.append(f"{_SIGN}×" if unit == _SIGN else _DIGIT_PART.sub("×", number) + unit)
        position = part.end
    return "".join(pieces) + _DIGIT_PART.sub("×", text[position:end])
