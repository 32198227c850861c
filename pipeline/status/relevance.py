"""Is this utterance about this case, or about another case of the same author?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from pipeline.status.coverage import same_persons
from pipeline.status.lexicon import event_kinds, find_words
from pipeline.status.model import CaseFile, FactKey, Profile, Relevance, Utterance
from pipeline.status.needs import profile_of
from pipeline.status.predicates import asked_things
from pipeline.status.scan import needs_in, take_apart
from pipeline.status.strangers import called
from pipeline.text.normal import normalise

_BASE = 0.55
_SURE = 1.0
_NEED_WEIGHT = 0.15
_NAME_WEIGHT = 0.35
_WEIGHTS = {"phone": 0.4, "id_number": 0.4, "person": 0.35, "address": 0.35, "place": 0.15, "age": 0.1, "need": 0.1}
_DIFFERENCES = {"phone": -0.1, "place": -0.2, "person": -0.2}
_ANCHORS = frozenset({"thanks", "delete", "resource", "stop_sharing", "rescue", "admission"})
_ALL_PLEAS = re.compile(
    r"(?:(?:[两几三四]|之前|前面|所有|全部)(?:个|条|件|例|家|户|边|头|份)?(?:求助|帖子?|贴子?|信息|事情?|老人|病人|家庭)?|两(?:边|头|家|户|例|条|件))"
    r"的?(?:情况|结果)?(?:都|均|全)"
)
# 三个人都住进去了 may be one household.
_OF_ONE_CASE = re.compile(r"[两几三四](?:个|位)?(?:都|均|全|老人|病人)|全部(?:都|均|全)")
_COMMON = frozenset({"shared_phone", "shared_person", "shared_name", "shared_id_number", "same_relation"})
_OTHERNESS = frozenset({"other_phone", "other_person", "other_place", "other_relation"})
_BARE_CHARACTERS = 12
_EMPTY_WORDS = re.compile(r"[的也都就在今昨天上下午早晚现这那个件事情问题全部好消息\s\d月日点]")
_AMBIGUITY_MARGIN = 0.15
_GENERIC_PERSONS = frozenset({"*", "self", "friend", "neighbour"})


def about_case(utterance: Utterance, case_file: CaseFile) -> Relevance:
    """How surely `utterance` is about the case of `case_file`; below 0.5 it is not used.

    Edits of the plea, replies under it and reposts of it are about it by form. Other words are weighed by what they
    share with the plea, and against every other plea of the author that stood before them.
    """
    by_form = _by_form(utterance, case_file)
    if by_form is not None:
        return by_form
    own = _affinity(utterance, case_file.plea)
    rivals = rivals_of(utterance, case_file)
    if not rivals:
        return _without_rival(own)
    if _speaks_of_all(utterance):
        return own
    own = _told_apart(own, utterance, case_file.plea, rivals)
    best = max((_affinity(utterance, other) for other in rivals), key=lambda relevance: relevance.score)
    return _weighed(own, best)


def rivals_of(utterance: Utterance, case_file: CaseFile) -> list[Utterance]:
    """The other pleas of the author that stood before these words."""
    return [other for other in case_file.other_pleas if other.said_at <= utterance.said_at]


def about_same_need(later_plea: Utterance, case_file: CaseFile) -> Relevance:
    """How surely a later plea of the author speaks of this case: only what they have in common counts.

    A common need alone gives 0.6: enough to turn a case back, not to bring it forward.
    """
    evidence = _affinity(later_plea, case_file.plea)
    reasons = set(evidence.reasons)
    if _OTHERNESS & reasons:
        return Relevance(min(0.2, evidence.score), evidence.reasons)
    if _COMMON & reasons or {"shared_place", "same_need"} <= reasons:
        return evidence
    return Relevance(min(0.6 if "same_need" in reasons else 0.2, evidence.score), evidence.reasons)


def _by_form(utterance: Utterance, case_file: CaseFile) -> Relevance | None:
    own_id = case_file.plea.post_id
    other_ids = {other.post_id for other in case_file.other_pleas}
    targets = {utterance.reply_to, utterance.repost_of} - {None}
    if utterance.post_id == own_id:
        return Relevance(_SURE, ("edit",))
    if own_id in targets:
        return Relevance(_SURE, ("reply_or_repost",))
    if utterance.post_id in other_ids or targets & other_ids:
        return Relevance(0.0, ("other_case_by_form",))
    followed = [word for word in _words_of(utterance, case_file) if word.post_id in targets]
    if not followed:
        return None
    return Relevance(max(about_case(word, case_file).score for word in followed), ("thread",))


def _words_of(utterance: Utterance, case_file: CaseFile) -> list[Utterance]:
    """Earlier words that this one may answer; strictly earlier, so that a thread ends."""
    return [word for word in case_file.words if word.said_at < utterance.said_at and word.post_id != utterance.post_id]


def _affinity(utterance: Utterance, plea: Utterance) -> Relevance:
    score, reasons = _BASE, []
    for reason, weight in _evidence(utterance, plea):
        score += weight
        reasons.append(reason)
    return Relevance(round(min(_SURE, max(0.0, score)), 2), tuple(reasons))


def _evidence(utterance: Utterance, plea: Utterance) -> Iterator[tuple[str, float]]:
    text = normalise(utterance.text).text
    profile = profile_of(plea.text)
    own = [
        *_facts(utterance.facts, plea.facts),
        *_words_in_common(text, normalise(plea.text).text),
        *_relations(text, profile),
        *_needs(text, profile),
    ]
    yield from own
    if not any(weight > 0 for _, weight in own):
        yield from _anchor(text)
    if utterance.said_at - plea.said_at <= timedelta(days=3):
        yield "soon", 0.05


def _words_in_common(text: str, plea_text: str) -> Iterator[tuple[str, float]]:
    """Whom both call by surname and title, and the thing that the plea asks for by name."""
    if called(text) & called(plea_text):
        yield "shared_name", _NAME_WEIGHT
    if any(thing in text for thing in asked_things(plea_text)):
        yield "shared_thing", _NEED_WEIGHT


def _facts(said: frozenset[FactKey], known: frozenset[FactKey]) -> Iterator[tuple[str, float]]:
    for kind in sorted({kind for kind, _ in said & known}):
        yield f"shared_{kind}", _WEIGHTS.get(kind, 0.05)
    for kind, weight in _DIFFERENCES.items():
        if _differs(kind, said, known):
            yield f"other_{kind}", weight


def _anchor(text: str) -> Iterator[tuple[str, float]]:
    """Without anything in common: thanks or talk of the plea bind the words to it, a subject of their own does not."""
    words = [hit.word for hit in find_words(text)]
    is_bound = any("update" in word.marks or _ANCHORS & {event.name for event in word.events} for word in words)
    if is_bound or "求助" in text:
        yield "thanks", 0.05
    elif _has_own_subject(text):
        yield "own_subject", -0.4
    elif len(text) > _BARE_CHARACTERS:
        yield "no_anchor", -0.05


def _has_own_subject(text: str) -> bool:
    """Whether what is said to be solved is a thing of which the lexicon knows nothing (追的剧完结了)."""
    for part in take_apart(text):
        for event in part.events:
            before = text[part.clause.start : event.start]
            if part.persons or "我" in before:
                continue
            for hit in find_words(before):
                before = before.replace(text[part.clause.start : event.start][hit.start : hit.end], "")
            if event.name == "generic" and event.state != "seen" and len(_EMPTY_WORDS.sub("", before)) >= 2:
                return True
    return False


def _differs(kind: str, left: frozenset[FactKey], right: frozenset[FactKey]) -> bool:
    ours, theirs = ({fact for fact in facts if fact[0] == kind} for facts in (left, right))
    return bool(ours and theirs and not ours & theirs)


def _relations(text: str, profile: Profile) -> Iterator[tuple[str, float]]:
    said = same_persons(_persons_in(text) - _GENERIC_PERSONS)
    if "maternity" in profile.needs:
        said -= {"son", "daughter", "child", "sister", "brother"} - profile.named
    known = profile.named - _GENERIC_PERSONS
    if said & known:
        yield "same_relation", 0.2
    elif said and known:
        yield "other_relation", -0.3


def _needs(text: str, profile: Profile) -> Iterator[tuple[str, float]]:
    said = needs_in(text) | _needs_ended(text)
    if said & profile.needs:
        yield "same_need", _NEED_WEIGHT
    elif said and profile.needs:
        yield "other_need", -0.05


def _needs_ended(text: str) -> frozenset[str]:
    """The needs that the events in the text would end."""
    events = {event.name for hit in find_words(text) for event in hit.word.events}
    return frozenset(need for name in events for need in event_kinds()[name].satisfies) - {"*"}


def _persons_in(text: str) -> frozenset[str]:
    """The relations of whom something is told; who is thanked or only spoken to (爸，对不起) is none of them."""
    return frozenset(
        person
        for part in take_apart(text)
        for person in part.persons
        if part.events and not any(event.name == "thanks" for event in part.events)
    )


def _speaks_of_all(utterance: Utterance) -> bool:
    """Whether it says that all of the author's pleas are meant (两条求助都已解决)."""
    found = _ALL_PLEAS.search(normalise(utterance.text).text)
    return found is not None and not _OF_ONE_CASE.match(found[0])


