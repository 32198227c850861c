"""Everything that was said about a case, in the form the status checker reads: plea, words, sightings, verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.linking.model import CasePlan
from pipeline.models import Mention, Post, StoredObservation
from pipeline.status.model import CaseFile, FactKey, Reading, Sighting, Utterance, Verdict

_SPEAKER_OF_KIND = {"official": "official", "platform": "official", "media": "third_party", "person": "third_party"}


@dataclass(frozen=True, slots=True)
class Material:
    """What is known of the posts that a change can touch.

    `by_author` holds an author's posts in order of time, `placed` the posts that are members of any case, `kept` what
    was read from texts that their authors deleted since, by observation.
    """

    posts: Mapping[str, Post]
    observations: Mapping[str, Sequence[StoredObservation]]
    mentions: Mapping[str, Sequence[tuple[str, Mention]]]
    by_author: Mapping[str, Sequence[Post]]
    verdicts: Mapping[str, Sequence[Verdict]]
    placed: frozenset[str]
    kept: Mapping[str, Reading]


def build_case_file(plan: CasePlan, others: Sequence[CasePlan], material: Material) -> CaseFile:
    """The file of one case. `others` are the plans of the same author's other cases."""
    origin = material.posts[plan.origin_post_id]
    versions = _utterances(origin, "plea", "author", material)
    member_ids = {member.post_id for member in plan.members}
    words = [
        *versions[1:],
        *_member_words(plan, material),
        *(said for post in loose_posts(plan, material) for said in _utterances(post, "post", "author", material)),
    ]
    return CaseFile(
        case_id=plan.case_id,
        plea=versions[0],
        other_pleas=tuple(_first_words(other, material) for other in others),
        words=tuple(words),
        sightings=tuple(
            Sighting(one.post_id, one.availability, one.observed_at)
            for one in material.observations[plan.origin_post_id]
        ),
        verdicts=tuple(verdict for post_id in sorted(member_ids) for verdict in material.verdicts.get(post_id, ())),
    )


def loose_posts(plan: CasePlan, material: Material) -> list[Post]:
    """What the origin's author wrote after the plea that answers nobody else and is in no case by itself."""
    origin = material.posts[plan.origin_post_id]
    if origin.author_id is None:
        return []
    return [
        post
        for post in material.by_author.get(origin.author_id, ())
        if post.post_id not in material.placed
        and post.written_at >= origin.written_at
        and not _answers_somebody_else(post, material)
    ]


def _answers_somebody_else(post: Post, material: Material) -> bool:
    """A repost of, or a comment on, somebody else's post says nothing of one's own plea."""
    target = post.repost_of or post.reply_to
    if target is None:
        return False
    known = material.posts.get(target)
    return known is None or known.author_id != post.author_id


def _first_words(plan: CasePlan, material: Material) -> Utterance:
    return _utterances(material.posts[plan.origin_post_id], "plea", "author", material)[0]


def _member_words(plan: CasePlan, material: Material) -> Iterator[Utterance]:
    for member in plan.members:
        post = material.posts[member.post_id]
        if post.post_id == plan.origin_post_id or member.role == "round_up":
            continue
        is_own = post.author_id is not None and post.author_id == plan.author_id
        speaker = "author" if is_own else _SPEAKER_OF_KIND[post.author_kind]
        yield from _utterances(post, _form(post, is_own, material), speaker, material)


def _form(post: Post, is_own: bool, material: Material) -> str:
    if post.reply_to is not None:
        parent = material.posts.get(post.reply_to)
        return "comment" if parent is None or parent.reply_to is None else "reply"
    if is_own:
        return "self_repost" if post.repost_of is not None else "post"
    return "copy"


def _utterances(post: Post, form: str, speaker: str, material: Material) -> list[Utterance]:
    """The texts of a post in order of time; the first has the given form, the others are edits."""
    versions: list[Utterance] = []
    ordered = sorted(material.observations[post.post_id], key=lambda one: (one.observed_at, one.observation_id))
    for one in ordered:
        if one.text is None and not one.is_purged:
            continue
        text = one.text or ""
        if versions and versions[-1].text == text and one.observation_id not in material.kept:
            continue
        said = _utterance(post, one, form, speaker, material)
        if versions:
            previous = versions[-1]
            said = replace(said, form="edit", said_at=one.edited_at or one.observed_at, previous_text=previous.text)
        versions.append(said)
    return versions or [_wordless(post, form, speaker)]


def _utterance(post: Post, one: StoredObservation, form: str, speaker: str, material: Material) -> Utterance:
    return Utterance(
        post_id=post.post_id,
        observation_id=one.observation_id,
        author_id=post.author_id,
        author_name=post.author_name,
        speaker=speaker,
        form=form,
        said_at=post.written_at,
        observed_at=one.observed_at,
        text=one.text or "",
        facts=_facts(one.observation_id, material.mentions.get(post.post_id, ())),
        repost_of=post.repost_of,
        reply_to=post.reply_to,
        kept=material.kept.get(one.observation_id) if one.is_purged else None,
    )


def _wordless(post: Post, form: str, speaker: str) -> Utterance:
    return Utterance(
        post_id=post.post_id,
        observation_id="",
        author_id=post.author_id,
        author_name=post.author_name,
        speaker=speaker,
        form=form,
        said_at=post.written_at,
        observed_at=post.first_seen_at,
        text="",
    )


def _facts(observation_id: str, mentions: Sequence[tuple[str, Mention]]) -> frozenset[FactKey]:
    return frozenset(
        (f"need:{mention.masked}" if mention.kind == "need" else mention.kind, mention.hmac or "")
        for known_id, mention in mentions
        if known_id == observation_id and mention.hmac
    )
