"""What the author takes back after an end: an edit that no longer says it, a recantation, the plea posted anew."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.status.clauses import own_clauses
from pipeline.status.coverage import Ledger
from pipeline.status.guards import FULL_WIDTH, guard_of, load_guards
from pipeline.status.known import is_known, news_of
from pipeline.status.lexicon import STATUS_DIR
from pipeline.status.machine import Said, State, Step, apply, update_id_of
from pipeline.status.model import ENDED, Policy, Reading, StatusUpdate
from pipeline.status.reading import Context, read_words
from pipeline.text.normal import normalise

REVERSALS_PATH = STATUS_DIR / "reversals.toml"
EDITED_AWAY = "edited_away"
RECANTED = "recanted"
PLEADS_AGAIN = "pleads_again"
_QUOTES = {EDITED_AWAY: "〔作者改掉了说有结果的话〕", PLEADS_AGAIN: "〔作者又发了一遍求助〕"}
_GLAD = frozenset({"resolved", "progress"})
_SIGNS = re.compile(r"[\W_]+")
_CONFIDENCE = 0.8
# Of the plea's signs this share must stand in a later post for it to be the plea again.
_SHARE_OF_PLEA = 0.6
_EMPTY = Ledger()


def take_back(state: State, said: Said, context: Context, policy: Policy) -> Step | None:
    """The step by which the author's words take an end back, or None where they do not.

    `context` holds the plea's profile and the plea as the only known text. A death is never taken back.
    """
    if state.status not in ENDED or state.is_verdict or state.has_died or said.source != "author":
        return None
    if said.relevance.score < policy.relevance_bar or not said.utterance.text or not context.known_texts:
        return None
    effect = _effect(state, said, context)
    return _reopen(state, said, effect) if effect else None


def _effect(state: State, said: Said, context: Context) -> str:
    if _edits_away(state, said, context):
        return EDITED_AWAY
    if state.status != "withdrawn" and _recants(said):
        return RECANTED
    return PLEADS_AGAIN if _pleads_again(said, context) else ""


def _edits_away(state: State, said: Said, context: Context) -> bool:
    """Whether an edit of the very post that told of the end tells of it no more, and no other post does."""
    utterance = said.utterance
    own = [one for one in _told_since_open(state) if one.post_id == utterance.post_id]
    if utterance.form != "edit" or not own or len(own) < len(_told_since_open(state)):
        return False
    if any(_bare(one.quote) in _bare(utterance.text) for one in own):
        return False
    read = read_words(utterance.text, context)
    return read.kind not in ENDED or read.rule == "retracted"


def _told_since_open(state: State) -> list[StatusUpdate]:
    """The words for the end that hold: those since the case was last reopened."""
    opened = [place for place, one in enumerate(state.updates) if one.kind == "reopened"]
    since = state.updates[opened[-1] + 1 :] if opened else state.updates
    return [one for one in since if one.kind == state.status]


def _recants(said: Said) -> bool:
    """Whether it says that what was told was a lie or a mistake (骗你们的)."""
    guard = guard_of("guard.recanted")
    words = normalise(said.utterance.text).text.translate(FULL_WIDTH)
    return said.reading.kind not in _GLAD and guard is not None and guard.speaks_against(words, "")


def _pleads_again(said: Said, context: Context) -> bool:
    """Whether a new post holds the plea once more and tells of no end, thanks or relief beside it."""
    utterance, reading = said.utterance, said.reading
    if utterance.form not in {"post", "self_repost"} or _tells(reading):
        return False
    text = normalise(utterance.text).text
    if _share_of_plea(text, context.known_texts[0]) < _SHARE_OF_PLEA:
        return False
    return _asks_anew(news_of(text, context.known_texts).translate(FULL_WIDTH))


def is_pressed(words: str) -> bool:
    """Whether the author says that somebody told, pressed or abused them into deleting."""
    folded = normalise(words).text.translate(FULL_WIDTH)
    return any(
        guard.guard_id == "deletion.pressed" and guard.speaks_against(folded, "")
        for guard in load_guards(REVERSALS_PATH)
    )


def _asks_anew(beside: str) -> bool:
    """Whether the words beside the plea ask once more, or at least give no thanks and keep no record."""
    spoken = [guard.guard_id for guard in load_guards(REVERSALS_PATH) if guard.speaks_against(beside, "")]
    return "reversal.anew" in spoken or "reversal.farewell" not in spoken


def _tells(reading: Reading) -> bool:
    return reading.kind in ENDED or bool(reading.doubt) or any(one.vote == "resolved" for one in reading.clauses)


def _share_of_plea(text: str, plea: str) -> float:
    """How much of the plea's clauses, by signs, stands in the text."""
    clauses = [plea[clause.start : clause.end] for clause in own_clauses(plea)]
    return sum(len(words) for words in clauses if is_known(words, (text,))) / max(1, sum(map(len, clauses)))


def _reopen(state: State, said: Said, effect: str) -> Step:
    utterance, reading = said.utterance, said.reading
    update = StatusUpdate(
        update_id=update_id_of(utterance.post_id, utterance.observation_id, effect),
        post_id=utterance.post_id,
        kind="reopened",
        source=said.source,
        said_at=utterance.said_at,
        observed_at=utterance.observed_at,
        quote=_QUOTES.get(effect) or reading.quote or utterance.text.strip()[:40],
        rule=effect,
        confidence=_CONFIDENCE,
        in_force=False,
    )
    reopened = replace(apply(state, update), ledger=_EMPTY, is_denied=True)
    return Step(reopened.review(effect), effect)


def _bare(text: str) -> str:
    return _SIGNS.sub("", normalise(text).text)
