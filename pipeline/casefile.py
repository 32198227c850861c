"""Everything that was said about a case, in the form the status checker reads: plea, words, sightings, verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from pipeline.linking.model import CasePlan, Rival
from pipeline.models import Post, StoredObservation
from pipeline.status.model import CaseFile, FactKey, Reading, Sighting, Utterance, Verdict
from pipeline.store.images import ShownWords

_SPEAKER_OF_KIND = {"official": "official", "platform": "official", "media": "third_party", "person": "third_party"}


@dataclass(frozen=True, slots=True)
class Material:
    """What is known of the posts that a change can touch.

    `facts` holds what each observation says that can be compared; `loose` by author, in order of time, what he wrote
    that stands in no case by itself; `kept` what was read from texts that their authors deleted since, by observation;
    `quiet` by case the members whose words are left out (`pipeline.quiet`).
    """

    posts: Mapping[str, Post]
    observations: Mapping[str, Sequence[StoredObservation]]
    facts: Mapping[str, Set[FactKey]]
    loose: Mapping[str, Sequence[Post]]
    verdicts: Mapping[str, Sequence[Verdict]]
    kept: Mapping[str, Reading]
    shown: Mapping[str, Sequence[ShownWords]] = field(default_factory=dict)
    quiet: Mapping[str, frozenset[str]] = field(default_factory=dict)


def build_case_file(plan: CasePlan, rivals: Sequence[Rival], material: Material) -> CaseFile:
    """The file of one case. `rivals` are the same author's other cases."""
    origin = material.posts[plan.origin_post_id]
    versions = _utterances(origin, "plea", "author", material)
    member_ids = {member.post_id for member in plan.members}
    # Who handed a plea on knows what became of it, but not as its author.
    who = "author" if plan.author_id is not None else "third_party"
    words = [
        *versions[1:],
        *_member_words(plan, material),
        *(said for post in loose_posts(plan, material) for said in _utterances(post, "post", who, material)),
    ]
    return CaseFile(
        case_id=plan.case_id,
        plea=versions[0],
        other_pleas=tuple(_first_words(rival, material) for rival in rivals),
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
    words = material.loose.get(origin.author_id, ()) if origin.author_id is not None else ()
    return [post for post in words if post.written_at >= origin.written_at]


def _first_words(rival: Rival, material: Material) -> Utterance:
    return _utterances(material.posts[rival.origin_post_id], "plea", "author", material)[0]


def _member_words(plan: CasePlan, material: Material) -> Iterator[Utterance]:
    passed_over = material.quiet.get(plan.case_id, frozenset()) | {plan.origin_post_id}
    for member in plan.members:
        post = material.posts[member.post_id]
        if post.post_id in passed_over or member.role == "round_up":
            continue
        is_own = post.author_id is not None and post.author_id == plan.author_id
        speaker = "author" if is_own else _SPEAKER_OF_KIND[post.author_kind]
        yield from _utterances(post, _form(post, is_own, material), speaker, material)
        yield from _picture_words(post, material.posts[plan.origin_post_id], material)


def _picture_words(post: Post, origin: Post, material: Material) -> Iterator[Utterance]:
    """What a picture shows under the author's name, or alone: anybody can make one, so nobody but a third party says
    it, whoever posted the picture."""
    shown = material.shown.get(post.post_id, ())
    for one in shown:
        if len(shown) == 1 or (one.author_name is not None and one.author_name == origin.author_name):
            said = _wordless(post, "copy", "third_party")
            yield replace(said, observation_id=f"{one.image_id}/{one.position}", text=one.text)


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
        facts=frozenset(material.facts.get(one.observation_id, ())),
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
