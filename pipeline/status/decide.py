"""Decides the status of a case: its words, sightings and verdicts in time order through the state machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.status.answers import answered
from pipeline.status.counterclaim import find_counterclaim
from pipeline.status.deletion import Deletion, find_deletion, is_posted_anew
from pipeline.status.effects import effect_of
from pipeline.status.known import known_texts
from pipeline.status.machine import Said, State, apply, step, update_id_of
from pipeline.status.model import (
    ENDED,
    CaseFile,
    Considered,
    Decision,
    Policy,
    Profile,
    Reading,
    Relevance,
    StatusUpdate,
    Utterance,
    Verdict,
)
from pipeline.status.needs import profile_of
from pipeline.status.own_part import own_part
from pipeline.status.reading import Context, read_words
from pipeline.status.relevance import about_case, about_same_need, rivals_of
from pipeline.status.reversal import is_pressed, take_back
from pipeline.status.second_opinion import SURE, weigh

_KIND_OF_STATUS = {
    "open": "reopened",
    "in_progress": "progress",
    "resolved": "resolved",
    "withdrawn": "withdrawn",
    "closed": "closed",
}
_EVERYTHING = frozenset({"*"})
_NO_READING = Reading("none", 0.0, "", "", ())
_OWN_PART = 0.75
_ONLY_PLEA = 0.5
_ELSEWHERE = frozenset({"other_case_by_form", "other_phone", "other_person", "own_subject"})
_BY_FORM = frozenset({"edit", "reply_or_repost", "thread"})
_CARRIED_FORMS = frozenset({"edit", "comment", "reply", "copy", "self_repost"})


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """Something that happened to the case at one time; of `happening`, words come before a deletion or verdict."""

    at: datetime
    rank: int
    key: str
    happening: Utterance | Deletion | Verdict


def decide(case_file: CaseFile, policy: Policy, now: datetime) -> Decision:
    """The status of the case at `now`, with its updates and everything that was considered.

    The order of `words`, `sightings` and `verdicts` does not matter. Nothing observed after `now` is used.
    """
    profile = _profile(case_file)
    state = State(status="open", since=case_file.plea.said_at)
    considered: list[Considered] = []
    for occurrence in sorted(_occurrences(case_file, policy, now), key=lambda item: (item.at, item.rank, item.key)):
        match occurrence.happening:
            case Utterance() as utterance:
                said = _consider(utterance, case_file, profile, policy)
                state, effect = _take(state, said, case_file, profile, policy)
                considered.append(Considered(utterance, said.relevance, said.reading, effect))
            case Deletion() as deletion:
                state = _delete(state, deletion, case_file)
            case Verdict() as verdict:
                state = _conclude(state, verdict, case_file)
    return _decision(state, considered, case_file)


def _profile(case_file: CaseFile) -> Profile:
    if case_file.profile is not None:
        return case_file.profile
    needs = frozenset(kind.removeprefix("need:") for kind, _ in case_file.plea.facts if kind.startswith("need:"))
    return profile_of(case_file.plea.text, needs)


def _occurrences(case_file: CaseFile, policy: Policy, now: datetime) -> Iterator[_Occurrence]:
    for word in set(case_file.words):
        if word.observed_at <= now and word.form != "plea" and word.said_at >= case_file.plea.said_at:
            yield _Occurrence(word.said_at, 0, _key_of(word), word)
    for later in set(case_file.other_pleas):
        if later.observed_at <= now and later.said_at > case_file.plea.said_at:
            yield _Occurrence(later.said_at, 0, _key_of(later), later)
    deletion = find_deletion(case_file.sightings, policy, now)
    if deletion is not None:
        yield _Occurrence(deletion.first_seen_at, 1, "", deletion)
    for verdict in set(case_file.verdicts):
        if verdict.at <= now:
            yield _Occurrence(verdict.at, 2, f"{verdict.status}|{verdict.by}|{verdict.note}", verdict)


def _key_of(word: Utterance) -> str:
    """Orders what was said at one time; whole, so that no two different utterances tie."""
    return "|".join((str(word.observed_at), word.post_id, word.observation_id, word.speaker, word.form, word.text))


def _consider(word: Utterance, case_file: CaseFile, profile: Profile, policy: Policy) -> Said:
    if word.form == "plea":
        relevance = about_same_need(word, case_file)
    elif word.speaker in {"author", "relative", "official"}:
        relevance = about_case(word, case_file)
    else:
        relevance = Relevance(1.0 if word.form in _CARRIED_FORMS else about_case(word, case_file).score, ())
    is_late = word.said_at - case_file.plea.said_at > timedelta(days=policy.author_window_days)
    if is_late and not _BY_FORM & set(relevance.reasons):
        return Said(word, _NO_READING, Relevance(0.0, ("too_late",)))
    part = _own_part(word, case_file, relevance)
    if part:
        own = Relevance(max(_OWN_PART, relevance.score), (*relevance.reasons, "own_sentences"))
        return Said(word, _read(replace(word, text=part), case_file, profile), own)
    reading = _read(word, case_file, profile)
    return Said(word, reading, _of_the_only_plea(relevance, reading, case_file))


def _of_the_only_plea(relevance: Relevance, reading: Reading, case_file: CaseFile) -> Relevance:
    """A sure resolution belongs to the author's only plea, whoever is named in it, unless facts or topic differ."""
    is_sure = reading.kind == "resolved" and reading.confidence >= SURE
    if not is_sure or case_file.other_pleas or _ELSEWHERE & set(relevance.reasons):
        return relevance
    return Relevance(max(relevance.score, _ONLY_PLEA), (*relevance.reasons, "only_plea"))


