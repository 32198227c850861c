"""Answers in a thread: 收了吗 — 收了, 昨晚的事. What was asked says what has happened."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.status.clauses import split_clauses
from pipeline.status.guards import find_guard
from pipeline.status.hedges import is_hedged
from pipeline.status.lexicon import level_of
from pipeline.status.model import CaseFile, ClauseReading, Reading, Utterance
from pipeline.status.reading import Context, read_words
from pipeline.text.normal import normalise

RULE = "answer"
_YES = re.compile(
    r"(?:回复@[^:：\s]{1,40}[:：])?(?:对|是的?|嗯+|有的?|真的|没错|好了|到了|来了|收[了到]|住[进上]?了?|住下了|进去了|找[到着]了|做上了?|透上了?|送到了|出来了|解决了|拿到了|通了"
    r"|已经.{0,4}了)[啦啊呀哒的了！!]*"
)
_ASKS = re.compile(r"吗|没有?$|了没|没\b|么$|[?？]")
_NONE: frozenset[str] = frozenset()
_CONFIDENCE = 0.8


def answered(reading: Reading, word: Utterance, case_file: CaseFile, context: Context) -> Reading:
    """`reading` of the author's `word`, or a success where it says yes to a precise question whether the need has
    ended. Only where the word itself says neither more nor otherwise."""
    question = _question(word, case_file)
    if question is None or reading.kind not in {"none", "progress"} or _speaks_against(reading):
        return reading
    text = normalise(word.text).text
    first = next(split_clauses(text, 0, len(text)), None)
    plea = context.known_texts[0] if context.known_texts else ""
    if first is None or not _YES.fullmatch(text[first.start : first.end]):
        return reading
    if is_hedged(text[first.end :]) or find_guard(text, plea) is not None:
        return reading
    asked = [clause for clause in read_words(question.text, context).clauses if _asks_for_an_end(clause)]
    if not asked:
        return reading
    quote = text[first.start : first.end]
    told = replace(asked[-1], text=quote, marks=_NONE, state="done", vote="resolved", rule=RULE, confidence=_CONFIDENCE)
    return replace(
        reading,
        kind="resolved",
        confidence=_CONFIDENCE,
        quote=quote,
        rule=RULE,
        clauses=(*reading.clauses, told),
        settled_persons=told.persons,
        settled_needs=told.needs,
        doubt="",
    )


def _question(word: Utterance, case_file: CaseFile) -> Utterance | None:
    """What somebody else asked, to which `word` is the reply; or None."""
    asked = [
        one
        for one in case_file.words
        if one.post_id == word.reply_to and one.author_id != word.author_id and _ASKS.search(one.text)
    ]
    return min(asked, key=lambda one: (one.said_at, one.observation_id), default=None)


def _asks_for_an_end(clause: ClauseReading) -> bool:
    return clause.rule == "question" and level_of(clause.event) == "final"


def _speaks_against(reading: Reading) -> bool:
    return any(clause.vote in {"deny", "ask", "reopened", "doubt", "closed"} for clause in reading.clauses)
