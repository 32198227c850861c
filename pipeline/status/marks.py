"""Which marks hold for an event: negation and its scope, modality, time, completion."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.status.scan import Event, Mark, Parts

_TEMPORAL = re.compile(r"[了好到过]?(?:之后|以后|后|之日|就删|就马上|即删|立刻删|再删|的话)")
_QUOTES_BEFORE = re.compile(r"[“\"‘'「『](?:已|已经|被|又|就)?$")
_QUOTES_BEHIND = re.compile(r"(?:了|完)?[”\"’'」』]")
_EMPTY_WORDS = re.compile(r"已经|刚刚|终于|东西|全部|[都也就刚已今天了]")
_ONE = re.compile(r"了?(?:一(?:个|位|人)(?![月小星礼多])|半(?!个?[月年天]))")
_OF_PEOPLE = re.compile(r"的(?:家庭|人|人们|患者|病人|病友|朋友|同胞|群众|乡亲|求助者)")
_CALLS = re.compile(r"的?(?:电话|消息|通知|短信|来信|求助)")
_DAYS = re.compile(r"第[一二三四五六七八九十\d]+天")
_CONTINUES = re.compile(
    r"了?(?:我(?!们|家|爸|妈|父|母|爷|奶|外|老|儿|女)|你|您|请(?!大家|各位|放心|勿|不|别|停|删)|就(?!医|诊|行了)|给|会|再(?!次感谢|次谢谢)|才|必"
    r"|[一两二三四五六七八九十几多0-9]+(?:年|个月|多年|个多月)|标准|条件|流程|申请|名单|前|时(?!间)|须知|要求|政策|率)"
)
# 走廊等住院床位: what is waited for has not come; 等到, 等了九天 have.
_WAITS_FOR = re.compile(r"(?<!不)(?<!用)等(?!到|了|来|于|人|方|我|于是)(?:着|待|候|一?个|一?张)?$")
_WAIT_REACH = 4
_REACHED = ("联系", "取得联系", "联络", "打通")
# Wording that counts only before the event, and that a done-mark between the two overrides.
_OVERRIDDEN = {"negation": "negated", "ask": "asked", "plead": "asked", "hope": "hope"}
_BEFORE = frozenset({"hearsay", "reported", "again", "causative"})
_ANYWHERE = frozenset(
    {"question", "irony", "others", "partial", "except", "all", "promise", "arranged", "still", "keep", "condition"}
    | {"ongoing", "needless", "long_ago", "dream", "booked"}
)
_POSITIONED = frozenset({*_OVERRIDDEN, *_BEFORE, "future", "done", "weak_done", "typo_done", "suffix", "contrast"})
# 希望外婆已经被救出来了 stays a wish; 本以为…已经 does not.
_GOVERNS = frozenset({"希望", "祝", "祝愿", "但愿", "盼望", "期盼", "祈祷", "祈求", "只愿", "唯愿", "盼着", "保佑"})
_SUFFIX_REACH = 6
_DONE_REACH = 22
_SHORT_CHARACTERS = 10
_NEGATION_BEHIND = 3


def marks_of(event: Event, parts: Parts, inherited: frozenset[str], text: str) -> frozenset[str]:
    """The marks that hold for `event`; `inherited` come from earlier clauses of its sentence."""
    found = inherited | (parts.mark_names & _ANYWHERE)
    if event.name == "-":
        return found
    more = set(_own_marks(event, text))
    if parts.mark_names & _POSITIONED:
        more.update(_done_marks(event, parts))
        more.update(_scoped(event, parts, text))
    more.update(_around(event, text, parts))
    if _has_failed(event, parts, text):
        more.add("negated")
    if _is_dead(event, more, parts):
        more.add("dead")
    return found | more


def _own_marks(event: Event, text: str) -> Iterator[str]:
    """What the event's own word says."""
    word = text[event.start : event.end]
    if "了" in word:
        yield "finished"
        yield "done"
    elif event.state == "done":
        yield "done"
    if word.startswith("已") and event.state == "done":
        yield "done_before"
    if event.state == "weak":
        yield "weak"
    if event.state == "seen":
        yield from ("done", "seen")
    if event.name == "contact" and any(reached in word for reached in _REACHED):
        yield "reached"


