"""Answers a question: which case is this text or link about, and how sure is that?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dedupe.stored import StoredIndex
from pipeline.asking.answer import Answer, candidate_of
from pipeline.asking.likeness import Likeness, find_like
from pipeline.asking.links import links_in, post_id_of_url, spellings_of
from pipeline.errors import UserError
from pipeline.intake.mentioning import mentions_of
from pipeline.opening import open_stored
from pipeline.privacy import Key
from pipeline.store.asking import is_in_case, places_of_posts, posts_at_url, posts_with_hmacs
from pipeline.store.caseview import CaseGlance, glance_at_case
from pipeline.store.database import Store
from pipeline.store.linkindex import count_texts, posts_of_documents
from pipeline.understand import Understanding, understand

_MOST_CANDIDATES = 8
# A shared phone names a household, not yet a person: by itself it gives candidates, with likeness a match.
_PHONE_SCORE = 0.5
# Below it nobody should be bothered; a match must also stand this far above the second case.
_LEAST_SCORE = 0.3
_LEAST_MARGIN = 0.08
# Where a case's own post answers, what a post of several cases says of the others weighs this much.
_SHARED_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Hint:
    """One reason to think of a case. `is_sure` where the same evidence would link two posts; `against` says how close
    a text of the case is that contradicts the question, 0 where none does."""

    post_id: str
    score: float
    reason: str
    is_sure: bool
    closeness: float = 0.0
    against: float = 0.0


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with the views of its cases, for whoever prints them."""

    answer: Answer
    views: dict[str, CaseGlance]


def ask_url(store: Store, url: str) -> Answered:
    """The case of the post behind a link; a post's own id (`weibo:4751…`) is as good as one."""
    return answer_hints(store, url, _link_hints(store, url))


def ask_text(store: Store, key: Key, text: str) -> Answered:
    """The case that a text tells of, by its phones and by its words."""
    return ask_texts(store, key, [text])[0]


def ask_texts(store: Store, key: Key, texts: Sequence[str]) -> list[Answered]:
    """`ask_text` for many; the index is opened once.

    Raises:
        UserError: nothing was processed yet, or by another version of the linking rules.
    """
    understood = [understand(text) for text in texts]
    index = open_processed(store)
    likes: Sequence[Sequence[Likeness]] = [[] for _ in texts]
    if index is not None:
        likes = find_like(index, [(one, mentions_of(one, key)) for one in understood])
    return [
        answer_hints(
            store,
            text,
            [
                *(hint for link in links_in(text) for hint in _link_hints(store, link)),
                *_phone_hints(store, key, one),
                *_text_hints(store, like),
            ],
        )
        for text, one, like in zip(texts, understood, likes, strict=True)
    ]


def _link_hints(store: Store, url: str) -> list[Hint]:
    wanted = post_id_of_url(url) or url.strip()
    post_ids = dict.fromkeys([wanted, *posts_at_url(store, spellings_of(url))])
    return [Hint(post_id, 1.0, "就是这个帖子 / this very post", is_sure=True, closeness=1.0) for post_id in post_ids]


def _phone_hints(store: Store, key: Key, understood: Understanding) -> list[Hint]:
    strong = ("phone", "id_number")
    hmacs = [m.hmac for m in mentions_of(understood, key) if m.kind in strong and m.hmac]
    return [
        Hint(post_id, _PHONE_SCORE, "电话或证件号相同 / same phone or ID number", is_sure=False)
        for post_id in posts_with_hmacs(store, hmacs)
    ]


def _text_hints(store: Store, likes: Sequence[Likeness]) -> list[Hint]:
    names = posts_of_documents(store, [like.doc_id for like in likes])
    return [_text_hint(names[like.doc_id], like) for like in likes if like.doc_id in names]


def _text_hint(post_id: str, like: Likeness) -> Hint:
    against = like.closeness if like.contradicts else 0.0
    return Hint(post_id, like.score, like.reason, like.is_match, like.closeness, against)


