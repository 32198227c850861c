"""The state machine: what each reading of each speaker does to the status."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from pipeline.status.coverage import Ledger, is_other_need, is_other_person
from pipeline.status.effects import effect_of
from pipeline.status.guards import guard_of
from pipeline.status.hedges import tells_of_a_relapse
from pipeline.status.model import ENDED, Policy, Profile, Reading, Relevance, StatusUpdate, Utterance

_SURE_OF_A_PLEA = 0.65
STATUS_OF_KIND = {
    "resolved": "resolved",
    "withdrawn": "withdrawn",
    "closed": "closed",
    "progress": "in_progress",
    "reopened": "open",
}

_EFFECT_OF_DOUBT = {"withdrawal.alone": "maybe_over", "dying": "dying"}
_EMPTY = Ledger()


@dataclass(frozen=True, slots=True)
class State:
    """Where the case stands in the middle of its words. `reviews` are effect keys, in order."""

    status: str
    since: datetime
    update_id: str | None = None
    updates: tuple[StatusUpdate, ...] = ()
    reviews: tuple[str, ...] = ()
    ledger: Ledger = _EMPTY
    is_denied: bool = False
    is_official: bool = False
    has_died: bool = False
    is_verdict: bool = False

    def review(self, effect: str) -> State:
        """The same with one more reason for review."""
        return replace(self, reviews=(*self.reviews, effect))


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance with its reading and its relevance."""

    utterance: Utterance
    reading: Reading
    relevance: Relevance

    @property
    def source(self) -> str:
        """The speaker as status_updates names it; a relative counts as the author."""
        return "author" if self.utterance.speaker == "relative" else self.utterance.speaker


@dataclass(frozen=True, slots=True)
class Step:
    """What one utterance did."""

    state: State
    effect: str


def step(state: State, said: Said, profile: Profile, policy: Policy) -> Step:
    """The state after one utterance; pure."""
    if said.source == "author":
        outcome = _author_says(state, said, profile, policy)
    elif said.source == "official":
        outcome = _official_says(state, said, policy)
    else:
        outcome = Step(state, _third_party_effect(state, said, profile))
    if effect_of(outcome.effect).asks_review:
        return Step(outcome.state.review(outcome.effect), outcome.effect)
    return outcome


def update_of(said: Said, kind: str) -> StatusUpdate:
    """The update that this utterance amounts to; its id depends on the post, the observation and the rule only."""
    utterance, reading = said.utterance, said.reading
    return StatusUpdate(
        update_id=update_id_of(utterance.post_id, utterance.observation_id, reading.rule),
        post_id=utterance.post_id,
        kind=kind,
        source=said.source,
        said_at=utterance.said_at,
        observed_at=utterance.observed_at,
        quote=reading.quote,
        rule=reading.rule,
        confidence=reading.confidence,
        in_force=False,
    )


def update_id_of(post_id: str, observation_id: str, rule: str) -> str:
    """A stable id, independent of the case."""
    digest = blake2b("|".join((post_id, observation_id, rule)).encode(), digest_size=8, person=b"houxu-update")
    return "u-" + digest.hexdigest()


def apply(state: State, update: StatusUpdate) -> State:
    """The state once `update` holds: an end clears earlier doubts, and the first saying of a status keeps its date."""
    status = STATUS_OF_KIND[update.kind]
    updates = (*state.updates, update)
    if status == state.status and state.update_id is not None:
        return replace(state, updates=updates)
    reviews = state.reviews if update.kind == "progress" else ()
    return replace(
        state, status=status, since=update.said_at, update_id=update.update_id, updates=updates, reviews=reviews
    )


def _author_says(state: State, said: Said, profile: Profile, policy: Policy) -> Step:
    passed_over = _passed_over(state, said, policy)
    if passed_over:
        return Step(state, passed_over)
    if state.is_verdict:
        return Step(replace(state, updates=_with_update(state, said)), "after_verdict")
    if said.reading.kind in {"resolved", "progress"}:
        return _succeed(state, said, profile)
    if said.reading.kind in {"withdrawn", "closed"}:
        return _end(state, said, profile)
    return _turn_back(state, said)


def _passed_over(state: State, said: Said, policy: Policy) -> str:
    """The effect of words that are not used: they say nothing, are of something else, or are not sure enough; or ""."""
    reading, is_about = said.reading, said.relevance.score >= policy.relevance_bar
    if _says_nothing(reading):
        return "nothing"
    if said.utterance.form == "plea" and not _speaks_of_this_case(state, said):
        return "asks_after_end" if state.status in ENDED and is_about else "not_about"
    if not is_about:
        return "maybe_about" if said.relevance.score > 0.2 and _may_matter(reading) else "not_about"
    is_unsure = reading.kind not in {"none", "progress"} and reading.confidence < policy.confidence_bar
    return "low_confidence" if is_unsure and not state.is_verdict else ""


def _says_nothing(reading: Reading) -> bool:
    return reading.kind == "none" and not (reading.is_denial or reading.is_asking or reading.doubt)


def _speaks_of_this_case(state: State, said: Said) -> bool:
    """Whether a later plea of the author turns this case back, or was an update that only looked like a plea."""
    reading = said.reading
    if state.status in ENDED:
        return reading.kind == "reopened"
    if said.relevance.score < _SURE_OF_A_PLEA:
        return False
    return reading.kind == "progress" or (reading.kind == "resolved" and not (reading.is_asking or reading.is_denial))


