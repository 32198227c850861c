"""Phones: mobiles and landlines by pattern, foreign numbers checked with phonenumberslite, masked ones as written.

The library rejects eight-place numbers in many area codes that people write (and that exist by now), so it is
asked only about numbers with a foreign country code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.facts.digits import Block, Run
from pipeline.facts.model import Found
from pipeline.facts.spans import SpanIndex

_MOBILE = re.compile(r"1[3-9]\d{9}")
# Mobiles without a gap, perhaps each behind its number in a list (a keycap 1 and the phone).
_GLUED = re.compile(r"\d??(1[3-9]\d{9})")
_GLUED_MOBILES = re.compile(rf"(?:{_GLUED.pattern}){{1,6}}")
_COUNTRY = re.compile(r"(?:0086|86|0)(1[3-9]\d{9})")
_EXTENSION = re.compile(
    r"\s?(?:\(?(?:转|分机号?|内线|ext\.?|x|#)\s?:?\s?)(\d{1,6})\)?|-(\d{1,5})(?![\d-])", re.IGNORECASE
)
# Area codes of the mainland: 010, 02x, 03xx to 09xx; subscriber numbers have seven or eight places and begin with
# 2 to 8.
_LANDLINE = re.compile(r"(?:01[0]|02\d|0[3-9]\d\d)[2-8]\d{6,7}")
_SERVICE = re.compile(r"[48]00\d{7}")
_FOREIGN = re.compile(r"\+(?!86)[1-9]\d{0,2}[ \-]?(?:\(\d{1,4}\)[ \-]?)?\d(?:[ \-]?\d){5,12}+")
_MASKED = re.compile(r"(?<![\d*])1[3-9]\d{1,5}[-\s]?[*●•×xX✕✖■□_#○◆★]{2,8}[-\s]?\d{0,5}(?!\d)")
_MASKED_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}-\*{4}\d{4}(?!\d)")
# Two signs that may hide digits, behind a digit: without them no number is masked.
_MASK_HINT = re.compile(r"[\d-][*●•×xX✕✖■□_#○◆★\s-][*●•×xX✕✖■□_#○◆★]")
_MASK_SIGNS = re.compile(r"[^0-9]+")
_LOCAL_CUE = re.compile(
    r"(?:电话|座机|热线|固话|联系方式|致电|拨打|办公室|居委会?|村委会?|社区|值班|[tT]el)[^\d\n]{0,6}\Z"
)
# What stands right before a number that is no phone, however much it looks like one.
_NOT_A_PHONE = re.compile(
    r"(?:QQ群?号?|qq群?号?|Q群|扣扣群?|群号?|单号|订单号?|运单|快递|编号|流水号?|邮编|账号|帐号|卡号|账户|尾号|[iI][dD]|uid|UID"
    r"|股票|发票|微博号|抖音号|快手号|条码|批号|工单|会议号?|房间号|密码|验证码|取件码|考号|学号|案件号?|受理号?|统一社会信用代码"
    r"|身份证|证件|[¥$])(?:号码?)?[\s:为是=]{0,3}\Z"
)
_NOT_A_PHONE_BEHIND = re.compile(r"\s?(?:元|块钱|万|亿|人次|千瓦|吨|立方|毫升|mm|ml|kg)")


def find_phones(text: str, runs: Sequence[Run], links: SpanIndex) -> list[Found]:
    """The phones of a normal text, left to right, none inside a link; `runs` are its runs of digits. Linear."""
    found = list(_masked_phones(text))
    if "+" in text:
        found += _foreign_phones(text)
    for run in runs:
        found += _phones_of_run(text, run.blocks)
    kept = [phone for phone in found if not links.holds(phone.start)]
    return sorted(kept, key=lambda phone: phone.start)


def _phones_of_run(text: str, blocks: Sequence[Block]) -> Iterator[Found]:
    position = 0
    while position < len(blocks):
        taken, phones = _phones_at(text, blocks, position)
        yield from phones
        position += taken


def _phones_at(text: str, blocks: Sequence[Block], position: int) -> tuple[int, list[Found]]:
    """How many blocks were read from `position`, and the phones in them."""
    block = blocks[position]
    if _is_denied(text, block):
        return 1, []
    if len(block.digits) > 11 and _GLUED_MOBILES.fullmatch(block.digits):
        return 1, _glued_mobiles(block)
    taken = _blocks_of_mobile(text, blocks, position)
    if taken:
        return taken, [_mobile(blocks[position : position + taken])]
    return _landline_at(text, blocks, position)


def _blocks_of_mobile(text: str, blocks: Sequence[Block], position: int) -> int:
    digits = ""
    for count, block in enumerate(blocks[position : position + 15], start=1):
        if count > 1 and not _is_small_gap(text[blocks[position + count - 2].end : block.start]):
            return 0
        digits += block.digits
        if _MOBILE.fullmatch(digits) or _COUNTRY.fullmatch(digits):
            return count
        if len(digits) > 15:
            return 0
    return 0


def _is_small_gap(gap: str) -> bool:
    return not gap.strip(" \t\u00b7\u30fb.-_‐‑–—―─()") and len(gap) <= 3


def _mobile(blocks: Sequence[Block]) -> Found:
    digits = "".join(block.digits for block in blocks)[-11:]
    return Found("phone", digits, mask_mobile(digits), blocks[0].start, blocks[-1].end, "phone.mobile")


def _glued_mobiles(block: Block) -> list[Found]:
    phones = []
    for found in _GLUED.finditer(block.digits):
        digits, start = found[1], block.start + found.start(1)
        phones.append(Found("phone", digits, mask_mobile(digits), start, start + 11, "phone.glued"))
    return phones


def _landline_at(text: str, blocks: Sequence[Block], position: int) -> tuple[int, list[Found]]:
    digits = ""
    for count, block in enumerate(blocks[position : position + 6], start=1):
        if count > 1 and not _is_small_gap(text[blocks[position + count - 2].end : block.start]):
            break
        digits += block.digits
        if _is_landline(text, blocks[position : position + count], digits):
            return _landline(text, blocks, position, count)
    return 1, []


def _is_landline(text: str, blocks: Sequence[Block], digits: str) -> bool:
    if digits.startswith("0"):
        return _LANDLINE.fullmatch(digits) is not None and not _has_more(text, blocks)
    if _SERVICE.fullmatch(digits):
        return True
    is_local = len(digits) in (7, 8) and digits[0] in "2345678" and len(blocks) <= 2
    return is_local and _LOCAL_CUE.search(text, max(0, blocks[0].start - 12), blocks[0].start) is not None


def _has_more(text: str, blocks: Sequence[Block]) -> bool:
    """Whether one more digit group of the subscriber follows: 0371-8888 000 1."""
    return len(blocks) > 1 and re.compile(r"[ -]?\d(?!\d)").match(text, blocks[-1].end) is not None


def _landline(text: str, blocks: Sequence[Block], position: int, count: int) -> tuple[int, list[Found]]:
    used = blocks[position : position + count]
    digits = "".join(block.digits for block in used)
    extension = _EXTENSION.match(text, used[-1].end)
    end = extension.end() if extension else used[-1].end
    inner = (extension[1] or extension[2]) if extension else ""
    value = digits + (f"x{inner}" if inner else "")
    taken = sum(1 for block in blocks[position:] if block.start < end)
    return max(count, taken), [
        Found("phone", value, mask_landline(digits, inner), used[0].start, end, "phone.landline")
    ]


def _masked_phones(text: str) -> Iterator[Found]:
    if _MASK_HINT.search(text) is None:
        return
    for found in _MASKED.finditer(text):
        shown = re.sub(r"[-\s]", "", found[0])
        visible = len(re.sub(r"\D", "", shown))
        value = _MASK_SIGNS.sub("****" if visible == 7 else "*" * (11 - visible), shown)
        yield Found("phone", value, value, found.start(), found.end(), "phone.masked")
    for found in _MASKED_LANDLINE.finditer(text):
        yield Found("phone", found[0], found[0], found.start(), found.end(), "phone.masked")


def _foreign_phones(text: str) -> Iterator[Found]:
    for found in _FOREIGN.finditer(text):
        digits = "+" + re.sub(r"\D", "", found[0])
        if _is_valid(digits):
            yield Found("phone", digits, digits[:4] + "****" + digits[-4:], found.start(), found.end(), "phone.foreign")


def _is_denied(text: str, block: Block) -> bool:
    if _NOT_A_PHONE.search(text, max(0, block.start - 12), block.start):
        return True
    return _NOT_A_PHONE_BEHIND.match(text, block.end) is not None


@lru_cache(maxsize=4096)
def _is_valid(digits: str) -> bool:
    """Whether the numbering plan of its country knows the number. Costs a tenth of a millisecond: call it last."""
    import phonenumbers

    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_possible_number(number) and phonenumbers.is_valid_number(number))


def mask_mobile(digits: str) -> str:
    """`13900001234` is `139****1234`."""
    return f"{digits[:3]}****{digits[-4:]}"


def mask_landline(digits: str, extension: str) -> str:
    """`02788880001` with extension 802 is `027-****0001转***`; a number without area code keeps its last four
    digits."""
    area = _area_code(digits)
    shown = f"{area}-****{digits[-4:]}" if area else f"****{digits[-4:]}"
    return shown + ("转" + "*" * len(extension) if extension else "")


def _area_code(digits: str) -> str:
    if digits.startswith(("01", "02")):
        return digits[:3]
    if digits.startswith("0"):
        return digits[:4]
    return digits[:3] if _SERVICE.fullmatch(digits) else ""
