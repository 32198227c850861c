"""Answers for a picture: which case is the post that it shows about, and how sure is that?

The cheap first: the very same file; else what the picture says; and where it says too little, pictures that look alike
are offered as candidates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dedupe.images.hashing import NEAR, from_bytes, hash_picture
from dedupe.images.index import HashIndex
from dedupe.images.shown import Shown, find_shown
from dedupe.stored import StoredIndex
from dedupe.twins import find_telling
from pipeline.asking.answer import Answer
from pipeline.asking.ask import Answered, Hint, answer_hints, open_processed
from pipeline.images.bylines import Head, Page, names_author, names_other
from pipeline.images.evidence import Evidence, Found, is_form, may_be_shown, weigh_posts
from pipeline.images.keeping import id_of
from pipeline.images.reading import Reader, Reading, ShownPost, shared_reader
from pipeline.images.values import LEAST_BODY_CHARACTERS, Decoded
from pipeline.intake.mentioning import mentions_of
from pipeline.linking.documents import Document, batch_of
from pipeline.privacy import Key
from pipeline.store.asking import cases_of_post, posts_with_hmacs
from pipeline.store.bylines import bylines_of, words_of
from pipeline.store.database import Store
from pipeline.store.images import all_hashes, carriers_of
from pipeline.store.linkindex import posts_of_documents
from pipeline.understand import Understanding, understand

_WEAK = 0.5
_LOOKS_ALIKE, _SAME_PHONE = 0.4, 0.5


@dataclass(frozen=True, slots=True)
class Body:
    """A post as a picture shows it, and its words as any text is understood."""

    post: ShownPost
    said: Understanding

    @property
    def head(self) -> Head:
        """Who and when, as shown."""
        return Head(self.post.author, self.post.posted_at)


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer with what was read for it."""

    answered: Answered
    reading: Reading


def ask_image(store: Store, key: Key, data: bytes) -> Answered:
    """The case of the post that a picture shows.

    Raises:
        PictureError: the bytes are no picture that is read.
        UserError: the ocr extra is not installed, or nothing was processed yet.
    """
    known = ask_known(store, data)
    return known if known is not None else ask_and_read(store, key, data, shared_reader()).answered


def ask_known(store: Store, data: bytes) -> Answered | None:
    """The answer for a file that posts of one case carry, without looking into it; None for any other file."""
    carriers = carriers_of(store, id_of(data))
    if len({case_id for post_id in carriers for case_id in cases_of_post(store, post_id)}) != 1:
        return None
    hints = [Hint(post_id, 1.0, "库里的同一张图片 / this very picture", is_sure=True) for post_id in carriers]
    return answer_hints(store, "", hints)


def ask_and_read(store: Store, key: Key, data: bytes, reader: Reader) -> Asked:
    """The answer by what the picture says, with what was read.

    Raises:
        PictureError, UserError: as `ask_image`.
    """
    picture = reader.decoder.decode(data)
    reading = reader.read_decoded(picture)
    answered = ask_reading(store, key, reading)
    if answered.answer.outcome == "none":
        answered = _by_looks(store, answered.answer.question, picture)
    return Asked(answered, reading)


def ask_reading(store: Store, key: Key, reading: Reading) -> Answered:
    """The answer for a picture that was read already."""
    bodies = bodies_of(reading)
    question = bodies[0].said.text if bodies else ""
    found = weigh_posts(find_posts(store, key, reading, bodies))
    sure = [one for one in found if one.is_sure]
    if len({one.body for one in sure}) > 1:
        return _several(store, question, sure)
    answered = answer_hints(store, question, [_hint_of(one) for one in found])
    if answered.answer.outcome == "none":
        return answer_hints(store, question, _phone_hints(store, key, reading))
    return answered


def bodies_of(reading: Reading) -> list[Body]:
    """The shown posts that say enough to tell them by, longest first."""
    bodies = [Body(post, understand(post.body)) for post in reading.posts if _count(post) >= LEAST_BODY_CHARACTERS]
    return sorted(bodies, key=lambda one: -len(one.said.text))


