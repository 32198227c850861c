"""What a plea asks for, and for whom."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise

from pipeline.datafiles import read_table
from pipeline.status.lexicon import STATUS_DIR, event_kinds, find_words
from pipeline.status.model import Profile
from pipeline.status.scan import Parts, needs_in, take_apart
from pipeline.text.normal import normalise

_ILL = re.compile(
    r"突发|梗|120|救护|抽搐|受伤|流血|躁狂|发烧|高烧|低烧|发热|咳|确诊|疑似|感染|阳性|病|透析|化疗|放疗|癌|呼吸|血氧|昏迷|被困|困在|失联|走失|走丢|失踪|岁|患者|"
    r"急需|需要|求|没有|断药|断了|疼|痛|吐|晕|孕|临产|生产|手术|尿毒|瘫|摔|骨折|饿|胰岛素|药|奶|住院|救|情况|危"
)
_CONTACT = re.compile(r"联系|电话|发布人|求助人|代发|转发|关系|手机|照顾|陪|保姆|护工|我是|上班|外地|微信")
# 求爸妈的床位 names for whom it asks, whoever else is told of.
_ASKED_FOR = re.compile(r"求.{1,6}的(?:床|药|透析|住院|收治|救援|位)")
# 女儿139****1234, 女儿求助, 儿子刘洋泣求, 家属是女儿@…: who writes or answers the telephone.
_WRITES = re.compile(
    r"^(?:家属|联系人)?是?(?:[他她的]|患者|病人|老人)?(?:儿子|女儿|儿|女|闺女|丈夫|老公|妻子|老婆|爱人|孙子|孙女|外甥女?|侄子|侄女|弟弟?|妹妹?|哥哥?|姐姐?|家属)"
    r"[^，。]{0,6}?(?:[0-9*]{5,}|求助|泣求|跪求|叩|代发|代转|@|敬上|致谢|泣血|急求|呼救|发帖)"
)
# 联系我（女儿）, 电话…（儿子小王）: in brackets stands who writes.
_BRACKETS = ("(", "（")
_COUNT = re.compile(
    r"(?<!第)([两二三四五六七八九十\d]{1,3})(?:几|多|来)?(?:个|位|名|口)?(?:人|病人|患者|老人|大人|村民|名|位|口(?=人|都|全|在|被|困|确诊|感染|阳|住|[，。！])|个(?![小月星多半儿钟]))"
)
_AND = re.compile(r"\s*(?:和|跟|与|及|以及|还有|、|加上?|\+)\s*(?:我|他|她|的)?")
_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九十")} | {"两": 2, "俩": 2}


@lru_cache(maxsize=4096)
def profile_of(plea_text: str, extra_needs: frozenset[str] = frozenset()) -> Profile:
    """The profile of a plea from its masked display text; `extra_needs` are the need facts that were extracted."""
    text = normalise(plea_text).text
    parts = take_apart(text)
    in_need = _persons_in_need(parts, text)
    return Profile(
        persons=in_need,
        named=frozenset(person for part in parts for person in part.persons),
        needs=needs_in(text) | extra_needs,
        asked=frozenset(need for part in parts for need in needs_in(text[_asked_from(part) : part.clause.end])),
        head_count=max(count_people(text), _count_joined(text, in_need)),
    )


def _count_joined(text: str, in_need: frozenset[str]) -> int:
    """How many of those in need are named in one row (我妈和奶奶 is two); 0 where no two are."""
    hits = [hit for hit in find_words(text) if hit.word.persons]
    longest = row = 0
    for left, right in pairwise(hits):
        is_joined = _AND.fullmatch(text, left.end, right.start) is not None
        both = left.word.persons & in_need and right.word.persons & in_need
        row = row + 1 if is_joined and both and left.word.persons != right.word.persons else 0
        longest = max(longest, row)
    return longest + 1 if longest else 0


def is_other_thing(words: str, known_texts: tuple[str, ...]) -> bool:
    """Whether a clause names drugs or devices, and the plea others: what came is not what was asked for."""
    named = frozenset(drug for drug in _drugs() if drug in words)
    if not named or not known_texts:
        return False
    asked = _drugs_in(known_texts[0])
    return bool(asked) and not named & asked


@lru_cache(maxsize=4096)
def _drugs_in(text: str) -> frozenset[str]:
    return frozenset(drug for drug in _drugs() if drug in text)


@cache
def _drugs() -> tuple[str, ...]:
    return tuple(drug for _, row in read_table(STATUS_DIR / "drugs.tsv") for drug in row["terms"].split())


def count_people(text: str) -> int:
    """The number of people that a clause speaks of, or 0."""
    return max((count_of(found[1]) for found in _COUNT.finditer(text)), default=0)


def last_count_of_people(text: str) -> int:
    """The last such number in the clause, or 0: of five people four were saved."""
    counts = [count_of(found[1]) for found in _COUNT.finditer(text)]
    return counts[-1] if counts else 0


def count_of(numeral: str) -> int:
    """The value of a short numeral (三, 12, 两, 三十); 0 where it is none."""
    if numeral.isascii() and numeral.isdigit():
        return int(numeral)
    tens, ten, ones = numeral.partition("十")
    if ten:
        return 10 * (_DIGITS.get(tens, 1) if tens else 1) + _DIGITS.get(ones, 0)
    return _DIGITS.get(numeral, 0) if len(numeral) == 1 else 0


def _asked_from(part: Parts) -> int:
    """Where the clause begins to ask or to name a lack; its end where it does neither."""
    starts = [mark.start for mark in part.marks if mark.name in {"ask", "negation"}]
    starts += [event.start for event in part.events if event.name == "failure"]
    return min(starts, default=part.clause.end)


def _persons_in_need(parts: list[Parts], text: str) -> frozenset[str]:
    """The relations whose clauses tell of illness or danger; a clause without a person goes on about the last one."""
    found: set[str] = set()
    subject: frozenset[str] = frozenset()
    for part in parts:
        if len(part.persons) > 1 and _ASKED_FOR.search(text, part.clause.start, part.clause.end):
            return part.persons
        words = text[part.clause.start : part.clause.end]
        if _is_contact(words) or text[: part.clause.start].endswith(_BRACKETS):
            continue
        subject = part.persons - {"crowd"} or subject
        if _ILL.search(words) and not any(_is_over(part, index) for index in range(len(part.events))):
            found |= subject
    return frozenset(found - {"cat"})


def _is_contact(words: str) -> bool:
    return _CONTACT.search(words) is not None or _WRITES.match(words) is not None


def _is_over(part: Parts, index: int) -> bool:
    """Whether this event says that the person died or has been helped before the plea was written."""
    event = part.events[index]
    level = event_kinds()[event.name].level
    is_done = event.state == "done" or part.has("done") or part.has("suffix")
    return level in {"death", "final"} and is_done and not part.has("negation") and not part.has("ask")