def _own_part(word: Utterance, case_file: CaseFile, relevance: Relevance) -> str:
    """The sentences about this case in words about several pleas of the author, or ""."""
    if word.kept is not None or word.form in {"plea", "edit"} or "other_case_by_form" in relevance.reasons:
        return ""
    rivals = rivals_of(word, case_file)
    return own_part(word, case_file.plea, rivals) if rivals else ""


def _read(word: Utterance, case_file: CaseFile, profile: Profile) -> Reading:
    if word.kept is not None:
        return _stand_by(word.kept)
    context = Context(profile, known_texts(case_file.plea.text, word.previous_text))
    reading = read_words(word.text, context)
    if word.speaker in {"author", "relative"}:
        said_before = "\n".join(text for text in (case_file.plea.text, word.previous_text) if text)
        return answered(weigh(reading, said_before, word.text, profile), word, case_file, context)
    if word.speaker == "third_party" and reading.is_denial and not find_counterclaim(reading, case_file.plea.text):
        return replace(reading, is_denial=False)
    return reading


def _stand_by(kept: Reading) -> Reading:
    """A kept reading; its resolution covers the whole case, since nothing finer can be read any more."""
    if kept.kind != "resolved":
        return kept
    return replace(kept, settled_persons=_EVERYTHING, settled_needs=_EVERYTHING)


def _take(state: State, said: Said, case_file: CaseFile, profile: Profile, policy: Policy) -> tuple[State, str]:
    if "too_late" in said.relevance.reasons:
        return state, "too_late"
    taken_back = take_back(state, said, Context(profile, known_texts(case_file.plea.text)), policy)
    outcome = taken_back or step(state, said, profile, policy)
    return outcome.state, outcome.effect


def _delete(state: State, deletion: Deletion, case_file: CaseFile) -> State:
    if state.status in ENDED or state.is_verdict:
        return state
    if state.is_denied:
        return state.review("deleted_after_denial")
    if is_posted_anew(case_file, deletion.first_seen_at):
        return state.review("deleted_posted_anew")
    if any(word.speaker == "author" and is_pressed(word.text) for word in case_file.words):
        return state.review("deleted_under_pressure")
    update = StatusUpdate(
        update_id=update_id_of(case_file.plea.post_id, deletion.first_seen_at.isoformat(), "deleted"),
        post_id=case_file.plea.post_id,
        kind="withdrawn",
        source="author",
        said_at=deletion.first_seen_at,
        observed_at=deletion.confirmed_at,
        quote="〔作者删除了求助帖〕",
        rule="deleted",
        confidence=0.9,
        in_force=False,
    )
    return apply(state, update)


def _conclude(state: State, verdict: Verdict, case_file: CaseFile) -> State:
    """The verdict stands from here on; what was doubtful before it has been looked at."""
    update = StatusUpdate(
        update_id=update_id_of(case_file.plea.post_id, f"{verdict.at.isoformat()}|{verdict.by}", "verdict"),
        post_id=case_file.plea.post_id,
        kind=_KIND_OF_STATUS[verdict.status],
        source="desk",
        said_at=verdict.at,
        observed_at=verdict.at,
        quote=verdict.note,
        rule="verdict",
        confidence=1.0,
        in_force=False,
    )
    kept = verdict.status == state.status and state.update_id is not None
    stands = replace(state, updates=(*state.updates, update)) if kept else apply(state, update)
    return replace(stands, reviews=(), is_verdict=True)


def _decision(state: State, considered: list[Considered], case_file: CaseFile) -> Decision:
    reasons = tuple(dict.fromkeys(state.reviews))
    return Decision(
        status=state.status,
        status_since=state.since,
        update_id=state.update_id,
        needs_review=bool(reasons),
        review_reason="；".join(effect_of(effect).zh for effect in reasons),
        updates=tuple(
            replace(update, in_force=update.update_id == state.update_id) for update in _unique(state.updates)
        ),
        considered=tuple(considered),
        plea_text=case_file.plea.text,
        profile=_profile(case_file),
    )


def _unique(updates: tuple[StatusUpdate, ...]) -> list[StatusUpdate]:
    return list({update.update_id: update for update in reversed(updates)}.values())[::-1]
