"""Successes that no noun of the lexicon names: a bare predicate (输上了), and the thing that the plea asked for."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pipeline.datafiles import read_table
from pipeline.status.lexicon import STATUS_DIR
from pipeline.text.tokens import tokenise

_BEFORE = r"(?:已经|终于|总算|可算|都|全都|全|刚|刚刚|刚才|今天|昨晚|今早|早上|人|也|已|又|在)*"
_BEHIND = r"(?:了|啦|咯|咧|嘞|哒)"
_ASKS = re.compile(r"求|急需|需要|缺|断了|断货|没有|没了|借|寻|谁有|谁家|只剩|坏了|丢了|用完|用光|想要|代买|代配|匀")
_SIGNS = re.compile(r"[，。！？；：、,!?;:\s（）()【】“”\"]+")
# 急需奶粉、尿布、药: one who asks asks for all of the list.
_SIGNS_BUT_LISTS = re.compile(r"[，。！？；：,!?;:\s（）()【】“”\"]+")
_FEWEST_SIGNS = 2
_FEWEST_THINGS = 2
_LACKS = re.compile(r"没(?!断|问题)|缺|断(?!定)|不够|还差|还[要在]")
_HAS_COME = re.compile(r"[到有够齐来好上完][了啦]|解决|收到|送到|拿到|买到|够了|恢复")


def has_succeeded(words: str) -> bool:
    """Whether the whole clause is a verb with a result (输上了, 转到了): done, whatever it is that was waited for."""
    found = _bare().fullmatch(words)
    return found is not None and found["verb"] not in _terms("against")


def names_what_came(words: str, plea_text: str) -> tuple[int, int] | None:
    """Where the clause says that a thing which the plea asked for by name has come; None where it does not.

    `words` and `plea_text` are normalised.
    """
    came = _arrives().search(words)
    if came is None:
        return None
    for thing in asked_things(plea_text):
        place = words.find(thing)
        if place >= 0:
            return min(place, came.start()), max(place + len(thing), came.end())
        if len(thing) > _FEWEST_SIGNS and came.start() > 0 and words[came.start() - 1] == thing[-1]:
            return came.start() - 1, came.end()
    return None


def tells_of_something_done(words: str) -> bool:
    """Whether a clause tells of something that has happened or is so (completed aspect, a place, how long it lasts),
    with no negation, future, question or wish in it."""
    return _any_of("told").search(words) is not None and _any_of("untold").search(words) is None


def tells_of_a_part(words: str, plea_text: str) -> bool:
    """Whether one of the things that the plea asked for has come and another is lacking (药到了，奶粉还没有).

    `words` and `plea_text` are normalised.
    """
    things = [thing for thing in asked_things(plea_text) if thing in words]
    if len(things) < _FEWEST_THINGS:
        return False
    came: set[str] = set()
    lacking: set[str] = set()
    for clause in _SIGNS.split(words):
        named = {thing for thing in things if thing in clause}
        if _LACKS.search(clause):
            lacking |= named
        elif _HAS_COME.search(clause):
            came |= named
    return bool(came and lacking and not came & lacking)


@lru_cache(maxsize=4096)
def asked_things(plea_text: str) -> tuple[str, ...]:
    """The nouns of the clauses that ask or name a lack, the longest first."""
    clauses = [clause for clause in _SIGNS_BUT_LISTS.split(plea_text) if _ASKS.search(clause)]
    words = {word for clause in clauses for word in tokenise(clause)}
    plain = _terms("plain")
    things = {word for word in words if len(word) >= _FEWEST_SIGNS and word not in plain and not word.isascii()}
    return tuple(sorted((word for word in things if not _ASKS.search(word)), key=lambda word: (-len(word), word)))


@cache
def _bare() -> re.Pattern[str]:
    return re.compile(rf"{_BEFORE}(?P<verb>[^\W\d]{{1,2}})(?:{'|'.join(_terms('result'))}){_BEHIND}{{1,3}}")


@cache
def _arrives() -> re.Pattern[str]:
    return _any_of("arrives")


@cache
def _any_of(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(_terms(kind)))


@cache
def _terms(kind: str) -> tuple[str, ...]:
    rows = read_table(STATUS_DIR / "predicates.tsv")
    return tuple(term for _, row in rows if row["kind"] == kind for term in row["terms"].split())
