"""Answers in a thread: 收了吗 — 收了, 昨晚的事. What was asked says what has happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.status.clauses import split_clauses
from pipeline.status.guards import FULL_WIDTH, find_guard, load_guards
from pipeline.status.hedges import is_hedged
from pipeline.status.lexicon import STATUS_DIR, level_of
from pipeline.status.model import CaseFile, ClauseReading, Reading, Utterance
from pipeline.status.reading import Context, read_words
from pipeline.text.normal import normalise

RULE = "answer"
ANSWERS_PATH = STATUS_DIR / "answers.toml"
_HEAD = r"(?:回复@[^:：\s]{1,40}[:：])?"
_TAIL = r"[啦啊呀哒的了！!]*"
# A bare yes says no more than the question did.
_YES = re.compile(rf"{_HEAD}(?:对|是的?|嗯+|有的?|真的|没错|好了|到了|来了|通了){_TAIL}")
# These say themselves what has happened, whatever was asked.
_ECHO = re.compile(
    rf"{_HEAD}(?:收[了到]|住[进上]?了?|住下了|进去了|找[到着]了|做上了?|透上了?|送到了|出来了|解决了|拿到了"
    rf"|已经.{{0,4}}了){_TAIL}"
)
_ASKS = re.compile(r"吗|没有?$|了没|没\b|么$|[?？]")
# 透上了吗, 住进去没有, 收到了是吧: what is asked is whether it has been done.
_COMPLETED = re.compile(
    r"(?:了|完|上|到|进去|出来|回来|住|成|着|好)(?:院|药|床|货)?(?:吗|嘛|么|没有?|吧|呢)?(?:[，]?(?:是|对)(?:吗|吧|不))?[啊呀呢]*$"
)
# 是的，没有 / 嗯，医生这么说: behind the yes stands that it is none.
_TAKEN_BACK = re.compile(r"没(?!事|问题|关系)|这[么样]说|说的|想|希望|盼")
_HOLDS_FOR_ALL = frozenset({"answer.supposed", "answer.others"})
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
    if first is None or not _is_yes_to(question.text, text[first.start : first.end]):
        return reading
    if _is_taken_back(text[first.end :], text, context):
        return reading
    asked = [clause for clause in read_words(question.text, context).clauses if _asks_for_an_end(clause)]
    return _told(reading, asked[-1], text[first.start : first.end]) if asked else reading


def is_precise(question: str) -> bool:
    """Whether a bare yes to the question says that help has come: one question, for the end, as done, undenied."""
    asking = _asking_sentences(question)
    if len(asking) != 1 or _barred(asking[0]):
        return False
    return any(_COMPLETED.search(clause) for clause in asking[0])


def _is_yes_to(question: str, answer: str) -> bool:
    if _ECHO.fullmatch(answer):
        return not any(_HOLDS_FOR_ALL & _barred(sentence) for sentence in _asking_sentences(question))
    return _YES.fullmatch(answer) is not None and is_precise(question)


def _asking_sentences(question: str) -> list[list[str]]:
    """The clauses of each sentence that asks."""
    text = normalise(question).text
    found = []
    for _, group in groupby(split_clauses(text, 0, len(text)), key=lambda clause: clause.sentence):
        clauses = list(group)
        words = [text[clause.start : clause.end] for clause in clauses]
        if any(clause.is_question for clause in clauses) or any(_ASKS.search(word) for word in words):
            found.append(words)
    return found


def _barred(clauses: Sequence[str]) -> frozenset[str]:
    """The ids of what bars an answer to this sentence (answers.toml), looked for in each clause."""
    words = [clause.translate(FULL_WIDTH) for clause in clauses]
    bars = load_guards(ANSWERS_PATH)
    return frozenset(bar.guard_id for bar in bars if any(bar.speaks_against(word, "") for word in words))


def _is_taken_back(rest: str, text: str, context: Context) -> bool:
    """Whether what stands behind the yes, or any guard, speaks against it."""
    plea = context.known_texts[0] if context.known_texts else ""
    return _TAKEN_BACK.search(rest) is not None or is_hedged(rest) or find_guard(text, plea) is not None


def _told(reading: Reading, asked: ClauseReading, quote: str) -> Reading:
    told = replace(asked, text=quote, marks=_NONE, state="done", vote="resolved", rule=RULE, confidence=_CONFIDENCE)
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
