"""Ages in years, of people who are described."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.facts.model import Found
from pipeline.facts.numerals import NUMERALS, Number, find_numbers, read_number

_NUMBER = rf"(?:\d{{1,3}}(?:\.\d)?|[{NUMERALS}]{{1,5}})"
_CHILD = "宝宝|婴儿|孩子|小孩|女婴|男婴|娃|女儿|儿子|宝贝|幼儿|外孙女?|孙子|孙女|侄[子女]|新生儿|幼子|幼女"
_KIN = (
    "父亲?|母亲?|爸爸?|妈妈?|爹|娘|爷爷?|奶奶?|外公|外婆|姥姥|姥爷|公公|婆婆|岳父|岳母|丈夫|老公|妻子?|老婆|老伴|儿子|女儿|本人|老人|老太太?|老头"
    "|老爷子|大爷|大妈|大叔|阿姨|叔叔?|舅舅?|舅妈|姑姑?|姨妈?|姐姐?|哥哥?|弟弟?|妹妹?|伯伯?|大伯|他|她|患者|病人|孩子|男孩|女孩|女士|先生|我妈|我爸|我"
)
_YEARS = re.compile(
    rf"(?<![\d.\-第])(?P<number>{_NUMBER})(?:多|几|来)?\s?(?P<half>岁半|周?岁)(?:零|又|多)?"
    rf"(?:(?P<months>[\d{NUMERALS}]{{1,2}})个月)?"
)
_MONTHS = re.compile(rf"(?<![\d.\-第月{NUMERALS}])(?P<number>{_NUMBER})(?P<half>个半|个多)?(?:个)?月")
_CHILD_BEHIND = re.compile(rf"大|龄|的?(?:{_CHILD})")
_CHILD_BEFORE = re.compile(rf"(?:{_CHILD}|最小的?)(?:才|刚|只有|今年|现在|仅|最小)*\Z")
_SPAN_OF_TIME = re.compile(r"[前后了没的]")
_DAYS = re.compile(rf"(?<![\d.\-第月{NUMERALS}])(?P<number>{_NUMBER})\s?(?P<unit>天|日|个?星期|周|个月)")
_BORN_BEFORE = re.compile(rf"(?:出生|刚生|生下来?|{_CHILD})(?:才|仅|刚|刚刚|只有|第)?\s?\Z")
_NOT_AN_AGE_BEHIND = re.compile(r"[没不后前了岁]")
_DECADE = re.compile(
    r"(?<![王李张刘陈杨赵老小])(?P<number>[五六七八九])旬"
    r"|(?:年近|年过|年逾|快|近|已过)(?P<round>[五六七八九]十)(?=[的了,。老 ]|\Z)"
)
_ROUND_HINT = re.compile("[近过逾快][五六七八九]十")
_BARE = re.compile(
    rf"(?<!\d[:/])(?<![\d.\-第月{NUMERALS}])(?P<number>\d{{1,3}}|[二三四五六七八九]?十[一二三四五六七八九]?)(?!\d|\.\d)"
)
_MORE = re.compile(r"(?:多|余)?(?=[,。;!?、\s)/男女双|]|了|的|\Z|父|母|爸|妈)")
_SOMEBODY = re.compile(rf"(?:{_KIN}),?(?:今年|都|已经?|快|才|刚|年){{0,2}}\s?\Z")
# How many signs a number of years has that is followed by 岁, and one that stands alone.
_LONGEST = 8
_LONGEST_BARE = 3
# What is counted behind a number that is no age.
_COUNTED = frozenset("岁个月日号年:%℃度人名位米公斤元块天床张点层楼栋*.")
_DAY_SIGNS = frozenset("天日个星周")
_LABEL = re.compile(r"(?:年龄|年纪|岁数)[】\]]?\s?[:为是]?\s?(?:[男女],?\s?)?(?:\d{1,3}[、,/ ])?\Z")
_THIS_YEAR = re.compile(r"今年(?:都|已经?|快|才|刚)?\s?\Z")
_SEX_BEFORE = re.compile(r"(?:(?<![\u4e00-\u9fff])[男女]|性别\s?:?\s?[男女]|本人[男女])[,,、\s/|]{0,2}\Z")
_SEX_BEHIND = re.compile(r"[,、/\s]?[男女](?=[,、\s)。;]|\Z)")
_BETWEEN_COMMAS = re.compile(r"[\u4e00-\u9fff]{2}(?<![温度氧压糖]),\Z")
_NOT_BEHIND = re.compile(r"\s?(?:周?岁|个|[多几]岁|月|日|号|年|[:%℃度人名位米公斤元块天床张点层楼栋])")
_POLICY = re.compile(r"\s?(?:以下|以上|及以上|及以下|以内|至|到|-|~|—)")
_POLICY_BEFORE = re.compile(r"(?:满|超过|低于|未满|小于|大于|不足|至|到|-|~|—)\s?\Z")


def find_ages(text: str) -> Iterator[Found]:
    """Stated ages of a normal text; `value` is years (months and days as a fraction with two places)."""
    numbers = find_numbers(text)
    if not numbers:
        return
    taken: set[int] = set()
    for found in _candidates(text, numbers):
        if found.start not in taken:
            taken.update(range(found.start, found.end))
            yield found


def _candidates(text: str, numbers: Sequence[Number]) -> Iterator[Found]:
    if "岁" in text:
        yield from _in_years(text, numbers)
    if "月" in text:
        yield from _in_months(text, numbers)
    if "天" in text or "周" in text or "星期" in text or "出生" in text:
        yield from _in_days(text, numbers)
    if "旬" in text or _ROUND_HINT.search(text):
        yield from _in_decades(text)
    yield from _by_neighbours(text, numbers)


def _in_years(text: str, numbers: Sequence[Number]) -> Iterator[Found]:
    for number in numbers:
        found = _years_in(text, number) if "岁" in number.behind else None
        years = read_number(found["number"]) if found else None
        if found is None or years is None or not 0 < years <= 120 or _is_policy(text, found):
            continue
        half = 0.5 if found["half"] == "岁半" else 0.0
        months = (read_number(found["months"]) or 0) / 12 if found["months"] else 0.0
        yield _age(years + half + months, found, "age.years")


def _years_in(text: str, number: Number) -> re.Match[str] | None:
    """The first place in a run of numerals from which an age reads; an age has few of them, so the last are tried."""
    for start in range(max(number.start, number.end - _LONGEST), number.end):
        found = _YEARS.match(text, start)
        if found:
            return found
    return None


def _is_policy(text: str, found: re.Match[str]) -> bool:
    """`3岁以下`, `60至80岁`: a group of people, not a person."""
    if _POLICY.match(text, found.end()):
        return True
    return _POLICY_BEFORE.search(text, max(0, found.start() - 3), found.start()) is not None


def _in_months(text: str, numbers: Sequence[Number]) -> Iterator[Found]:
    for number in numbers:
        found = _MONTHS.match(text, number.start) if "月" in number.behind else None
        if found is None:
            continue
        before = text[max(0, found.start() - 10) : found.start()]
        months = read_number(found["number"])
        if months is not None and 0 < months <= 48 and "孕" not in before[-4:] and _is_of_child(text, found, before):
            half = 0.5 if found["half"] == "个半" else 0.0
            yield _age((months + half) / 12, found, "age.months")


def _is_of_child(text: str, found: re.Match[str], before: str) -> bool:
    if _CHILD_BEHIND.match(text, found.end()):
        return True
    if "个" not in found[0]:
        return False
    if _CHILD_BEFORE.search(before) and not _SPAN_OF_TIME.match(text, found.end()):
        return True
    return (not before or before[-1] in "。!;\n") and text.startswith(",", found.end())


def _in_days(text: str, numbers: Sequence[Number]) -> Iterator[Found]:
    for number in numbers:
        found = _DAYS.match(text, number.start) if number.behind.lstrip()[:1] in _DAY_SIGNS else None
        if found is None:
            continue
        count = read_number(found["number"])
        if count is not None and 0 < count <= 120 and _is_of_newborn(text, found):
            yield _age(count * _days_of(found["unit"]) / 365, found, "age.days")


def _is_of_newborn(text: str, found: re.Match[str]) -> bool:
    if found["unit"] != "个月" and _CHILD_BEHIND.match(text, found.end()):
        return True
    before = text[max(0, found.start() - 8) : found.start()]
    return _BORN_BEFORE.search(before) is not None and not _NOT_AN_AGE_BEHIND.match(text, found.end())


def _days_of(unit: str) -> float:
    if "月" in unit:
        return 365 / 12
    return 1 if unit in ("天", "日") else 7


def _in_decades(text: str) -> Iterator[Found]:
    for found in _DECADE.finditer(text):
        years = read_number(found["round"] or found["number"] + "十")
        if years is not None:
            yield Found("age", f"{years:g}", f"{years:g}", found.start(), found.end(), "age.decade")


def _by_neighbours(text: str, numbers: Sequence[Number]) -> Iterator[Found]:
    """A bare number is an age by what stands before and behind it: 年龄67, 今年67, 女67, 奶奶七十四."""
    for number in numbers:
        if number.behind[:1] in _COUNTED or number.end - number.start > _LONGEST_BARE:
            continue
        found = _BARE.match(text, number.start)
        if found is None:
            continue
        years = read_number(found["number"])
        if years is None or not 0 < years <= 120 or _NOT_BEHIND.match(text, found.end()):
            continue
        rule = _rule_of_neighbours(text, found, years)
        if rule:
            yield _age(years, found, rule)


def _rule_of_neighbours(text: str, found: re.Match[str], years: float) -> str:
    before = text[max(0, found.start() - 12) : found.start()]
    if ("年" in before or "岁数" in before) and _LABEL.search(before):
        return "age.label"
    if years < 10 or not _MORE.match(text, found.end()):
        return ""
    if _THIS_YEAR.search(before):
        return "age.today"
    if _SEX_BEFORE.search(before) or _SEX_BEHIND.match(text, found.end()):
        return "age.with_sex"
    return "age.of_person" if _is_beside_a_person(text, found, before) else ""


def _is_beside_a_person(text: str, found: re.Match[str], before: str) -> bool:
    if _SOMEBODY.search(before):
        return True
    return (
        found["number"][0].isdigit()
        and text.startswith(",", found.end())
        and _BETWEEN_COMMAS.search(before) is not None
    )


def _age(years: float, found: re.Match[str], rule: str) -> Found:
    value = f"{round(years, 2):g}"
    return Found("age", value, value, found.start(), found.end(), rule)