def _done_marks(event: Event, parts: Parts) -> Iterator[str]:
    for mark in parts.marks:
        if mark.name == "done" and event.end - _DONE_REACH <= mark.start < event.end:
            yield from ("done_before", "done")
        elif mark.name == "weak_done" and mark.start < event.end:
            yield "done"
        elif mark.name == "typo_done" and mark.end == event.start:
            yield from ("done_before", "done")
        elif mark.name == "suffix" and event.end <= mark.start <= event.end + _SUFFIX_REACH:
            yield from ("finished", "done")


def _scoped(event: Event, parts: Parts, text: str) -> Iterator[str]:
    negations = 0
    for mark in parts.marks:
        name = mark.name
        if name in _OVERRIDDEN:
            if _reaches(mark, event, parts, text):
                negations += name == "negation"
                yield _OVERRIDDEN[name]
        elif name == "contrast":
            yield from ["but"] * (mark.start >= event.end)
        elif name in _BEFORE and mark.start <= event.end:
            yield name
        elif name == "future" and (mark.start < event.end or event.state != "done"):
            yield "future"
    if negations > 1:
        yield "double_negation"


def _reaches(mark: Mark, event: Event, parts: Parts, text: str) -> bool:
    """Whether a negation, wish or plea reaches the event: from before it unless 已 is between, or from just behind."""
    if mark.name == "plead" and event.state == "done":
        return False
    if mark.name == "hope" and text[mark.start : mark.end] in _GOVERNS:
        return mark.start < event.start
    if mark.start < event.end:
        return not _done_between(mark.end, event, parts, text)
    return mark.name == "negation" and event.state != "done" and mark.start - event.end <= _NEGATION_BEHIND


def _has_failed(event: Event, parts: Parts, text: str) -> bool:
    """Whether a word of failure stands before the event in its clause (未得到任何救治)."""
    if event.name == "failure":
        return False
    failures = (other for other in parts.events if other.name == "failure" and other.start < event.start)
    return any(not _done_between(other.end, event, parts, text) for other in failures)


def _done_between(position: int, event: Event, parts: Parts, text: str) -> bool:
    """Whether something says "already" between `position` and the event, or within the event's own word."""
    if "已" in text[max(position, event.start) : event.end]:
        return True
    return any(
        mark.name == "done" and position <= mark.start < event.end and text[mark.start] not in "终总"
        for mark in parts.marks
    )


def _around(event: Event, text: str, parts: Parts) -> Iterator[str]:
    behind = text[event.end : parts.clause.end]
    before = text[max(0, event.start - 3) : event.start]
    waited = text[max(parts.clause.start, event.start - _WAIT_REACH) : event.start]
    holds = {
        "asked": _WAITS_FOR.search(waited) is not None,
        "others": _speaks_of_others(event, behind) or (event.name == "found" and "thing" in parts.objects),
        "one_of": parts.has("apart") or _ONE.match(behind) is not None,
        "finished": _DAYS.match(behind) is not None,
        "done": _DAYS.match(behind) is not None,
        "clause_end": len(behind) <= 1 and event.end - event.start >= 2,
        "short": parts.clause.end - parts.clause.start <= _SHORT_CHARACTERS,
        "bare_clause": event.name == "got" and _is_bare(event, text, parts),
        "continues": _CONTINUES.match(behind) is not None,
        "temporal": _TEMPORAL.match(behind) is not None,
        "irony": _QUOTES_BEFORE.search(before) is not None and _QUOTES_BEHIND.match(behind) is not None,
    }
    return (name for name, is_so in holds.items() if is_so)


def _speaks_of_others(event: Event, behind: str) -> bool:
    """已获救的请…, 没有得到医治的家庭, 找到了他的外套: the event only describes somebody or something."""
    if behind.startswith("的") and len(behind) > 1:
        return True
    return (
        _OF_PEOPLE.search(behind) is not None
        or _CALLS.match(behind) is not None
        or (event.name == "found" and "的" in behind)
    )


def _is_bare(event: Event, text: str, parts: Parts) -> bool:
    """Whether the clause holds little more than the event (收到了, 已经拿到了)."""
    rest = text[parts.clause.start : event.start] + text[event.end : parts.clause.end]
    return not parts.objects and len(_EMPTY_WORDS.sub("", rest)) <= 1


def _is_dead(event: Event, marks: set[str], parts: Parts) -> bool:
    """Whether the word says that a person died; 走了 and 没了 need a person and nothing else in the clause."""
    if event.name != "death":
        return False
    if event.state == "weak":
        alone = event.end >= parts.clause.end - 1 and not parts.objects and len(parts.events) == 1
        return bool(parts.persons) and alone and not parts.has("partial")
    return "done" in marks