def open_processed(store: Store) -> StoredIndex | None:
    """The stored index; None where the store holds no texts.

    Raises:
        UserError: nothing was processed yet, or by another version of the linking rules.
    """
    index = open_stored(store)
    if index is None and count_texts(store) > 0:
        raise UserError("库里的帖子还没有归并，先运行 houxu process / run houxu process first")
    return index


def answer_hints(store: Store, question: str, hints: Iterable[Hint]) -> Answered:
    """The best cases that hints lead to: one where it is sure and stands apart, else candidates."""
    best = _best_by_case(store, hints)
    ranked = sorted(best.items(), key=lambda pair: (-pair[1].score, pair[0]))[:_MOST_CANDIDATES]
    ranked = [(case_id, hint) for case_id, hint in ranked if hint.score >= _LEAST_SCORE]
    views = {case_id: glance_at_case(store, case_id) for case_id, _ in ranked}
    if _is_sure(store, ranked):
        ranked = ranked[:1]
        outcome = "match"
    else:
        outcome = "candidates" if ranked else "none"
    candidates = tuple(
        candidate_of(views[case_id], hint.post_id, min(1.0, hint.score), hint.reason) for case_id, hint in ranked
    )
    return Answered(Answer(question, outcome, candidates), views)


def _is_sure(store: Store, ranked: Sequence[tuple[str, Hint]]) -> bool:
    if not ranked or not ranked[0][1].is_sure:
        return False
    first_case, first = ranked[0]
    # A round-up that carries the first case is like the question because of that case: it speaks for no other.
    rivals = [hint for _, hint in ranked[1:] if not is_in_case(store, hint.post_id, first_case)]
    return not rivals or first.score - rivals[0].score >= _LEAST_MARGIN


def _best_by_case(store: Store, hints: Iterable[Hint]) -> dict[str, Hint]:
    """The best hint of each case: a phone on top of likeness makes it surer, a post of several cases unsure."""
    own: dict[str, Hint] = {}
    shared: dict[str, Hint] = {}
    with_phone: set[str] = set()
    against: dict[str, Hint] = {}
    hints = list(hints)
    places_of = places_of_posts(store, [hint.post_id for hint in hints])
    for hint in hints:
        places = places_of[hint.post_id]
        # A round-up carries more pleas than the one asked about, and may carry some that have no case here.
        is_shared = len(places) > 1 or any(role == "round_up" for _, role in places)
        for case_id, _ in places:
            if _is_phone(hint) and not is_shared:
                with_phone.add(case_id)
            _keep_best(shared if is_shared else own, case_id, hint)
            if hint.against > 0 and (case_id not in against or hint.against > against[case_id].against):
                against[case_id] = hint
    best = {case_id: _strengthen(hint) if case_id in with_phone else hint for case_id, hint in own.items()}
    best = {case_id: _doubt(hint, against[case_id]) if case_id in against else hint for case_id, hint in best.items()}
    weight = _SHARED_WEIGHT if any(hint.is_sure for hint in best.values()) else 1.0
    for case_id, hint in shared.items():
        _keep_best(best, case_id, replace(hint, score=hint.score * weight, is_sure=False))
    return best


def _doubt(hint: Hint, against: Hint) -> Hint:
    """A hint to a case of which another text contradicts the question and is as close to it: a copy that lost the place
    where they differ matches both. The difference is the reason that is shown."""
    if hint.closeness > against.against:
        return hint
    return replace(against, score=max(against.score, _PHONE_SCORE if _is_phone(hint) else 0.0))


def _keep_best(best: dict[str, Hint], case_id: str, hint: Hint) -> None:
    known = best.get(case_id)
    if known is None or (hint.is_sure, hint.score) > (known.is_sure, known.score):
        best[case_id] = hint


def _is_phone(hint: Hint) -> bool:
    return hint.score == _PHONE_SCORE and not hint.is_sure


def _strengthen(hint: Hint) -> Hint:
    if _is_phone(hint) or hint.against > 0:
        return hint
    chinese, _, english = hint.reason.partition(" / ")
    reason = f"{chinese}；电话或证件号相同 / {english}; same phone or ID number"
    return Hint(hint.post_id, min(1.0, hint.score + 0.25), reason, is_sure=True)
