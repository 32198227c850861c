"""A case plan and what was decided about it, to the rows that are stored: status, roles, stale flags, counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.casefile import Material, loose_posts
from pipeline.linking.grouping import by_time
from pipeline.linking.model import CasePlan, Membership
from pipeline.models import Post
from pipeline.quiet import with_answered
from pipeline.status.model import CaseFile, Decision, Flag, Member, Policy, StatusUpdate
from pipeline.store.cases import CasePostRow, CaseRecord, CaseRow, StatusUpdateRow, is_loose
from pipeline.store.joining import Heard

# Each is held against all others where one more comes; a case with more is read whole.
_MOST_CLAIMS = 400
_OWN_ROLES = {"author_post", "comment", "author_update"}


@dataclass(frozen=True, slots=True)
class Read:
    """A case file, and the posts in it whose words can matter (`pipeline.status.voices`)."""

    case_file: CaseFile
    voices: frozenset[str]


@dataclass(frozen=True, slots=True)
class Placed:
    """Who stands in a case, and what its status means for each, in the same order."""

    members: Sequence[Membership]
    flags: Sequence[Flag]


def build_record(plan: CasePlan, decision: Decision, placed: Placed, material: Material) -> CaseRecord:
    """The rows of one case: it, its members, its updates."""
    posts = tuple(_post_row(one, flag) for one, flag in zip(placed.members, placed.flags, strict=True))
    return CaseRecord(
        case=_case_row(plan, decision, posts, placed.flags, material),
        posts=posts,
        updates=tuple(_update_row(update) for update in decision.updates),
    )


def is_silent(case_file: CaseFile) -> bool:
    """Whether nothing has happened that could move the case; so it is with most, and their pleas need no reading."""
    return not (case_file.words or case_file.other_pleas or case_file.verdicts) and all(
        sighting.availability == "visible" for sighting in case_file.sightings
    )


def still_open(case_file: CaseFile) -> Decision:
    """What `decide` says of a silent case, but for the profile of its plea, which nobody asks for."""
    return Decision(
        status="open",
        status_since=case_file.plea.said_at,
        update_id=None,
        needs_review=False,
        review_reason="",
        updates=(),
        considered=(),
        plea_text=case_file.plea.text,
    )


def heard_of(record: CaseRecord, plan: CasePlan, read: Read, material: Material) -> Heard | None:
    """What was heard of the case; None where the author has other pleas, or has deleted this one: then words are read
    against more, or less, than the plea.

    With its voices stand the posts that they answer, since those say what was asked, where verdicts hang, and what the
    author said elsewhere.
    """
    if read.case_file.other_pleas or not read.case_file.plea.text:
        return None
    members = {member.post_id for member in plan.members}
    found = {row.post_id for row in record.posts if is_loose(row)} | (members & material.verdicts.keys())
    return Heard(
        plea_observation_id=read.case_file.plea.observation_id,
        voices=tuple(sorted(found | with_answered(members & read.voices, members, material.posts))),
        claims=plan.claims if plan.claims is not None and len(plan.claims) <= _MOST_CLAIMS else None,
        category_told_at=plan.category_told_at,
        district_told_at=plan.district_told_at,
    )


def place_members(plan: CasePlan, decision: Decision, material: Material, policy: Policy) -> list[Membership]:
    """The plan's members, with the author's later posts that speak of the case, and updates under their name."""
    speaking = {update.post_id for update in decision.updates if update.source == "author"}
    relevant = {
        one.utterance.post_id
        for one in decision.considered
        if one.relevance.score >= policy.relevance_bar or one.utterance.post_id in speaking
    }
    members = [
        *plan.members,
        *(
            Membership(post.post_id, "author_post", "native", None)
            for post in loose_posts(plan, material)
            if post.post_id in relevant
        ),
    ]
    named = [
        replace(one, role="author_update") if one.role in _OWN_ROLES and one.post_id in speaking else one
        for one in members
    ]
    return sorted(named, key=lambda one: by_time(material.posts[one.post_id]))


def member_of(one: Membership, plan: CasePlan, material: Material) -> Member:
    """A member as the status sees it."""
    post = material.posts[one.post_id]
    is_own = post.author_id is not None and post.author_id == plan.author_id
    return Member(
        post_id=one.post_id,
        role=one.role,
        posted_at=post.written_at,
        text=post.text or "",
        is_visible=post.is_visible,
        # A comment that carries the plea is a copy by now; one that hangs on its post only speaks about it.
        is_plea=post.is_plea and one.role != "comment",
        speaker="author" if is_own else "official" if post.author_kind == "official" else "third_party",
        is_quiet=one.post_id in material.quiet.get(plan.case_id, ()),
    )


def _post_row(one: Membership, flag: Flag) -> CasePostRow:
    return CasePostRow(
        post_id=one.post_id,
        role=one.role,
        found_by=one.found_by,
        score=one.score,
        stale_reason=flag.stale_reason if flag.is_stale else None,
        is_late=flag.is_late,
        lag_seconds=flag.lag_seconds if flag.is_late else None,
    )


def _case_row(
    plan: CasePlan,
    decision: Decision,
    posts: Sequence[CasePostRow],
    flags: Iterable[Flag],
    material: Material,
) -> CaseRow:
    review_reason = _review_reason(decision, _unseen_reasons(decision, flags, material))
    members = [material.posts[one.post_id] for one in posts]
    own = [post for post in members if _is_of_author(post, plan)]
    return CaseRow(
        case_id=plan.case_id,
        origin_post_id=plan.origin_post_id,
        origin_certainty=plan.origin_certainty,
        author_id=plan.author_id,
        opened_at=plan.opened_at,
        last_seen_at=_latest(members, "last_seen_at"),
        status=decision.status,
        status_since=decision.status_since,
        status_update_id=decision.update_id,
        review_reason=review_reason or None,
        category=plan.category,
        district=plan.district,
        post_count=len(posts),
        stale_count=sum(one.stale_reason is not None for one in posts),
        last_verified_at=_latest(own, "last_checked_at"),
    )


def _is_of_author(post: Post, plan: CasePlan) -> bool:
    """Whether a look at this post was a look at the author's side: the first post, and what its author posted since."""
    return post.post_id == plan.origin_post_id or (post.author_id is not None and post.author_id == plan.author_id)


def _unseen_reasons(decision: Decision, flags: Iterable[Flag], material: Material) -> list[str]:
    """What members give a person to look at; what was there when the desk signed its verdict has been looked at."""
    signed_at = max((update.said_at for update in decision.updates if update.source == "desk"), default=None)
    return [
        flag.review_reason
        for flag in flags
        if flag.review_reason and (signed_at is None or material.posts[flag.post_id].first_seen_at > signed_at)
    ]


def _review_reason(decision: Decision, of_members: Sequence[str]) -> str:
    """The decision's reason and the first member's; many members mostly repeat one another."""
    reasons = [decision.review_reason, *of_members[:1]]
    more = [f"另有 {len(of_members) - 1} 条同样"] if len(of_members) > 1 else []
    return "；".join(reason for reason in [*reasons, *more] if reason)


def _latest(posts: Iterable[Post], name: str) -> datetime | None:
    return max((moment for post in posts if (moment := getattr(post, name)) is not None), default=None)


def _update_row(update: StatusUpdate) -> StatusUpdateRow:
    return StatusUpdateRow(
        update_id=update.update_id,
        post_id=update.post_id,
        kind=update.kind,
        source=update.source,
        said_at=update.said_at,
        observed_at=update.observed_at,
        quote=update.quote,
        rule=update.rule,
        confidence=update.confidence,
        in_force=update.in_force,
    )