def find_posts(store: Store, key: Key, reading: Reading, bodies: Sequence[Body]) -> Found:
    """The stored posts that the bodies may show, with their cases and what the picture says of their authors."""
    index = open_processed(store)
    shown = _shown_by(store, index, key, bodies)
    likely = may_be_shown(shown)
    cases = {post_id: frozenset(cases_of_post(store, post_id)) for of_body in shown for post_id in of_body}
    page = Page(
        reading.platform,
        tuple(Head(post.author, post.posted_at) for post in reading.posts),
        tuple(line.text for line in reading.lines),
    )
    bylines = bylines_of(store, list(cases))
    heads = {
        post_id: [body.head for body, of_body in zip(bodies, shown, strict=True) if post_id in of_body]
        for post_id in cases
    }
    return Found(
        kinds=[frozenset(fact.kind for fact in body.said.facts) for body in bodies],
        shown=shown,
        rivals={one: frozenset(other for other in cases if not cases[one] & cases[other]) - {one} for one in cases},
        carriers=frozenset(post_id for post_id, of_post in cases.items() if len(of_post) != 1),
        named=frozenset(post_id for post_id, byline in bylines.items() if names_author(page, byline)),
        forms=frozenset(one for one, text in words_of(store, likely).items() if is_form(text)),
        foreign=frozenset(one for one, byline in bylines.items() if names_other(page, heads[one], byline)),
        telling=_telling_of(index, likely, shown),
    )


def _count(post: ShownPost) -> int:
    return sum(character.isalnum() for character in post.body)


def _telling_of(
    index: StoredIndex | None, likely: Sequence[str], shown: Sequence[Mapping[str, Shown]]
) -> dict[str, int]:
    """What tells the likely posts from their twins."""
    documents = {post_id: one.doc_id for of_body in shown for post_id, one in of_body.items()}
    if index is None:
        return {}
    return dict(zip(likely, find_telling(index, [documents[post_id] for post_id in likely]), strict=True))


def _shown_by(store: Store, index: StoredIndex | None, key: Key, bodies: Sequence[Body]) -> list[dict[str, Shown]]:
    """For each body the stored posts that it may show, by post id, best first."""
    if index is None:
        return [{} for _ in bodies]
    documents = [Document(one.said.text, mentions_of(one.said, key), None, is_round_up=False) for one in bodies]
    found = find_shown(index, batch_of(documents))
    names = posts_of_documents(store, sorted({one.doc_id for each in found for one in each}))
    best: list[dict[str, Shown]] = []
    for each in found:
        of_body: dict[str, Shown] = {}
        for one in each:
            if one.doc_id in names:
                of_body.setdefault(names[one.doc_id], one)
        best.append(of_body)
    return best


def _several(store: Store, question: str, sure: Sequence[Evidence]) -> Answered:
    """A picture of several posts, more than one of them known: each is a match, the longest first."""
    parts = [
        answer_hints(store, question, [_hint_of(one) for one in sure if one.body == body])
        for body in sorted({one.body for one in sure})
    ]
    views = {case_id: view for part in parts for case_id, view in part.views.items()}
    candidates = {one.case_id: one for part in parts for one in part.answer.candidates}
    outcome = "match" if all(part.answer.outcome == "match" for part in parts) else "candidates"
    return Answered(Answer(question, outcome, tuple(candidates.values())), views)


def _hint_of(one: Evidence) -> Hint:
    share = round(100 * one.shown.contained)
    reason = f"图中文字有 {share}% 与这个帖子相同 / {share}% of what the picture says"
    score = one.shown.contained
    return Hint(one.post_id, score if one.is_sure else score * _WEAK, reason, one.is_sure)


def _phone_hints(store: Store, key: Key, reading: Reading) -> list[Hint]:
    """Posts with a phone that the picture shows, where it says too little else."""
    facts = [m for post in reading.posts for m in mentions_of(understand(post.body), key)]
    hmacs = [m.hmac for m in facts if m.kind in ("phone", "id_number") and m.hmac]
    reason = "图中电话或证件号相同 / the picture shows the same phone"
    return [Hint(post_id, _SAME_PHONE, reason, is_sure=False) for post_id in posts_with_hmacs(store, hmacs)]


def _by_looks(store: Store, question: str, picture: Decoded) -> Answered:
    """Cases of pictures that look like this one. Texts of one form look alike too: never more than candidates."""
    known = all_hashes(store)
    index = HashIndex.of(from_bytes(data) for _, data in known)
    near = index.find_near(hash_picture(picture.thumbnail), NEAR)
    reason = "与库里一张图片很像，请人来看 / looks like a stored picture, a person must look"
    hints = [
        Hint(post_id, _LOOKS_ALIKE, reason, is_sure=False)
        for _, number in near
        for post_id in carriers_of(store, known[number][0])
    ]
    return answer_hints(store, question, hints)


__all__ = ["Answer", "Asked", "ask_and_read", "ask_image", "ask_known", "ask_reading"]