def _may_matter(reading: Reading) -> bool:
    return reading.kind not in {"none", "progress"} or bool(reading.doubt)


def _with_update(state: State, said: Said) -> tuple[StatusUpdate, ...]:
    return (*state.updates, update_of(said, said.reading.kind)) if said.reading.kind != "none" else state.updates


def _succeed(state: State, said: Said, profile: Profile) -> Step:
    reading = said.reading
    mismatch = _mismatch(reading, profile)
    if mismatch:
        return Step(state, mismatch if said.relevance.score >= 0.9 or mismatch == "person_mismatch" else "not_about")
    is_told_after_deletion = state.status == "withdrawn" and reading.kind == "resolved" and not _insists(reading)
    if state.status in ENDED and not is_told_after_deletion:
        return _after_end(state, said) if _insists(reading) else _confirm(state, said)
    ledger = state.ledger.after(reading)
    state = replace(state, ledger=ledger, is_denied=False, is_official=False)
    if reading.kind == "resolved" and ledger.covers(profile):
        return Step(apply(state, update_of(said, "resolved")), "resolved")
    if is_told_after_deletion:
        return _confirm(state, said)
    return Step(apply(state, update_of(said, "progress")), _effect_of_progress(reading))


def _confirm(state: State, said: Said) -> Step:
    updates = _with_update(state, said) if said.reading.kind == "resolved" else state.updates
    return Step(replace(state, updates=updates), "confirmed")


def _effect_of_progress(reading: Reading) -> str:
    if reading.doubt:
        return _effect_of_doubt(reading)
    return "partial" if reading.kind == "resolved" else "progress"


def _mismatch(reading: Reading, profile: Profile) -> str:
    if reading.settled_persons and is_other_person(reading, profile):
        return "person_mismatch"
    return "need_mismatch" if is_other_need(reading, profile) else ""


def _end(state: State, said: Said, profile: Profile) -> Step:
    reading = said.reading
    is_death = reading.rule.startswith("death")
    if is_death and is_other_person(reading, profile):
        return Step(state, "one_died")
    if state.status in ENDED and not (is_death and state.status == "resolved"):
        return Step(state, "confirmed")
    state = replace(state, has_died=state.has_died or is_death)
    return Step(apply(state, update_of(said, reading.kind)), reading.kind)


def _turn_back(state: State, said: Said) -> Step:
    reading = said.reading
    if state.status in ENDED:
        return _after_end(state, said)
    if reading.doubt and not (reading.is_denial and state.is_official):
        return Step(state, _effect_of_doubt(reading))
    if not (reading.is_denial or reading.kind == "reopened"):
        return Step(state, "nothing")
    return _deny(replace(state, is_denied=True), said)


def _deny(state: State, said: Said) -> Step:
    if state.status != "in_progress":
        return Step(state, "denied")
    effect = "denied_official" if state.is_official else "reopened"
    state = apply(state, update_of(said, "reopened"))
    return Step(replace(state, ledger=_EMPTY, is_official=False), effect)


def _effect_of_doubt(reading: Reading) -> str:
    if reading.doubt.startswith("death"):
        return "one_died"
    if guard_of(reading.doubt) is not None:
        return "guarded"
    if reading.doubt.startswith(("second_reader", "happened")):
        return "maybe_over"
    if reading.doubt in _EFFECT_OF_DOUBT:
        return _EFFECT_OF_DOUBT[reading.doubt]
    return "contradicted" if reading.doubt.startswith("withdrawal") else "doubt"


def _after_end(state: State, said: Said) -> Step:
    reading = said.reading
    is_open_again = reading.is_denial or reading.kind == "reopened" or _insists(reading) or _asks_again(state, said)
    if state.has_died or not is_open_again:
        return Step(state, "asks_after_end" if not reading.doubt else "doubt")
    reopened = apply(state, update_of(said, "reopened"))
    return Step(replace(reopened, ledger=_EMPTY, is_denied=True), "reopened")


def _asks_again(state: State, said: Said) -> bool:
    """Whether words after an end ask anew: any after a withdrawal, after help those that tell of a relapse."""
    reading = said.reading
    if not reading.is_asking or reading.doubt or any(clause.rule == "others" for clause in reading.clauses):
        return False
    return state.status == "withdrawn" or (said.utterance.form != "edit" and tells_of_a_relapse(said.utterance.text))


def _insists(reading: Reading) -> bool:
    """Whether the author goes on asking in so many words (还需要, 求助仍有效)."""
    return any(clause.rule in {"ask.keep", "still_valid"} for clause in reading.clauses)


def _official_says(state: State, said: Said, policy: Policy) -> Step:
    reading = said.reading
    if reading.kind not in {"resolved", "progress"} or said.relevance.score < policy.relevance_bar:
        return Step(state, "nothing")
    if state.status in ENDED or state.is_verdict:
        return Step(state, "confirmed")
    effect = "official_after_denial" if state.is_denied and reading.kind == "resolved" else "progress"
    state = apply(replace(state, is_official=True), update_of(said, "progress"))
    return Step(state, effect)


def _third_party_effect(state: State, said: Said, profile: Profile) -> str:
    reading = said.reading
    if state.is_verdict or said.relevance.score <= 0.2:
        return "nothing"
    if state.status in ENDED:
        return "third_party_denial" if reading.is_denial or reading.kind == "reopened" else "nothing"
    claims = reading.kind in {"resolved", "withdrawn", "closed"} or bool(reading.doubt)
    return "third_party_claim" if claims and not is_other_person(reading, profile) else "nothing"