def _without_rival(own: Relevance) -> Relevance:
    """Another place speaks less against them where the author has no other plea: who was lost is found elsewhere."""
    if "other_place" not in own.reasons:
        return own
    return Relevance(round(min(_SURE, own.score - _DIFFERENCES["place"] / 2), 2), own.reasons)


def _told_apart(own: Relevance, utterance: Utterance, plea: Utterance, rivals: list[Utterance]) -> Relevance:
    """A need in common tells two pleas apart only where the words name one that no other plea of the author has."""
    needs = needs_in(normalise(utterance.text).text) & profile_of(plea.text).needs
    if (
        "shared_name" in own.reasons
        or "same_need" not in own.reasons
        or any(needs - profile_of(rival.text).needs for rival in rivals)
    ):
        return own
    return Relevance(round(own.score - _NEED_WEIGHT, 2), own.reasons)


def _weighed(own: Relevance, rival: Relevance) -> Relevance:
    if own.score >= rival.score + _AMBIGUITY_MARGIN:
        return own
    if own.score <= rival.score - _AMBIGUITY_MARGIN:
        return Relevance(min(0.2, own.score), (*own.reasons, "fits_other_case_better"))
    return Relevance(min(0.45, own.score), (*own.reasons, "ambiguous_between_cases"))
