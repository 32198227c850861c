"""Tells a person how a decision came about: every word, every clause with its rule, what it did. Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pipeline.datafiles import read_table
from pipeline.errors import UserError
from pipeline.status.effects import effect_of
from pipeline.status.guards import guard_of
from pipeline.status.lexicon import STATUS_DIR, event_kinds
from pipeline.status.model import CaseFile, ClauseReading, Considered, Decision, StatusUpdate
from pipeline.status.rules import rule_of
from pipeline.words import beijing

LANGUAGES = ("zh", "en")


def explain(decision: Decision, case_file: CaseFile, language: str) -> str:
    """The explanation as plain text, `language` zh or en.

    Raises:
        UserError: another language.
    """
    if language not in LANGUAGES:
        raise UserError(f"unknown language {language!r}: zh or en")
    return "\n".join(_lines(decision, case_file, language))


def _lines(decision: Decision, case_file: CaseFile, language: str) -> Iterator[str]:
    status, since = _word(f"status.{decision.status}", language), beijing(decision.status_since)
    yield _word("title", language).format(case=case_file.case_id, status=status, since=since)
    if decision.needs_review:
        yield _word("review", language).format(reason=decision.review_reason)
    yield f"{_word('plea', language)} {case_file.plea.post_id} {beijing(case_file.plea.said_at)}"
    yield ""
    yield _word("considered" if decision.considered else "nothing_said", language)
    for number, considered in enumerate(decision.considered, start=1):
        yield from _word_lines(number, considered, language)
    if decision.updates:
        yield ""
        yield _word("updates", language)
    for update in decision.updates:
        yield _update_line(update, language)


def _word_lines(number: int, considered: Considered, language: str) -> Iterator[str]:
    utterance, relevance = considered.utterance, considered.relevance
    speaker, form = _word(f"speaker.{utterance.speaker}", language), _word(f"form.{utterance.form}", language)
    yield f"{number}. {beijing(utterance.said_at)} {speaker} {form} {utterance.post_id}"
    if relevance.reasons:
        # Of a shared need the reason names its category as well; needs are told as one reason.
        kinds = dict.fromkeys(reason.partition(":")[0] for reason in relevance.reasons)
        reasons = "、".join(_word(f"reason.{kind}", language) for kind in kinds)
        yield "   " + _word("about", language).format(score=f"{relevance.score:.2f}", reasons=reasons)
    for clause in considered.reading.clauses:
        if clause.rule:
            yield "   " + _clause_line(clause, language)
    guard = guard_of(considered.reading.doubt)
    if guard is not None:
        because = guard.zh if language == "zh" else guard.en
        yield f"   {_word('guarded', language)} [{guard.guard_id}] {because}"
    effect = effect_of(considered.effect)
    yield f"   {_word('effect', language)}: {effect.zh if language == 'zh' else effect.en}"


def _clause_line(clause: ClauseReading, language: str) -> str:
    rule = rule_of(clause.rule)
    kind = event_kinds().get(clause.event)
    event = "" if kind is None else f"{kind.zh if language == 'zh' else kind.en} × "
    because = _without_rule(clause.rule, language) if rule is None else (rule.zh if language == "zh" else rule.en)
    state = _word(f"state.{clause.state}", language)
    return f"「{clause.text.strip()}」 {event}{state} [{clause.rule} {clause.confidence:.2f}] {because}"


def _without_rule(rule_id: str, language: str) -> str:
    """What an id means that stands for no rule of rules.toml."""
    key = f"rule.{rule_id}"
    return _word(key, language) if key in _wording() else ""


def _update_line(update: StatusUpdate, language: str) -> str:
    kind, source = _word(f"kind.{update.kind}", language), _word(f"speaker.{update.source}", language)
    force = _word("in_force", language) if update.in_force else ""
    reason = f"[{update.rule} {update.confidence:.2f}] {update.update_id}"
    return f"- {beijing(update.said_at)} {source} {kind}{force} 「{update.quote}」 {reason}"


def _word(key: str, language: str) -> str:
    return _wording()[key][LANGUAGES.index(language)]


@cache
def _wording() -> dict[str, tuple[str, str]]:
    return {row["key"]: (row["zh"], row["en"]) for _, row in read_table(STATUS_DIR / "wording.tsv")}
